"""The back page of a statement: for police and prosecution only, so a document of its own that no service copy can carry by accident."""

from typing import Any

from rvr_console.documents.statement_policy import KindPolicy, StatementPolicy
from rvr_console.documents.typesetting import directed
from rvr_console.domain.statement_content import (
    BackPage,
    DatesToAvoid,
    MedicalConsent,
    PersonalStatement,
    StatementContent,
)

_MEDICAL = {
    MedicalConsent.NOT_ASKED: "Not asked",
    MedicalConsent.YES: "Yes",
    MedicalConsent.NO: "No",
    MedicalConsent.NOT_NEEDED: "Not needed",
}
_PERSONAL = {
    PersonalStatement.NOT_ASKED: "Not offered",
    PersonalStatement.WANTED: "Offered, wanted: see the separate statement",
    PersonalStatement.LATER: "Offered, to be made later",
    PersonalStatement.DECLINED: "Offered, declined",
    PersonalStatement.NOT_A_VICTIM: "Not a victim",
}
_ANSWER = {None: "Not asked", True: "Yes", False: "No"}


def back_data(policy: StatementPolicy, kind: KindPolicy, content: StatementContent) -> dict[str, Any]:
    """What the template of the back page is given."""
    back = content.back
    facts = [
        ["Witness", content.witness.name],
        ["Contact details", back.contact or "Not stated"],
        ["Preferred way and time", back.contact_method or "Not stated"],
        ["Dates to avoid", _dates(back)],
        ["Willing to attend court", _ANSWER[back.will_attend]],
        ["Medical records may be obtained", _MEDICAL[back.medical]],
        ["Needs and special measures", back.needs or "Not stated"],
        ["Victim personal statement", _PERSONAL[back.personal_statement]],
        ["Read over to the witness", "Yes" if content.read_over.needed else "No"],
        ["Interpreted", content.interpreting.language or "No"],
        ["Statement taken by", content.taken_by],
    ]
    return {
        "title": policy.back_title,
        "notice": policy.back_notice,
        "form": f"{kind.form}, back",
        "reference": content.unique_reference,
        "taken_by": content.taken_by,
        "facts": [[label, directed(said)] for label, said in facts],
    }


def _dates(back: BackPage) -> str:
    if back.dates:
        return "\n".join(_stretch(one) for one in sorted(back.dates))
    return "None" if back.no_dates else "Not asked"


def _stretch(dates: DatesToAvoid) -> str:
    first, last = (day.strftime("%d/%m/%Y") for day in (dates.first, dates.last))
    return first if first == last else f"{first} to {last}"
