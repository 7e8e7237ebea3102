"""Forms beside the call: started from the pack in force, answered, judged, completed, approved; every act with its custody entry."""

import hashlib
import json
from collections.abc import Callable

from rvr_console.domain import form_rules
from rvr_console.domain.access import Act, Relation, User, allows, check
from rvr_console.domain.consultation import Consultation, ConsultationState
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import FormChanged
from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.form import Answer, Form, Pack, PackKind, new_form
from rvr_console.domain.form_packs import FormPacks
from rvr_console.domain.form_scoring import grade_of, raise_grade
from rvr_console.errors import AccessDeniedError, KnownError, RefusedError
from rvr_console.services.desk import Desk, Work, check_may_read, relation
from rvr_console.services.form_history import EarlierForm, earlier_forms
from rvr_console.services.form_reading import FormReader, OpenForm, get_form

_CLOSED = frozenset({ConsultationState.SUBMITTED, ConsultationState.REVIEWED})
_MAX_PERSON = 300


class Forms:
    """moment: where the recording of a consultation stands now, None while nothing is recorded."""

    def __init__(self, desk: Desk, packs: FormPacks, moment: Callable[[str], RecordingMoment | None]) -> None:
        self._desk, self._packs, self._moment = desk, packs, moment
        self._reader = FormReader(packs)

    def offered(self) -> list[Pack]:
        """The packs in force now, one of each kind, in the order of the kinds."""
        found = []
        for kind in PackKind:
            try:
                found.append(self._packs.current(kind.value, self._desk.clock.now()))
            except KnownError:
                continue  # this force has none of this kind
        return found

    def title_of(self, kind_or_id: str) -> str:
        """Of the pack in force now; "" where this desk has none."""
        try:
            return self._packs.current(kind_or_id, self._desk.clock.now()).title
        except KnownError:
            return ""

    async def of_consultation(self, consultation_id: str) -> list[OpenForm]:
        """Oldest first. Raises AccessDeniedError."""

        def read(work: Work, user: User) -> list[OpenForm]:
            consultation = work.consultation(consultation_id)
            check_may_read(work, user, consultation)
            return self.read_all(work, consultation)

        return await self._desk.act(Act.CONSULT, consultation_id, read)

    def read_all(self, work: Work, consultation: Consultation) -> list[OpenForm]:
        """As of_consultation, inside another act's transaction; the caller has checked the right to read."""
        return self._reader.read_all(work, consultation)

    async def earlier(self, consultation_id: str) -> list[EarlierForm]:
        """Forms of other consultations of this incident or about the same person, newest first. The look is logged."""

        def read(work: Work, user: User) -> list[EarlierForm]:
            consultation = work.consultation(consultation_id)
            check_may_read(work, user, consultation)
            found = earlier_forms(work, consultation, lambda form: self._reader.pack_of(work, form))
            for one in found:
                work.log(
                    CustodyAct.FORM_VIEWED, one.form.consultation_id, form=one.form.id, beside=consultation_id
                )
            return found

        return await self._desk.act(Act.CONSULT, consultation_id, read)

    async def start(self, consultation_id: str, kind_or_id: str, person: str = "") -> OpenForm:
        """A form from the pack in force. One for each pack (and person): one that is there already is given back."""
        pack = self._packs.current(kind_or_id, self._desk.clock.now())
        about = " ".join(person.split())
        if pack.per_person and not about:
            raise RefusedError(
                "This form is about one person.", kept="Nothing was changed.", todo="Write the person's name."
            )
        if len(about) > _MAX_PERSON:
            raise RefusedError("The name is too long.", kept="Nothing was changed.", todo="Shorten it.")

        def begin(work: Work, _user: User, consultation: Consultation) -> OpenForm:
            _check_not_submitted(consultation)
            known = self._reader.history(work, consultation)
            for form in work.tx.forms.of_consultation(consultation_id):
                if form.pack_id == pack.id and form.person.casefold() == about.casefold():
                    return self._reader.opened(work, form, known)
            form = new_form(pack, work.new_id(), consultation_id, work.at, about)
            work.tx.forms.add(form, pack)
            work.log(
                CustodyAct.FORM_STARTED,
                consultation_id,
                form=form.id,
                pack=pack.id,
                version=pack.version,
                digest=pack.digest,
            )
            work.tell(FormChanged(form))
            return self._reader.opened(work, form, known)

        return await self._desk.on_case(Act.CONSULT, consultation_id, begin)

    async def answer(
        self, form_id: str, item: str, value: str, comment: str = "", reason: str = "", correction: str = ""
    ) -> OpenForm:
        """One item as it now stands, whole; the answer and its custody entry in one transaction, with the place in the recording.

        value "": not answered, `reason` says why. correction: why the answer before was wrong, needed where a strong flag or an
        indicated grade goes with it. Raises RefusedError when the pack does not allow it.
        """

        def keep(work: Work, user: User, pack: Pack, form: Form) -> Form:
            place = _place(self._moment(form.consultation_id))
            given = Answer(item, value, work.at, user.collar, comment, *place, reason, correction)
            answered = form_rules.answer(pack, form, given)
            if answered is form:
                return form
            work.log(
                CustodyAct.FORM_ANSWERED,
                form.consultation_id,
                **_answer_details(form, answered.answers[item]),
            )
            return work.tx.forms.replace(answered)

        return await self._on_form(Act.CONSULT, form_id, keep)

    async def raise_grade(self, form_id: str, grade: str, reason: str) -> OpenForm:
        """Professional judgement; never lowers. Raises RefusedError."""

        def keep(work: Work, user: User, pack: Pack, form: Form) -> Form:
            raised = raise_grade(pack, form, grade, reason, user.collar, work.at)
            work.log(
                CustodyAct.GRADE_RAISED,
                form.consultation_id,
                form=form.id,
                before=grade_of(pack, form),
                grade=grade,
                reason_sha256=_digest(reason),
            )
            return work.tx.forms.replace(raised)

        return await self._on_form(Act.CONSULT, form_id, keep)

    async def complete(self, form_id: str) -> OpenForm:
        """Raises RefusedError, naming what is open."""

        def keep(work: Work, user: User, pack: Pack, form: Form) -> Form:
            done = form_rules.complete(pack, form, user.collar, work.at)
            work.log(CustodyAct.FORM_COMPLETED, form.consultation_id, **_state_details(pack, form))
            return work.tx.forms.replace(done)

        return await self._on_form(Act.CONSULT, form_id, keep)

    async def reopen(self, form_id: str, reason: str) -> OpenForm:
        """For a correction; answers, grade and earlier approvals stay. Raises RefusedError."""

        def keep(work: Work, user: User, pack: Pack, form: Form) -> Form:
            again = form_rules.reopen(form, reason, user.collar, work.at)
            work.log(
                CustodyAct.FORM_REOPENED,
                form.consultation_id,
                **_state_details(pack, form),
                reason_sha256=_digest(reason),
            )
            return work.tx.forms.replace(again)

        return await self._on_form(Act.CONSULT, form_id, keep)

    async def approve(self, form_id: str, seen: int | None = None) -> OpenForm:
        """By a sergeant of the team, never one's own. seen: the version that was read. Raises RefusedError, AccessDeniedError."""

        def keep(work: Work, user: User, pack: Pack, form: Form) -> Form:
            _check_seen(form, seen)
            approved = form_rules.approve(pack, form, user.collar, work.at)
            work.log(CustodyAct.FORM_APPROVED, form.consultation_id, **_state_details(pack, form))
            return work.tx.forms.replace(approved)

        return await self._on_form(Act.REVIEW, form_id, keep)

    async def exported(self, form_id: str, what: str, purpose: str = "") -> OpenForm:
        """Log that the form leaves the console (what: "pdf", "json", or the id of a text block), and give it."""

        def log(work: Work, user: User) -> OpenForm:
            form = get_form(work, form_id)
            consultation = work.consultation(form.consultation_id)
            check_may_read(work, user, consultation)
            pack = self._reader.pack_of(work, form)
            work.log(
                CustodyAct.FORM_EXPORTED,
                form.consultation_id,
                purpose=purpose,
                what=what,
                **_state_details(pack, form),
            )
            return self._reader.opened(work, form, self._reader.known_history(work, consultation))

        return await self._desk.act(Act.CONSULT, form_id, log)

    # --- inside ---
    async def _on_form(
        self, act: Act, form_id: str, body: Callable[[Work, User, Pack, Form], Form]
    ) -> OpenForm:
        def run(work: Work, user: User) -> OpenForm:
            form = get_form(work, form_id)
            consultation = work.consultation(form.consultation_id)
            stands = relation(work, user, consultation)
            _check_not_own(user, act, stands)
            check(user, act, stands)
            if act is Act.CONSULT:
                _check_not_submitted(consultation)
            pack = self._reader.pack_of(work, form)
            changed = body(work, user, pack, form)
            if changed is not form:
                work.tell(FormChanged(changed))
            return self._reader.opened(work, changed, self._reader.known_history(work, consultation))

        return await self._desk.act(act, form_id, run)


def _check_not_submitted(consultation: Consultation) -> None:
    if consultation.state in _CLOSED:
        raise RefusedError(
            "This consultation is submitted.",
            kept="All answers are stored.",
            todo="Tell the sergeant who reviews it.",
        )


def _check_not_own(user: User, act: Act, stands: Relation) -> None:
    """Who may approve others' forms is told why not this one."""
    if act is Act.REVIEW and stands is Relation.OWN and allows(user.role, act, Relation.TEAM):
        raise AccessDeniedError(
            "Nobody approves a form of their own.",
            kept="Nothing was changed.",
            todo="Another sergeant does it.",
        )


def _check_seen(form: Form, seen: int | None) -> None:
    if seen is not None and form.version != seen:
        raise RefusedError(
            "The form was changed after you opened it.",
            kept="Nothing was approved.",
            todo="Read it once more, then approve it.",
        )


def _place(moment: RecordingMoment | None) -> tuple[int | None, int | None]:
    """Offset and segment."""
    return (moment.offset_us, moment.segment) if moment else (None, None)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _answer_details(form: Form, given: Answer) -> dict[str, str]:
    """Keys and a digest that binds what was said; never a word of it."""
    bound = [form.id, given.item, given.value, given.comment, given.reason]
    if given.correction:
        bound.append(given.correction)
    details = {"form": form.id, "item": given.item, "sha256": _digest(json.dumps(bound))}
    if given.correction:
        details |= {"correction_sha256": _digest(given.correction), "indicated_before": given.was}
    if given.offset_us is not None:
        details |= {"segment": str(given.segment), "offset_us": str(given.offset_us)}
    return details


def _state_details(pack: Pack, form: Form) -> dict[str, str]:
    answered = sum(bool(one.value) for one in form.answers.values())
    return {
        "form": form.id,
        "pack": pack.id,
        "version": pack.version,
        "answered": str(answered),
        "grade": grade_of(pack, form),
        "form_version": str(form.version),
    }
