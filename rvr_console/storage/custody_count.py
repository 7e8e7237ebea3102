"""Counting the custody log's rows by their other way in, the index of subjects, a piece at a time.

The listing goes by number; a row that only one of the two ways leads to was put in or taken out by hand.
"""

from typing import Final

from sqlalchemy import Connection

from rvr_console.domain.custody_check import RowCount

SLICE: Final = 20_000
_BY_SUBJECT = "FROM custody INDEXED BY ix_custody_subject WHERE"
_COUNTED = "(sequence < ? OR sequence >= ?)"  # not what was added since the count began
_OF_THIS = (
    f"SELECT sequence {_BY_SUBJECT} subject = ? AND sequence > ? AND {_COUNTED} ORDER BY sequence LIMIT ?"
)
_HOW_MANY = f"SELECT count(*), max(sequence) FROM ({_OF_THIS})"  # noqa: S608 - constants of this file
_BEYOND = f"{_BY_SUBJECT} subject > ? AND {_COUNTED}"
_FROM_START = f"{_BY_SUBJECT} subject >= ? AND {_COUNTED}"


def count_some(connection: Connection, count: RowCount, tip: int, size: int = SLICE) -> None:
    """Count the next `size` rows; `count.done` says whether that was all. tip: entries by now.

    All at once where the table is not as it was made, in the transaction in which the count begins.
    """
    run = connection.exec_driver_sql
    span = (count.tip, tip)
    if count.place is None and not _as_made(connection):
        count.rows, count.done = run("SELECT count(*) FROM custody").scalar_one(), True
        return
    subject: tuple[object] = ("",)
    beyond = _FROM_START
    if count.place is not None:
        beyond, subject = _BEYOND, (count.place[0],)
        found, last = run(_HOW_MANY, (*count.place, *span, size)).one()
        count.rows += found
        if found == size:
            count.place = (*subject, last)
            return
    query = f"SELECT subject, sequence {beyond} ORDER BY subject, sequence LIMIT 1 OFFSET ?"
    if (row := run(query, (*subject, *span, size - 1)).first()) is not None:
        count.rows += size
        count.place = (row[0], row[1])
        return
    count.rows += run(f"SELECT count(*) {beyond}", (*subject, *span)).scalar_one()
    count.done = True


def added_since(connection: Connection, count: RowCount, tip: int) -> int:
    """Rows that were added since the count began. tip: entries by now."""
    added = "SELECT count(*) FROM custody WHERE sequence >= ? AND sequence < ?"
    found: int = connection.exec_driver_sql(added, (count.tip, tip)).scalar_one()
    return found


def _as_made(connection: Connection) -> bool:
    """Each row has one number, no two the same, and a subject; the index is of all rows."""
    run = connection.exec_driver_sql
    columns = run("SELECT name, type, \"notnull\", pk FROM pragma_table_info('custody')").fetchall()
    indexes = run("SELECT name, partial FROM pragma_index_list('custody')").fetchall()
    keys = run("SELECT name FROM pragma_index_info('ix_custody_subject')").fetchall()
    return (
        {("sequence", "INTEGER", 1, 1), ("subject", "TEXT", 1, 0)} <= {tuple(row) for row in columns}
        and ("ix_custody_subject", 0) in {tuple(row) for row in indexes}
        and [tuple(row) for row in keys] == [("subject",)]
    )
