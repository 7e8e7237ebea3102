"""The control room's book: incidents, acts applied once and in order, officers' duty."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from rvr_console.cad_simulator import rules
from rvr_console.cad_simulator.database import Database, book_and_version, next_version
from rvr_console.cad_simulator.uk_time import day_words
from rvr_console.wire.cad_messages import (
    MAX_LOG_ENTRIES,
    MAX_PAGE_INCIDENTS,
    PAGE_BUDGET_BYTES,
    ActMessage,
    AppliedMessage,
    DutyMessage,
    HealthMessage,
    IncidentMessage,
    LogEntry,
    RefusalCode,
    RefusedMessage,
    Verb,
)

Answer = AppliedMessage | RefusedMessage


def utc_now() -> datetime:
    return datetime.now(UTC)


def digits(phone: str) -> str:
    return "".join(c for c in phone if c.isdigit())


def plain(name: str) -> str:
    return " ".join(name.casefold().split())


class Book:
    """All methods are safe from any thread and raise StorageError when the disk fails them."""

    def __init__(self, database: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._now = now

    def health(self) -> HealthMessage:
        with self._database.look() as link:
            book, version = book_and_version(link)
            count = link.execute("SELECT count(*) FROM incidents").fetchone()[0]
            sample = link.execute("SELECT sample FROM meta").fetchone()[0]
        return HealthMessage(
            program="cad-simulator", book=book, version=version, incidents=count, sample=bool(sample)
        )

    def fill(self, incidents: Iterable[IncidentMessage]) -> int:
        """Put made-up incidents into the book in one transaction; returns how many. Versions are given here."""
        count = 0
        with self._database.change() as link:
            for incident in incidents:
                insert(link, incident.model_copy(update={"version": next_version(link)}))
                number, _, day = incident.reference.partition(" of ")
                link.execute(
                    "INSERT INTO numbers VALUES (?1, ?2) ON CONFLICT (day) DO UPDATE SET last = max(last, ?2)",
                    (day, int(number)),
                )
                count += 1
            link.execute("UPDATE meta SET sample = 1")
        return count

    def page(self, since: int, book: str | None) -> bytes:
        """One IncidentPage as JSON: changes after `since`. The stored documents are joined, not parsed: long queues stay cheap."""
        with self._database.look() as link:
            own, version = book_and_version(link)
            restarted = (book is not None and book != own) or since > version
            start = 0 if restarted else since
            rows = link.execute(
                "SELECT version, document FROM incidents WHERE version > ? ORDER BY version LIMIT ?",
                (start, MAX_PAGE_INCIDENTS + 1),
            ).fetchall()
        chosen: list[str] = []
        size, reached = 0, start
        for row in rows[:MAX_PAGE_INCIDENTS]:
            size += len(row["document"].encode())
            if chosen and size > PAGE_BUDGET_BYTES:
                break
            chosen.append(row["document"])
            reached = row["version"]
        more = len(chosen) < len(rows)
        head = (
            f'{{"book":"{own}","next":{reached if more else max(version, reached)},"more":{str(more).lower()}'
        )
        tail = f'"restarted":{str(restarted).lower()},"incidents":[{",".join(chosen)}]}}'
        return f"{head},{tail}".encode()

    def incident(self, addressed: str) -> IncidentMessage | None:
        with self._database.look() as link:
            return load(link, addressed)

    def log(self, addressed: str) -> tuple[str, list[LogEntry]] | None:
        """CAD's reference and its newest acts in the order they were settled; None for an unknown incident."""
        with self._database.look() as link:
            incident = load(link, addressed)
            if incident is None:
                return None
            rows = link.execute(
                "SELECT entry FROM acts WHERE reference = ? ORDER BY row DESC LIMIT ?",
                (incident.reference, MAX_LOG_ENTRIES),
            ).fetchall()
        kept, size = [], 0
        for row in rows:
            size += len(row["entry"])
            if size > PAGE_BUDGET_BYTES:
                break
            kept.append(LogEntry.model_validate_json(row["entry"]))
        return incident.reference, kept[::-1]

    def act(self, addressed: str, act: ActMessage) -> Answer:
        """Apply once, in order, or refuse. The same id gets the same answer for ever; a refusal is remembered too."""
        digest = _digest(addressed, act)
        with self._database.change() as link:
            known = link.execute("SELECT digest, answer FROM acts WHERE id = ?", (act.id,)).fetchone()
            if known is not None:
                return _known(link, addressed, act, known, digest)
            incident = load(link, addressed, act.desk)
            if incident is None:
                return _no(act, RefusalCode.UNKNOWN_INCIDENT, f"CAD has no incident {addressed}.")
            if refusal := _out_of_order(link, addressed, act):
                return _no(act, refusal.code, refusal.reason, refusal.expected)
            result = rules.apply(incident, act, on_duty=_on_duty(link, act))
            answer: Answer
            now = self._now()
            if isinstance(result, rules.Refusal):
                answer = _no(act, result.code, result.reason)
            else:
                version = next_version(link)
                replace(link, incident, result.model_copy(update={"version": version}))
                answer = AppliedMessage(
                    id=act.id, reference=incident.reference, applied_at=now, version=version
                )
            _write_down(link, (addressed, incident.reference, digest), act, answer, now)
            return answer

    def set_duty(self, officer: str, duty: DutyMessage) -> None:
        with self._database.change() as link:
            link.execute(
                "INSERT OR REPLACE INTO duty VALUES (?, ?, ?)",
                (officer, duty.at.isoformat(timespec="microseconds"), duty.on_duty),
            )


def _digest(addressed: str, act: ActMessage) -> str:
    """Of what was done; its place in the order may become known later."""
    text = act.model_dump_json(exclude={"missing_from", "sequence"})
    return hashlib.sha256(f"{addressed}\n{text}".encode()).hexdigest()


def _no(act: ActMessage, code: RefusalCode, reason: str, expected: int | None = None) -> RefusedMessage:
    return RefusedMessage(id=act.id, code=code, reason=reason[:500], expected=expected)


def _known(
    link: sqlite3.Connection, addressed: str, act: ActMessage, row: sqlite3.Row, digest: str
) -> Answer:
    if row["digest"] != digest:
        return _no(act, RefusalCode.ID_REUSED, "CAD holds another act under the same id.")
    _settle(link, addressed, act)
    first: Answer
    if '"outcome":"applied"' in row["answer"][:40]:
        first = AppliedMessage.model_validate_json(row["answer"])
    else:
        first = RefusedMessage.model_validate_json(row["answer"])
    return first.model_copy(update={"repeated": True})


def _out_of_order(link: sqlite3.Connection, addressed: str, act: ActMessage) -> rules.Refusal | None:
    """Acts of one desk on one incident come one after another. Not remembered: the same act may come again in its turn."""
    row = link.execute(
        "SELECT last FROM sequences WHERE desk = ? AND addressed = ?", (act.desk, addressed)
    ).fetchone()
    expected = (row["last"] if row else 0) + 1
    if act.sequence in (0, expected) or act.verb is Verb.CONVERTED:
        return None
    if act.sequence < expected:
        words = f"A later act of this desk on {addressed} has been applied already (number {expected - 1})."
        return rules.Refusal(RefusalCode.OUT_OF_ORDER, words, expected)
    if act.missing_from == expected:
        return None
    words = f"Act {act.sequence} came before act {expected} of this desk on {addressed}."
    return rules.Refusal(RefusalCode.OUT_OF_ORDER, words, expected)


def _on_duty(link: sqlite3.Connection, act: ActMessage) -> bool:
    """On duty when it was done, not when it got here: acts are late after an outage. Nothing known: on duty."""
    row = link.execute(
        "SELECT on_duty FROM duty WHERE officer = ? AND since <= ? ORDER BY since DESC LIMIT 1",
        (act.officer, act.at_source.isoformat(timespec="microseconds")),
    ).fetchone()
    return row is None or bool(row["on_duty"])


def _write_down(
    link: sqlite3.Connection, names: tuple[str, str, str], act: ActMessage, answer: Answer, now: datetime
) -> None:
    """names: the reference the desk used, CAD's own, and the act's digest."""
    addressed, reference, digest = names
    refused = isinstance(answer, RefusedMessage)
    reason = answer.reason if isinstance(answer, RefusedMessage) else ""
    if act.missing_from is not None and act.missing_from < act.sequence:
        reason = f"Acts {act.missing_from} to {act.sequence - 1} never reached CAD. {reason}".strip()[:500]
    entry = LogEntry(
        **act.model_dump(exclude={"missing_from"}),
        applied_at=now,
        outcome="refused" if refused else "applied",
        reason=reason,
    )
    link.execute(
        "INSERT INTO acts (id, digest, reference, entry, answer) VALUES (?, ?, ?, ?, ?)",
        (act.id, digest, reference, entry.model_dump_json(), answer.model_dump_json()),
    )
    _settle(link, addressed, act)


def _settle(link: sqlite3.Connection, addressed: str, act: ActMessage) -> None:
    link.execute(
        "INSERT INTO sequences VALUES (?1, ?2, ?3) ON CONFLICT (desk, addressed) DO UPDATE SET last = max(last, ?3)",
        (act.desk, addressed, act.sequence),
    )


def load(link: sqlite3.Connection, addressed: str, desk: str = "") -> IncidentMessage | None:
    """By CAD's own reference, or by a provisional one of this desk."""
    alias = "SELECT reference FROM aliases WHERE desk = ?2 AND provisional = ?1"
    row = link.execute(
        f"SELECT document FROM incidents WHERE reference = coalesce(({alias}), ?1)",  # noqa: S608 - constant text
        (addressed, desk),
    ).fetchone()
    return None if row is None else IncidentMessage.model_validate_json(row["document"])


def _columns(incident: IncidentMessage) -> tuple[object, ...]:
    return (
        incident.reference,
        incident.version,
        incident.state,
        incident.taken_by,
        digits(incident.person.phone),
        plain(incident.person.name),
        incident.model_dump_json(exclude_none=True),
    )


def insert(link: sqlite3.Connection, incident: IncidentMessage) -> None:
    link.execute("INSERT INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?)", _columns(incident))


def replace(link: sqlite3.Connection, before: IncidentMessage, after: IncidentMessage) -> None:
    """Compare and set: only over the version that the decision was made on, else nothing of the transaction stands."""
    done = link.execute(
        "UPDATE incidents SET version = ?2, state = ?3, taken_by = ?4, phone = ?5, name = ?6, document = ?7 "
        "WHERE reference = ?1 AND version = ?8",
        (*_columns(after), before.version),
    )
    if done.rowcount != 1:
        raise sqlite3.OperationalError("incident changed meanwhile")


def new_reference(link: sqlite3.Connection, reported_at: datetime) -> str:
    """The next log number of that day: "155 of 21/11/2026"."""
    day = day_words(reported_at)
    row = link.execute(
        "INSERT INTO numbers VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last",
        (day,),
    ).fetchone()
    return f"{row['last']:03d} of {day}"
