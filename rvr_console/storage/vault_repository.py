"""Checks of the vault in the embedded store. Insert only; the database sees to that too."""

from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import RowMapping

from rvr_console.domain.vault_check import (
    EvidenceKind,
    FileState,
    RunCause,
    RunOutcome,
    VaultFinding,
    VaultRun,
)
from rvr_console.storage import vault_tables as t

_R = t.vault_runs.c
_F = t.vault_findings.c


class SqlVaultRuns:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, run: VaultRun) -> None:
        done = self._connection.execute(
            insert(t.vault_runs)
            .values(
                started_at=run.started_at,
                ended_at=run.ended_at,
                cause=run.cause.value,
                outcome=run.outcome.value,
                files=run.files,
                size=run.size,
                work_ms=round(run.seconds * 1000),
                sound=run.sound,
                recordings=run.recordings,
                exhibits=run.exhibits,
                recorded_us=run.recorded_us,
                recorded_bytes=run.recorded_bytes,
                mended=list(run.mended),
            )
            .returning(_R.number)
        )
        number = done.scalar_one()
        for place, finding in enumerate(run.findings):
            self._connection.execute(insert(t.vault_findings).values(_row(number, place, finding)))

    def last(self, outcome: RunOutcome | None = None) -> VaultRun | None:
        query = select(t.vault_runs).order_by(_R.number.desc()).limit(1)
        if outcome is not None:
            query = query.where(_R.outcome == outcome.value)
        row = self._connection.execute(query).mappings().first()
        return self._run(row) if row else None

    def _run(self, row: RowMapping) -> VaultRun:
        findings = self._connection.execute(
            select(t.vault_findings).where(_F.run == row["number"]).order_by(_F.place)
        ).mappings()
        return VaultRun(
            started_at=row["started_at"],
            ended_at=row["ended_at"],
            cause=RunCause(row["cause"]),
            outcome=RunOutcome(row["outcome"]),
            files=row["files"],
            size=row["size"],
            seconds=row["work_ms"] / 1000,
            sound=row["sound"],
            recordings=row["recordings"],
            exhibits=row["exhibits"],
            recorded_us=row["recorded_us"],
            recorded_bytes=row["recorded_bytes"],
            findings=tuple(_finding(finding) for finding in findings),
            mended=tuple(row["mended"]),
        )


def _row(number: int, place: int, finding: VaultFinding) -> dict[str, object]:
    return {
        "run": number,
        "place": place,
        "state": finding.state.value,
        "kind": finding.kind.value,
        "evidence_id": finding.evidence_id,
        "segment": finding.segment,
        "file": finding.file,
        "what": finding.what,
        "reason": finding.reason,
        "fault_at": finding.where,
        "proof": list(finding.proof),
        "is_new": finding.is_new,
    }


def _finding(row: RowMapping) -> VaultFinding:
    return VaultFinding(
        FileState(row["state"]),
        EvidenceKind(row["kind"]),
        row["evidence_id"],
        row["segment"],
        row["file"],
        row["what"],
        row["reason"],
        row["fault_at"],
        tuple(row["proof"]),
        row["is_new"],
    )
