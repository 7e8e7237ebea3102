"""What this desk knows beside a form's answers: earlier incidents and assessments of the same person."""

from collections.abc import Callable
from dataclasses import dataclass

from rvr_console.domain.consultation import Consultation
from rvr_console.domain.form import Form, History, Pack, PastEvent, Score
from rvr_console.domain.form_scoring import score
from rvr_console.domain.incident import Flag, Incident
from rvr_console.domain.safeguarding import referrals_of
from rvr_console.errors import KnownError
from rvr_console.services.desk import Work


@dataclass(frozen=True, slots=True)
class EarlierForm:
    """An assessment of another consultation, as it stood in its own pack."""

    form: Form
    pack: Pack
    form_score: Score
    incident: str


def same_person(one: Incident, other: Incident) -> bool:
    """The same name with the same telephone number or address: what the control room took, so the officer confirms it."""
    name = one.person.name.casefold().split()
    if not name or name != other.person.name.casefold().split():
        return False
    phones = {"".join(filter(str.isdigit, person.phone)) for person in (one.person, other.person)}
    places = {" ".join(incident.address.casefold().split()) for incident in (one, other)}
    return (len(phones) == 1 and phones != {""}) or (len(places) == 1 and places != {""})


def history_of(work: Work, consultation: Consultation) -> History:
    """What the local book has of this person: domestic-abuse incidents, the present one included, and referrals sent in earlier cases."""
    present = work.tx.incidents.get(consultation.incident)
    if present is None:
        return History(work.at)
    mine = [
        one
        for one in work.tx.incidents.all()
        if one.reference == present.reference or same_person(one, present)
    ]
    events = tuple(
        PastEvent(one.reported_at, one.reference, one.category)
        for one in mine
        if Flag.DOMESTIC_ABUSE in one.flags
    )
    return History(work.at, events, _referrals(work, consultation, mine))


def _referrals(work: Work, consultation: Consultation, incidents: list[Incident]) -> tuple[PastEvent, ...]:
    """Sent ones of other consultations: what was only written down, or declined, was never a referral."""
    return tuple(
        PastEvent(referral.sent_at, incident.reference, referral.entry.what)
        for incident in incidents
        for case in work.tx.consultations.of_incident(incident.reference)
        if case.id != consultation.id
        for referral in referrals_of(work.tx.safeguarding.entries(case.id))
        if referral.sent_at is not None
    )


def earlier_forms(
    work: Work, consultation: Consultation, pack_of: Callable[[Form], Pack]
) -> list[EarlierForm]:
    """Newest first: of other consultations of this incident, and of the same person's other incidents."""
    present = work.tx.incidents.get(consultation.incident)
    references = [consultation.incident]
    if present is not None:
        references += [
            one.reference
            for one in work.tx.incidents.all()
            if one.reference != present.reference and same_person(one, present)
        ]
    found: list[EarlierForm] = []
    for reference in references:
        for form in work.tx.forms.of_incident(reference):
            if form.consultation_id == consultation.id:
                continue
            try:
                pack = pack_of(form)
            except KnownError:
                continue  # its text does not open any more: the check of the store says so
            found.append(EarlierForm(form, pack, score(pack, form), reference))
    return sorted(found, key=lambda one: one.form.started_at, reverse=True)
