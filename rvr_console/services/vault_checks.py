"""Checking the whole vault: every file walked, compared with store, custody log and the last check; findings kept and told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby

from rvr_console.domain.access import Act, Relation, User, allows, check
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.file_check import CheckStoppedError
from rvr_console.domain.vault_check import (
    SOUND,
    EvidenceKind,
    FileState,
    FileVerdict,
    QuietWorker,
    RunCause,
    RunOutcome,
    VaultChecked,
    VaultCheckProgress,
    VaultFile,
    VaultFiles,
    VaultFinding,
    VaultRun,
)
from rvr_console.errors import RefusedError
from rvr_console.services.check_watch import CheckWatch
from rvr_console.services.desk import Desk, Work
from rvr_console.services.vault_facts import (
    CustodyKnowledge,
    KnownEvidence,
    compared,
    custody_knowledge,
    finding_of,
    known_evidence,
    missing,
)
from rvr_console.services.vault_rows import LoggedEvidence, logged_evidence, row_findings

VAULT = "vault"  # subject of the custody entries about the whole of it


@dataclass(slots=True)
class _Walked:
    """What one check has gathered."""

    cause: RunCause
    started_at: datetime
    verdicts: list[FileVerdict]
    whole: bool = True
    seconds: float = 0.0


class VaultChecks:
    """One check at a time. The reading is done on the quiet thread; it waits while a call is recorded."""

    def __init__(self, desk: Desk, files: VaultFiles, worker: QuietWorker, busy: Callable[[], bool]) -> None:
        """busy: a call is recorded now; asked from the quiet thread."""
        self._desk = desk
        self._files = files
        self._worker = worker
        self._busy = busy
        self._watch: CheckWatch | None = None

    @property
    def progress(self) -> VaultCheckProgress | None:
        """Of the check that is running; None when none is."""
        return self._watch.progress() if self._watch else None

    async def ask(self) -> VaultRun:
        """A check now, by a person whose role may verify. Raises AccessDeniedError; RefusedError while one is running."""
        await self._desk.act(Act.VERIFY_CUSTODY, VAULT, lambda _work, user: _may_verify(user))
        return await self.run(RunCause.ASKED)

    async def ask_to_stop(self) -> None:
        """The running check ends, by a person whose role may verify; who it was stands in the log. Raises AccessDeniedError."""

        def stopped(work: Work, user: User) -> None:
            _may_verify(user)
            if self._watch is not None:
                work.log(CustodyAct.VAULT_CHECK_STOPPED, VAULT)

        await self._desk.act(Act.VERIFY_CUSTODY, VAULT, stopped)
        self.cancel()

    def cancel(self) -> None:
        """By the console itself, which ends: the running check leaves at its next record; what it found is kept."""
        if self._watch is not None:
            self._watch.stop()

    async def run(self, cause: RunCause) -> VaultRun:
        """Check everything and keep the result. Raises StorageError, RefusedError while one is running."""
        if self._watch is not None:
            raise RefusedError("The vault is being checked already.", kept="That check goes on.")
        self._watch = watch = CheckWatch(self._busy, self._desk.events.publish)
        try:
            walked = await self._walk(cause, watch)
            return await self._conclude(walked)
        finally:
            self._watch = None

    async def last(self, outcome: RunOutcome | None = None) -> VaultRun | None:
        return await self._desk.note(lambda work: work.tx.vault_runs.last(outcome))

    async def _walk(self, cause: RunCause, watch: CheckWatch) -> _Walked:
        walked = _Walked(cause, self._desk.clock.now(), [])
        try:
            await self._worker.run(watch.wait_until_free)  # what is recorded now is not listed half written
            files = await self._worker.run(self._files.listed)
            watch.expect(len(files), sum(f.size for f in files))
            for evidence_id, group in groupby(files, key=lambda f: f.evidence_id):
                members = list(group)
                await self._check(evidence_id, members, watch, walked)
                watch.files_done(len(members), sum(f.size for f in members))
        except CheckStoppedError:
            walked.whole = False
        walked.seconds = round(watch.worked(), 3)
        return walked

    async def _check(
        self, evidence_id: str, members: Sequence[VaultFile], watch: CheckWatch, walked: _Walked
    ) -> None:
        custody = CustodyKnowledge()
        if evidence_id:
            custody = await self._desk.note(lambda work: custody_knowledge(work, evidence_id))
        walk = partial(self._files.check, members, custody.heads, watch)
        walked.verdicts += await self._worker.run(walk)

    async def _conclude(self, walked: _Walked) -> VaultRun:
        """Compare with what is known now, so that what was begun or ended meanwhile is no finding."""
        expected: dict[str, KnownEvidence] = {}
        logged = LoggedEvidence()
        there = frozenset[tuple[str, int]]()
        if walked.whole:
            logged = await logged_evidence(self._desk)
            expected = await self._desk.note(known_evidence)
            now = await self._worker.run(self._files.listed)
            there = frozenset((f.evidence_id, f.segment) for f in now)
        writing = await self._worker.run(self._files.writing)
        ended_at = self._desk.clock.now()

        def keep(work: Work) -> VaultRun:
            known = known_evidence(work)
            verdicts = [_unless_writing(v, writing) for v in walked.verdicts]
            findings = [f for v in verdicts if (f := self._finding(work, v, known))]
            findings += self._missing(work, expected, there)
            findings += row_findings(work, logged, frozenset(evidence_id for evidence_id, _ in there))
            run = _run_of(walked, verdicts, findings, ended_at)
            return keep_run(work, run)

        run = await self._desk.note(keep)
        self._desk.events.publish(VaultChecked(run))
        return run

    @staticmethod
    def _finding(work: Work, verdict: FileVerdict, known: dict[str, KnownEvidence]) -> VaultFinding | None:
        evidence_id = verdict.file.evidence_id
        if verdict.state is FileState.WRITING or (verdict.state in SOUND and evidence_id in known):
            return None
        custody = custody_knowledge(work, evidence_id) if evidence_id else CustodyKnowledge()
        return finding_of(verdict, known.get(evidence_id), custody)

    @staticmethod
    def _missing(
        work: Work, known: dict[str, KnownEvidence], there: frozenset[tuple[str, int]]
    ) -> list[VaultFinding]:
        return [
            missing(evidence, segment, custody_knowledge(work, evidence.evidence_id))
            for evidence in known.values()
            for segment in evidence.segments
            if (evidence.evidence_id, segment) not in there
        ]


def _may_verify(user: User) -> None:
    if not any(allows(user.role, Act.VERIFY_CUSTODY, stands) for stands in Relation):
        check(user, Act.VERIFY_CUSTODY)


def _unless_writing(verdict: FileVerdict, writing: frozenset[str]) -> FileVerdict:
    if verdict.file.evidence_id in writing and verdict.state in {FileState.OPEN, FileState.UNREADABLE}:
        return replace(verdict, state=FileState.WRITING)
    return verdict


def _run_of(
    walked: _Walked,
    verdicts: Sequence[FileVerdict],
    findings: Sequence[VaultFinding],
    ended_at: datetime,
) -> VaultRun:
    recorded = [v for v in verdicts if v.file.kind is EvidenceKind.RECORDING and v.state in SOUND]
    ids = {(v.file.kind, v.file.evidence_id) for v in verdicts}
    return VaultRun(
        started_at=walked.started_at,
        ended_at=ended_at,
        cause=walked.cause,
        outcome=RunOutcome.DONE if walked.whole else RunOutcome.CANCELLED,
        files=len(verdicts),
        size=sum(v.file.size for v in verdicts),
        seconds=walked.seconds,
        sound=sum(v.state in SOUND for v in verdicts),
        recordings=sum(kind is EvidenceKind.RECORDING for kind, _ in ids),
        exhibits=sum(kind is EvidenceKind.EXHIBIT for kind, _ in ids),
        recorded_us=sum(v.duration_us for v in recorded),
        recorded_bytes=sum(v.file.size for v in recorded),
        findings=tuple(findings),
    )


def keep_run(work: Work, run: VaultRun) -> VaultRun:
    """Store and log a check; new findings are logged under their evidence and told."""
    last, last_whole = work.tx.vault_runs.last(), work.tx.vault_runs.last(RunOutcome.DONE)
    before = [f for earlier in (last, last_whole) if earlier for f in earlier.findings]
    new, gone = compared(run.findings, before)
    mended = gone if run.outcome is RunOutcome.DONE else []
    findings = tuple(replace(f, is_new=f in new) for f in run.findings)
    run = replace(run, findings=findings, mended=tuple(sorted({f.file for f in mended})))
    work.tx.vault_runs.add(run)
    for finding in new:
        work.log(
            CustodyAct.VAULT_DAMAGED,
            finding.evidence_id or VAULT,
            state=finding.state.value,
            file=finding.file,
            words=finding.in_words(),
        )
    for finding in {f.file: f for f in mended}.values():
        words = "The last check found it wrong; now it is sound, or no longer expected."
        work.log(CustodyAct.VAULT_VERIFIED, finding.evidence_id or VAULT, file=finding.file, words=words)
    work.log(
        CustodyAct.VAULT_VERIFIED,
        VAULT,
        cause=run.cause.value,
        outcome=run.outcome.value,
        files=str(run.files),
        bytes=str(run.size),
        sound=str(run.sound),
        findings=str(len(findings)),
        new=str(len(new)),
    )
    if new:
        more = f" ({len(new)} findings in all)" if len(new) > 1 else ""
        work.tell(
            Fault(
                f"The check of the vault found something wrong{more}: {new[0].in_words()}",
                "Nothing was changed; what still proves the evidence is kept with the finding.",
                "Do not move or mend files yourself. Tell IT and your supervisor.",
            )
        )
    return run
