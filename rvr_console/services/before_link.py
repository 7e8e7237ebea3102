"""Safety questions come before the link: what the policy asks for is answered, or the officer says why the link goes first."""

from dataclasses import replace

from rvr_console.domain.consultation import Consultation, Note
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.policy import ClosingPolicy
from rvr_console.errors import RefusedError
from rvr_console.services.consultation_links import is_open
from rvr_console.services.desk import Work


def link_first(work: Work, consultation: Consultation, policy: ClosingPolicy, reason: str) -> Consultation:
    """Raises RefusedError: questions are open and no reason is given. The reason is kept as a note, which the sergeant reads."""
    unasked = [
        question
        for question in policy.before_link(consultation.kind)
        if not consultation.safety.get(question, "").strip()
    ]
    if not unasked or is_open(consultation.link):
        return consultation
    named = ", ".join(question.replace("_", " ") for question in unasked)
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
