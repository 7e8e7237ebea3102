"""The versions of a statement and what became of each: frozen, shown and ended, signed, reopened."""

from collections.abc import Sequence
from dataclasses import dataclass

from rvr_console.domain.signing import Ceremony
from rvr_console.domain.statement import Statement, StatementVersion, Turn


@dataclass(frozen=True, slots=True)
class PastVersion:
    """turns, showings: oldest first."""

    version: StatementVersion
    turns: tuple[Turn, ...]
    showings: tuple[Ceremony, ...]


def past_versions(statement: Statement, signings: Sequence[Ceremony]) -> tuple[PastVersion, ...]:
    """Newest first. signings: of the whole consultation."""
    return tuple(
        PastVersion(
            version,
            tuple(one for one in statement.turns if one.number == version.number),
            tuple(
                one for one in signings if (one.statement_id, one.version) == (statement.id, version.number)
            ),
        )
        for version in reversed(statement.versions)
    )
