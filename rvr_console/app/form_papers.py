"""Forms as files: the PDF and the JSON of one form, logged before they exist."""

import asyncio
from pathlib import Path

from rvr_console.app.new_files import write_new
from rvr_console.services.desk import Desk
from rvr_console.services.form_reading import OpenForm
from rvr_console.services.forms import Forms


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
        made = write_new(
            folder,
            stem,
            ((".pdf", pdf), (".json", data)),
            what="The form",
            kept="All answers are stored.",
        )
        return made[0].name
