"""The finished papers of a case for its bundle: signed statements, and completed forms as PDF and JSON."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from rvr_console.domain.bundle import BundleFile
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.form import FormState
from rvr_console.services.desk import Desk, Work
from rvr_console.services.form_reading import OpenForm
from rvr_console.services.forms import Forms

Papers = Callable[[str], Awaitable[Sequence[BundleFile]]]
_DONE = {FormState.COMPLETED: "completed", FormState.APPROVED: "completed and approved"}


def all_papers(*kinds: Papers) -> Papers:
    """One after another, in this order."""

    async def papers(consultation_id: str) -> list[BundleFile]:
        return [file for kind in kinds for file in await kind(consultation_id)]

    return papers


class FormFiles:
    """Forms only: restricted records (disclosures) are of another kind, are kept elsewhere, and never come here.

    A form that is not completed is no document yet and stays out. Each that goes in is logged first.
    """

    def __init__(self, desk: Desk, forms: Forms, desk_label: str) -> None:
        self._desk, self._forms, self._label = desk, forms, desk_label

    async def __call__(self, consultation_id: str) -> list[BundleFile]:
        """Raises EvidenceError when one cannot be set in pages."""

        def read(work: Work) -> tuple[list[OpenForm], str]:
            consultation = work.consultation(consultation_id)
            done = [one for one in self._forms.read_all(work, consultation) if one.form.state in _DONE]
            for one in done:
                details = {"form": one.form.id, "pack": one.pack.id, "version": str(one.pack.version)}
                work.log(
                    CustodyAct.FORM_EXPORTED,
                    consultation_id,
                    purpose="Hand-over bundle",
                    what="pdf and json",
                    state=one.form.state.value,
                    **details,
                )
            return done, consultation.incident

        done, about = await self._desk.note(read)
        who, at = self._desk.session.require().title, self._desk.clock.now()
        return await asyncio.to_thread(self._files, done, about, who, at)

    def _files(self, done: list[OpenForm], about: str, who: str, at: datetime) -> list[BundleFile]:
        from rvr_console.documents.form_page import form_json, form_pdf  # a large library, needed here only

        files = []
        for number, one in enumerate(done, 1):
            person = f", {one.form.person}" if one.form.person else ""
            title = f"{one.pack.title}{person}, {_DONE[one.form.state]}"
            stem = f"form-{number}-{re.sub('[^A-Za-z0-9]+', '-', one.pack.kind.value)}"
            pdf = form_pdf(
                one.form, one.pack, one.form_score, about=about, desk=self._label, made_by=who, made_at=at
            )
            data = form_json(one.form, one.pack, one.form_score, about=about, desk=self._label, made_at=at)
            files += [
                BundleFile(f"{stem}.pdf", title, pdf),
                BundleFile(f"{stem}.json", f"{title}, for programs", data),
            ]
        return files
