"""Rules the database itself keeps: the custody log only grows, recordings are never deleted, notes never change."""

from sqlalchemy import Connection, text

_NEVER = "CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END"

CUSTODY_IN_ORDER = """
CREATE TRIGGER custody_in_order BEFORE INSERT ON custody
WHEN NEW.sequence <> (SELECT entries FROM custody_tip) OR NEW.previous <> (SELECT digest FROM custody_tip)
BEGIN SELECT RAISE(ABORT, 'the custody log only grows at its end'); END
"""
CUSTODY_TIP_FOLLOWS = """
CREATE TRIGGER custody_tip_follows AFTER INSERT ON custody
BEGIN UPDATE custody_tip SET entries = NEW.sequence + 1, digest = NEW.digest WHERE id = 1; END
"""


def _never(table: str, act: str, words: str) -> str:
    return _NEVER.format(table=table, act=act, words=words)


# As the first schema made them.
FIRST = (
    _never("custody", "UPDATE", "the custody log is never changed"),
    _never("custody", "DELETE", "the custody log is never changed"),
    _never("custody_tip", "DELETE", "the custody log is never changed"),
    _never("recordings", "DELETE", "a recording is never deleted here"),
    _never("segments", "DELETE", "a recording is never deleted here"),
    _never("marks", "UPDATE", "the timeline of a recording is never changed"),
    _never("marks", "DELETE", "the timeline of a recording is never changed"),
    _never("notes", "UPDATE", "a note is never changed"),
    _never("notes", "DELETE", "a note is never changed"),
    CUSTODY_IN_ORDER,
    CUSTODY_TIP_FOLLOWS,
)

_SEALS = (
    "custody_nodes",
    "custody_checkpoints",
    "custody_cosignatures",
    "custody_stamp_requests",
    "custody_stamps",
)
CUSTODY_SEALS = tuple(
    _never(table, act, "what seals the custody log is never changed")
    for table in _SEALS
    for act in ("UPDATE", "DELETE")
)

EXHIBITS = (
    _never("exhibits", "UPDATE", "an exhibit is never changed"),
    _never("exhibits", "DELETE", "an exhibit is never deleted here"),
    _never("exhibit_changes", "UPDATE", "what was said of an exhibit is never changed"),
    _never("exhibit_changes", "DELETE", "what was said of an exhibit is never changed"),
)
VAULT_RUNS = tuple(
    _never(table, act, "what a check of the vault found is never changed")
    for table in ("vault_runs", "vault_findings")
    for act in ("UPDATE", "DELETE")
)
REPLICA = tuple(
    _never(table, act, "what was copied where is never changed")
    for table in ("replica_queue", "replica_copies", "replica_faults")
    for act in ("UPDATE", "DELETE")
)
FORMS = (
    _never("forms", "DELETE", "a form is never deleted here"),
    *(
        _never(table, act, "what was answered is never changed")
        for table in ("form_packs", "form_answers", "form_judgements", "form_steps")
        for act in ("UPDATE", "DELETE")
    ),
)
# Of witnesses; STATEMENTS below are those of SQL.
WITNESS_STATEMENTS = tuple(
    _never(f"statement{part}", act, "what was written in a statement is never changed or deleted here")
    for part in ("s", "_paragraphs", "_saves", "_versions", "_turns")
    for act in ("UPDATE", "DELETE")
)
SAFEGUARDING = tuple(
    _never(table, act, "what was done for safety is never changed")
    for table in ("safeguarding_entries", "restricted_records", "closed_without")
    for act in ("UPDATE", "DELETE")
)
SIGNINGS = tuple(
    _never(table, act, "what happened at a signing is never changed or deleted here")
    for table in ("signings", "signing_acts", "signing_overrides")
    for act in ("UPDATE", "DELETE")
)
STATEMENTS = (
    *FIRST,
    *CUSTODY_SEALS,
    *EXHIBITS,
    *VAULT_RUNS,
    *REPLICA,
    *FORMS,
    *WITNESS_STATEMENTS,
    *SAFEGUARDING,
    *SIGNINGS,
)


def put_back(connection: Connection) -> list[str]:
    """Make the rules again that are missing or changed, and take away those that are not ours. Their names, in words.

    A stranger's rule would act with the console's own hand on each later change: give a right back that was taken, turn a
    hash that is stored into another.
    """
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    there = {name: sql.strip() for name, sql in rows}
    gone: list[str] = []
    for statement in STATEMENTS:
        name = statement.split()[2]
        if there.get(name) == statement.strip():
            continue
        gone.append(name)
        if name in there:
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.exec_driver_sql(statement)
    for name in sorted(set(there) - {statement.split()[2] for statement in STATEMENTS}):
        gone.append(f"{name} (put in by somebody, and taken away)")
        connection.exec_driver_sql('DROP TRIGGER "{}"'.format(name.replace('"', '""')))
    return gone
