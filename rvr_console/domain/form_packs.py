"""Where forms' packs come from. The adapter package `packs` implements it."""

from datetime import datetime
from typing import Protocol

from rvr_console.domain.form import Pack


class FormPacks(Protocol):
    """Every pack that was found valid; nothing else is ever in it."""

    def current(self, kind_or_id: str, at: datetime) -> Pack:
        """The version in force at that moment: by pack id, or by kind as the force's setting chooses. Raises KnownError: there is none."""
        ...

    def get(self, pack_id: str, version: str) -> Pack:
        """One version. Raises KnownError: this desk does not have it (show the form by its own kept text with `parse`)."""
        ...

    def all(self) -> tuple[Pack, ...]:
        """Every version of every pack, by id, newest first."""
        ...

    def parse(self, text: str) -> Pack:
        """A pack from the text that a form kept (`Pack.text`): its signature was checked when it was taken. Raises UntrustedInputError."""
        ...
