"""Forms as the store has them, each with the very pack that it was begun with."""

from dataclasses import dataclass

from rvr_console.domain.consultation import Consultation
from rvr_console.domain.form import Form, History, Pack, Score
from rvr_console.domain.form_packs import FormPacks
from rvr_console.domain.form_scoring import score
from rvr_console.errors import EvidenceError, KnownError, RefusedError
from rvr_console.services.desk import Work
from rvr_console.services.form_history import history_of


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form with the very pack that it was begun with, and what is known beside it. form_score: of the stored answers."""

    form: Form
    pack: Pack
    history: History
    form_score: Score


class FormReader:
    """Inside a transaction of the desk. Packs, and what is known beside a form, are kept in memory."""

    def __init__(self, packs: FormPacks) -> None:
        self._packs = packs
        self._parsed: dict[str, Pack] = {}
        self._known: dict[str, History] = {}

    def read_all(self, work: Work, consultation: Consultation) -> list[OpenForm]:
        """Oldest first."""
        kept = work.tx.forms.of_consultation(consultation.id)
        known = self.history(work, consultation) if kept else History(work.at)
        return [self.opened(work, form, known) for form in kept]

    def history(self, work: Work, consultation: Consultation) -> History:
        self._known[consultation.id] = history_of(work, consultation)
        return self._known[consultation.id]

    def known_history(self, work: Work, consultation: Consultation) -> History:
        """As last read: not looked for anew at every answer, for the local book may be large."""
        return self._known.get(consultation.id) or self.history(work, consultation)

    def opened(self, work: Work, form: Form, history: History) -> OpenForm:
        pack = self.pack_of(work, form)
        return OpenForm(form, pack, history, score(pack, form, history))

    def pack_of(self, work: Work, form: Form) -> Pack:
        """The very version that the form was begun with: this desk's own, else from the text that was kept with the form.

        Raises EvidenceError when the kept text is not the one that the form was begun with.
        """
        known = self._parsed.get(form.pack_digest)
        if known is None:
            try:
                known = self._packs.get(form.pack_id, form.pack_version)
            except KnownError:
                known = None
            if known is None or known.digest != form.pack_digest:
                kept = work.tx.forms.pack(form.pack_digest)
                known = self._packs.parse(kept.text if kept else "")
            if known.digest != form.pack_digest:
                raise EvidenceError(
                    "The wording that was kept with a form is not the one that it was begun with.",
                    kept="The answers are kept as they were given.",
                    todo="Do not use the form. Tell IT.",
                )
            self._parsed[form.pack_digest] = known
        return known


def get_form(work: Work, form_id: str) -> Form:
    """Raises RefusedError when there is none."""
    form = work.tx.forms.get(form_id)
    if form is None:
        raise RefusedError("There is no such form.", kept="Nothing was changed.")
    return form
