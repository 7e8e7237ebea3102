"""Reading and checking the custody log."""

import asyncio
from dataclasses import replace

from rvr_console.domain.access import Act, Relation, User, allows, check
from rvr_console.domain.checkpoint import parse_note
from rvr_console.domain.custody import CustodyAct, CustodyEntry, CustodyFault, FaultKind
from rvr_console.domain.custody_check import LogCheck
from rvr_console.domain.custody_health import CheckpointFacts, CustodyHealth
from rvr_console.domain.custody_store import StoredCheckpoint
from rvr_console.domain.custody_witness import Witness
from rvr_console.domain.events import CustodyCheckMoved, CustodyHealthChanged
from rvr_console.domain.repositories import Transaction
from rvr_console.errors import EvidenceError, StorageError
from rvr_console.services.checkpoints import Checkpoints
from rvr_console.services.custody_stamps import CustodyStamps
from rvr_console.services.desk import Desk, Work, relation

LOG = "custody log"  # subject of entries about the log itself
_BATCH = 1000  # entries checked in one transaction: other acts wait some 10 ms
_TELL_NS = 250_000_000
_SHOWN = 20


class CustodyLog:
    def __init__(
        self, desk: Desk, checkpoints: Checkpoints | None = None, stamps: CustodyStamps | None = None
    ) -> None:
        """checkpoints: without them (no desk identity) only the entries and the tip are checked."""
        self._desk = desk
        self._checkpoints = checkpoints
        self._stamps = stamps or CustodyStamps(desk)
        self._health = self._told = CustodyHealth()
        self._one_at_a_time = asyncio.Lock()

    @property
    def health(self) -> CustodyHealth:
        """As it was found last; names no case. Changes are told by CustodyHealthChanged."""
        return self._health

    async def verify_at_start(self) -> list[CustodyFault]:
        """By the console itself, before anybody signs in. Empty when intact. What is found is itself logged, once."""
        health = await self._verify()
        if health.faults:
            await self._desk.note(lambda work: _log_faults(work, health.faults))
        return list(health.faults)

    async def verify(self) -> CustodyHealth:
        """Asked for by a person whose role may verify; the answer names no case."""

        def permit(_: Work, user: User) -> None:
            if not any(allows(user.role, Act.VERIFY_CUSTODY, stands) for stands in Relation):
                check(user, Act.VERIFY_CUSTODY)

        await self._desk.act(Act.VERIFY_CUSTODY, LOG, permit)
        return await self._verify()

    async def seal(self, reason: str = "") -> CustodyHealth:
        """Sign a checkpoint if anything was added. reason: have it time-stamped too. Raises StorageError."""
        if self._checkpoints is not None:
            newest = await self._checkpoints.make()
            if reason:
                await self._stamps.ask_for(newest, reason)
            else:
                await self._stamps.ask_daily(newest)
        return await self._tell()

    async def send_stamps(self) -> CustodyHealth:
        """Ask the time-stamp authority for what is pending. Raises StorageError."""
        if await self._stamps.send() or self._health.stamps.pending:
            await self._tell()
        return self._health

    async def for_subject(self, subject: str) -> list[CustodyEntry]:
        """Oldest first. subject: consultation id, evidence id or incident reference."""

        def read(work: Work, user: User) -> list[CustodyEntry]:
            check(user, Act.READ_CUSTODY, stands_to(work, user, subject))
            return work.tx.custody.of(subject)

        return await self._desk.act(Act.READ_CUSTODY, subject, read)

    async def _verify(self) -> CustodyHealth:
        """In short transactions, so that the desk works on meanwhile."""
        async with self._one_at_a_time:
            unread: list[CustodyFault] = []
            witness: Witness | None = None
            if self._checkpoints is not None:
                try:
                    witness = await self._checkpoints.witness()
                except StorageError as error:
                    unread.append(CustodyFault(0, error.what, FaultKind.CHECKPOINT))
            run = LogCheck(roots=witness.roots if witness else {})
            entry_faults = await self._check(run)
            found = witness.faults(run, entry_faults) if witness else []
            unread += await self._stamps.verify()
            self._health = replace(
                self._health,
                verified_at=self._desk.clock.now(),
                entries=run.entries,
                erased=len(run.erased),
                faults=(*found, *entry_faults, *unread),
            )
        return await self._tell()

    async def _check(self, run: LogCheck) -> list[CustodyFault]:
        """Tells how far it is, four times a second at most."""
        began = told = self._desk.clock.monotonic_ns()
        of = 0
        try:
            while True:
                of, found = await self._desk.note(lambda work: _check_some(work.tx, run))
                if found is not None:
                    return found
                now = self._desk.clock.monotonic_ns()
                if now - told >= _TELL_NS:
                    told = now
                    self._desk.publish([CustodyCheckMoved(run.entries, of)])
        finally:
            if told != began:
                self._desk.publish([CustodyCheckMoved(run.entries, of, running=False)])

    async def _tell(self) -> CustodyHealth:
        entries, newest, before, stamps = await self._desk.note(
            lambda work: (*_standing(work.tx), self._stamps.facts(work.tx))
        )
        self._health = replace(
            self._health,
            entries=entries,
            checkpoint=newest,
            found_before=before,
            unmirrored=self._checkpoints.unmirrored if self._checkpoints else 0,
            stamps=stamps,
        )
        if self._health != self._told:
            self._told = self._health
            self._desk.publish([CustodyHealthChanged(self._health)])
        return self._health


def _check_some(tx: Transaction, run: LogCheck) -> tuple[int, list[CustodyFault] | None]:
    """(entries by the end mark, what was found; None: there is more to check)."""
    done = tx.custody.check(run, _BATCH)
    return tx.custody.tip().entries, tx.custody.faults(run) if done else None


def _log_faults(work: Work, faults: tuple[CustodyFault, ...]) -> None:
    """One entry for what was found, unless the last one says the same: it stays said after the traces are gone."""
    words = "; ".join(fault.what for fault in faults[:_SHOWN])
    said = _found_before(work.tx)
    if not said or said[-1] != words:
        work.log(CustodyAct.LOG_FAULT_FOUND, LOG, faults=str(len(faults)), found=words)


def _found_before(tx: Transaction) -> tuple[str, ...]:
    try:
        entries = tx.custody.of(LOG)
    except EvidenceError:
        return ()  # one of them was changed: the verification says so
    return tuple(e.details.get("found", "") for e in entries if e.act is CustodyAct.LOG_FAULT_FOUND)


def _standing(tx: Transaction) -> tuple[int, CheckpointFacts | None, tuple[str, ...]]:
    newest = tx.custody_seals.last()
    return tx.custody.tip().entries, _facts(tx, newest) if newest else None, _found_before(tx)


def _facts(tx: Transaction, newest: StoredCheckpoint) -> CheckpointFacts | None:
    try:
        desk = parse_note(newest.note).checkpoint.desk
    except EvidenceError:
        return None  # the verification says so
    cosigners = tuple(one.cosigner for one in tx.custody_seals.cosignatures([newest.number]))
    return CheckpointFacts(newest.number, newest.size, newest.at, desk, cosigners)


def stands_to(work: Work, user: User, subject: str) -> Relation:
    """How the person stands to what the entries are about; for an incident, to its newest consultation."""
    consultation = work.tx.consultations.get(subject)
    if consultation is None:
        recording = work.tx.recordings.get(subject)
        exhibit = work.tx.exhibits.get(subject) if recording is None else None
        if recording is not None:
            consultation = work.tx.consultations.get(recording.consultation_id)
        elif exhibit is not None:
            consultation = work.tx.consultations.get(exhibit.consultation_id)
    if consultation is None:
        of_incident = work.tx.consultations.of_incident(subject)
        consultation = of_incident[-1] if of_incident else None
    return Relation.NONE if consultation is None else relation(work, user, consultation)
