"""The wording of statements and the rule of who signs by video: the force's own files where there are any, else the bundled ones."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from rvr_console.documents import signing_policy, statement_policy
from rvr_console.documents.signing_policy import load_signing_policy
from rvr_console.documents.statement_policy import StatementPolicy, read_policy
from rvr_console.domain.signing_gate import GatePolicy
from rvr_console.errors import UntrustedInputError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PaperPolicies:
    """refused: why a force's file is not in use."""

    statement: StatementPolicy
    gate: GatePolicy
    refused: tuple[str, ...] = ()


def load_paper_policies(folder: Path | None = None) -> PaperPolicies:
    """folder: a force's own files, each named as the bundled one that it replaces. Raises UntrustedInputError for a bundled one."""
    refused: list[str] = []

    def read(bundled: Path, load: Callable[[Path], T]) -> T:
        own = folder / bundled.name if folder is not None else None
        if own is not None and own.exists():
            try:
                return load(own)
            except UntrustedInputError as error:
                refused.append(f"{own.name}: {error.what}")
            except OSError as error:
                refused.append(f"The policy file {own.name} cannot be read: {type(error).__name__}.")
        return load(bundled)

    statement = read(statement_policy.BUNDLED, read_policy)
    return PaperPolicies(statement, read(signing_policy.BUNDLED, load_signing_policy), tuple(refused))
