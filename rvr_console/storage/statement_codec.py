"""What stands beside a statement's text, to and from JSON; boxes for signatures likewise."""

import json
from datetime import date
from typing import Any

from rvr_console.domain.statement import SignaturePlace, SignatureRole
from rvr_console.domain.statement_content import (
    BackPage,
    DatesToAvoid,
    Interpreting,
    MedicalConsent,
    PersonalStatement,
    ReadOver,
    StatementContent,
    Witness,
)


def facts_text(content: StatementContent) -> str:
    """All but the paragraphs, as JSON in ASCII."""
    witness, back = content.witness, content.back
    facts = {
        "witness": [witness.name, witness.occupation, witness.over_18, witness.age],
        "unique_reference": content.unique_reference,
        "taken_by": content.taken_by,
        "visually_recorded": content.visually_recorded,
        "exhibits": list(content.exhibits),
        "read_over": [content.read_over.needed, content.read_over.reader],
        "interpreting": [content.interpreting.interpreter, content.interpreting.language],
        "back": {
            "contact": back.contact,
            "contact_method": back.contact_method,
            "dates": [[one.first.isoformat(), one.last.isoformat()] for one in back.dates],
            "no_dates": back.no_dates,
            "will_attend": back.will_attend,
            "medical": back.medical.value,
            "needs": back.needs,
            "personal_statement": back.personal_statement.value,
        },
    }
    return json.dumps(facts, separators=(",", ":"), sort_keys=True)


def content_of(paragraphs: tuple[str, ...], text: str) -> StatementContent:
    facts: dict[str, Any] = json.loads(text)
    back = facts["back"]
    return StatementContent(
        paragraphs=paragraphs,
        witness=Witness(*facts["witness"]),
        unique_reference=facts["unique_reference"],
        taken_by=facts["taken_by"],
        visually_recorded=facts["visually_recorded"],
        exhibits=tuple(facts["exhibits"]),
        read_over=ReadOver(*facts["read_over"]),
        interpreting=Interpreting(*facts["interpreting"]),
        back=BackPage(
            contact=back["contact"],
            contact_method=back["contact_method"],
            dates=tuple(DatesToAvoid(date.fromisoformat(a), date.fromisoformat(b)) for a, b in back["dates"]),
            no_dates=back["no_dates"],
            will_attend=back["will_attend"],
            medical=MedicalConsent(back["medical"]),
            needs=back["needs"],
            personal_statement=PersonalStatement(back["personal_statement"]),
        ),
    )


def places_list(places: tuple[SignaturePlace, ...]) -> list[list[Any]]:
    return [[place.role.value, place.page, *place.box] for place in places]


def places_of(stored: list[list[Any]]) -> tuple[SignaturePlace, ...]:
    return tuple(SignaturePlace(SignatureRole(role), page, *box) for role, page, *box in stored)
