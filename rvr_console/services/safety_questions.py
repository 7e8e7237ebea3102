"""Safety questions: answered, and that before the link, as the policy asks; or the officer says why the link goes first."""

from dataclasses import replace

from rvr_console.domain.consultation import SAFETY_QUESTIONS, Consultation, Note
from rvr_console.domain.custody import CustodyAct
from rvr_console.errors import RefusedError
from rvr_console.services.checklist import Checklist
from rvr_console.services.consultation_links import is_open
from rvr_console.services.desk import Work


def answered(work: Work, consultation: Consultation, question: str, text: str) -> Consultation:
    """An empty text clears the answer. Raises RefusedError for a question that there is not."""
    if question not in SAFETY_QUESTIONS:
        raise RefusedError("This is not one of the safety questions.", kept="Nothing was changed.")
    answers = {**consultation.safety, question: text.strip()}
    if not text.strip():
        del answers[question]
    if answers == consultation.safety:
        return consultation
    work.log(CustodyAct.SAFETY_ANSWERED, consultation.id, question=question)
    return work.keep(replace(consultation, safety=answers))


def link_first(work: Work, consultation: Consultation, checklist: Checklist, reason: str) -> Consultation:
    """Raises RefusedError: questions are open and no reason is given. The reason is kept as a note, which the sergeant reads."""
    unasked = [
        question
        for question in checklist.policy.before_link(consultation.kind)
        if not consultation.safety.get(question, "").strip()
    ]
    if not unasked or is_open(consultation.link):
        return consultation
    asked = checklist.safety_words(work.at)
    named = "; ".join(asked[question].rstrip("?") for question in unasked)
    if not reason.strip():
        raise RefusedError(
            f"Safety questions are not answered yet: {named}.",
            kept="The link was not sent.",
            todo="Ask them first, or say why the link goes before them.",
        )
    note = Note(work.at, f"Link sent before these safety questions were answered: {named}. {reason.strip()}")
    work.log(
        CustodyAct.NOTE_WRITTEN,
        consultation.id,
        number=str(len(consultation.notes) + 1),
        link_before=",".join(unasked),
    )
    return work.keep(replace(consultation, notes=(*consultation.notes, note)))
