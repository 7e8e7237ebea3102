"""Forms as files: the PDF and the JSON of one form, logged before they exist."""

import asyncio
import os
from pathlib import Path

from rvr_console.errors import StorageError
from rvr_console.services.desk import Desk
from rvr_console.services.form_reading import OpenForm
from rvr_console.services.forms import Forms

_TRIES = 100


class FormPapers:
    """Implements ui.risk.ports.FormFiles. desk_label: stands on the page; one that begins with TEST marks it."""

    def __init__(self, desk: Desk, forms: Forms, desk_label: str) -> None:
        self._desk, self._forms, self._label = desk, forms, desk_label

    async def pdf(self, form_id: str, purpose: str) -> bytes:
        """The act is logged first. Raises AccessDeniedError, EvidenceError."""
        opened, about = await self._logged(form_id, "pdf", purpose)
        return await asyncio.to_thread(self._pdf, opened, about, self._who())

    async def save(self, form_id: str, folder: str, purpose: str) -> str:
        """PDF and JSON into the folder, under names that are not there yet. Raises StorageError: nothing half written stays."""
        opened, about = await self._logged(form_id, "pdf and json", purpose)
        return await asyncio.to_thread(self._write, opened, about, Path(folder), self._who())

    async def _logged(self, form_id: str, what: str, purpose: str) -> tuple[OpenForm, str]:
        opened = await self._forms.exported(form_id, what, purpose)
        cid = opened.form.consultation_id
        return opened, await self._desk.note(lambda work: work.consultation(cid).incident)

    def _who(self) -> str:
        return self._desk.session.require().title

    def _pdf(self, opened: OpenForm, about: str, who: str) -> bytes:
        from rvr_console.documents.form_page import form_pdf  # a large library, needed here only

        return form_pdf(
            opened.form,
            opened.pack,
            opened.form_score,
            about=about,
            desk=self._label,
            made_by=who,
            made_at=self._desk.clock.now(),
        )

    def _write(self, opened: OpenForm, about: str, folder: Path, who: str) -> str:
        from rvr_console.documents.form_page import form_json

        pdf = self._pdf(opened, about, who)
        data = form_json(
            opened.form,
            opened.pack,
            opened.form_score,
            about=about,
            desk=self._label,
            made_at=self._desk.clock.now(),
        )
        reference = about.split(" ", maxsplit=1)[0].replace("/", "_")
        stem = f"{opened.pack.kind.value}-{reference}-{opened.form.id[:8]}"
        for number in range(_TRIES):
            name = stem if not number else f"{stem}-{number}"
            targets = [(folder / f"{name}.pdf", pdf), (folder / f"{name}.json", data)]
            if not any(target.exists() for target, _ in targets):
                _write_all(targets)
                return targets[0][0].name
        raise StorageError(
            "There are too many files of this form in the folder.", todo="Choose another folder."
        )


def _write_all(targets: list[tuple[Path, bytes]]) -> None:
    """For this person only, durable, never over another file; all of them or none."""
    made: list[Path] = []
    try:
        for target, content in targets:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            made.append(target)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        for target in made:  # only what was made here: another's file of that name stays
            target.unlink(missing_ok=True)
        raise StorageError(
            f"The form could not be written: {error.strerror or 'the disk refused'}.",
            kept="All answers are stored.",
            todo="Choose another folder, or free some space.",
        ) from error
