"""Steps shared by the acts on exhibits: taking one in, its reference, its seal, permission to open."""

from dataclasses import dataclass, replace

from rvr_console.domain.access import Act, User, check
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import ExhibitChanged
from rvr_console.domain.exhibit import (
    Exhibit,
    ExhibitChange,
    ExhibitContent,
    ExhibitFlag,
    ExhibitLabel,
    ExhibitOrigin,
    ExhibitReference,
    ExhibitState,
    ListedExhibit,
    initials_of,
)
from rvr_console.domain.incident import Incident
from rvr_console.domain.recording import RecordHead
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Work, needs_words, relation


@dataclass(frozen=True, slots=True)
class ExhibitPermit:
    """A logged permission to open an exhibit."""

    exhibit: Exhibit
    consultation: Consultation
    incident: Incident
    purpose: str
    officer_title: str


@dataclass(frozen=True, slots=True)
class NewExhibit:
    """A file whose bytes are all durable in the vault. parent: what it was made of, None for an exhibit of its own.

    taken_by: collar number of the officer who took a still, "" for a file that came.
    """

    evidence_id: str
    origin: ExhibitOrigin
    content: ExhibitContent
    declared_sha256: str = ""
    description: str = ""
    parent: ExhibitReference | None = None
    taken_by: str = ""


def known_exhibit(work: Work, evidence_id: str) -> Exhibit:
    """Raises RefusedError for an exhibit that the store does not know."""
    exhibit = work.tx.exhibits.get(evidence_id)
    if exhibit is None:
        raise RefusedError("There is no such exhibit.", kept="Nothing was changed.")
    return exhibit


def take_in(work: Work, new: NewExhibit) -> Exhibit:
    """Give it its reference, keep it, log it. The same upload again gives the exhibit that it became."""
    if new.origin.upload_id and (found := work.tx.exhibits.of_upload(new.origin.upload_id)):
        return found
    consultation = work.consultation(new.origin.consultation_id)
    content = new.content
    if new.declared_sha256 and new.declared_sha256 != content.sha256:
        content = replace(content, flags=content.flags | {ExhibitFlag.HASH_DIFFERS})
    reference = _next_reference(work, consultation.incident, new.origin.producer, new.parent)
    exhibit = Exhibit(
        new.evidence_id, reference, new.origin, content, work.at, new.declared_sha256, new.description
    )
    _keep(work, exhibit)
    if new.taken_by:
        details = {"consultation": consultation.id, "reference": str(reference)}
        work.tx.custody.append(
            work.at, new.taken_by, CustodyAct.STILL_TAKEN, exhibit.evidence_id, purpose="", details=details
        )
    work.log(CustodyAct.EXHIBIT_RECEIVED, exhibit.evidence_id, **received_details(exhibit))
    work.tell(ExhibitChanged(exhibit))
    return exhibit


def _keep(work: Work, exhibit: Exhibit) -> None:
    work.tx.exhibits.add(exhibit)
    if exhibit.description:
        work.tx.exhibits.add_change(
            exhibit.evidence_id,
            work.at,
            work.actor,
            ExhibitChange.DESCRIPTION,
            {"value": exhibit.description},
        )


def _next_reference(
    work: Work, incident: str, producer: str, parent: ExhibitReference | None
) -> ExhibitReference:
    """Counted within the incident, for a court reads a missing number as a missing exhibit."""
    exhibits = work.tx.exhibits
    if parent is not None:
        sub = exhibits.last_sub(incident, parent.initials, parent.number) + 1
        return ExhibitReference(parent.initials, parent.number, sub)
    initials = initials_of(producer)
    return ExhibitReference(initials, exhibits.last_number(incident, initials) + 1)


def received_details(exhibit: Exhibit) -> dict[str, str]:
    """What the custody log says of an exhibit that came."""
    origin, content = exhibit.origin, exhibit.content
    details = {
        "consultation": origin.consultation_id,
        "reference": str(exhibit.reference),
        "source": origin.source.value,
        "producer": origin.producer,
        "original_name": origin.original_name,
        "declared_type": origin.declared_type,
        "found_type": content.found_type,
        "size": str(content.size),
        "sha256": content.sha256,
        "declared_sha256": exhibit.declared_sha256,
        "flags": ",".join(sorted(content.flags)),
        "upload": origin.upload_id,
    }
    if origin.moment is not None:
        details |= {
            "recording": origin.moment.evidence_id,
            "segment": str(origin.moment.segment),
            "offset_us": str(origin.moment.offset_us),
        }
    return {name: value for name, value in details.items() if value}


def label_of(exhibit: Exhibit) -> ExhibitLabel:
    """What goes into the sealed file."""
    return ExhibitLabel(
        exhibit.origin,
        str(exhibit.reference),
        exhibit.content,
        exhibit.received_at.isoformat(),
        exhibit.declared_sha256,
        exhibit.description,
    )


def keep_seal(work: Work, evidence_id: str, head: RecordHead, state: ExhibitState, **details: str) -> Exhibit:
    """The closing record is durable. The same head again changes nothing."""
    before = known_exhibit(work, evidence_id)
    if before.head == head:
        return before
    place = {"segment": str(head.segment), "sequence": str(head.sequence), "chain": head.chain.hex()}
    work.tx.exhibits.add_change(
        evidence_id, work.at, work.actor, ExhibitChange.SEAL, {"state": state.value, **place}
    )
    sealed = state is ExhibitState.SEALED
    act = CustodyAct.EXHIBIT_SEALED if sealed else CustodyAct.EXHIBIT_RECOVERED
    work.log(act, evidence_id, **place, **details)
    return told(work, evidence_id)


def told(work: Work, evidence_id: str) -> Exhibit:
    """The exhibit as it now is; the screens are told."""
    exhibit = known_exhibit(work, evidence_id)
    work.tell(ExhibitChanged(exhibit))
    return exhibit


def keep_recovery(work: Work, found: ListedExhibit, head: RecordHead | None, words: str) -> Exhibit | None:
    """A file that a crash left open was closed. None: it never became an exhibit; what came of it is kept and logged."""
    if work.tx.exhibits.get(found.evidence_id) is not None and head is not None:
        return keep_seal(work, found.evidence_id, head, ExhibitState.RECOVERED, words=words)
    details = {"words": words, "file": found.file, "size": str(found.size)}
    details["consultation"] = found.consultation_id
    if found.origin is not None:
        details |= {
            "original_name": found.origin.original_name,
            "upload": found.origin.upload_id,
        }
    if head is not None:
        details |= {"sequence": str(head.sequence), "chain": head.chain.hex()}
    work.log(CustodyAct.EXHIBIT_BROKEN_OFF, found.evidence_id, **details)
    return None


def keep_listed(work: Work, label: ExhibitLabel, evidence_id: str) -> Exhibit | None:
    """Put an exhibit that only the vault knows back into the store, as its sealed file says. None when it is known."""
    if work.tx.exhibits.get(evidence_id) is not None:
        return None
    work.consultation(label.origin.consultation_id)
    taken = work.tx.exhibits.of_upload(label.origin.upload_id) if label.origin.upload_id else None
    if taken is not None:
        raise RefusedError(
            f"Two sealed files say that they are the upload which is {taken.reference}.",
            kept="Both are kept.",
            todo="Tell IT and your supervisor.",
        )
    exhibit = Exhibit(
        evidence_id,
        ExhibitReference.parse(label.reference),
        label.origin,
        label.content,
        work.at,
        label.declared_sha256,
        label.description,
    )
    _keep(work, exhibit)
    details = received_details(exhibit)
    work.log(CustodyAct.EXHIBIT_LISTED_AGAIN, evidence_id, received_at=label.received_at, **details)
    return told(work, evidence_id)


def permit_exhibit(
    work: Work, user: User, evidence_id: str, purpose: str, act: Act, **details: str
) -> ExhibitPermit:
    """Check, log, permit. act: VIEW_RECORDING or SAVE_COPY; exhibits follow the same rows of the role table."""
    exhibit = known_exhibit(work, evidence_id)
    consultation = work.consultation(exhibit.consultation_id)
    check(user, act, relation(work, user, consultation))
    why = needs_words(purpose, "Say what you open the exhibit for.")
    logged = CustodyAct.EXHIBIT_COPIED if act is Act.SAVE_COPY else CustodyAct.EXHIBIT_VIEWED
    work.log(logged, evidence_id, purpose=why, reference=str(exhibit.reference), **details)
    officer = work.tx.users.get(consultation.officer)
    return ExhibitPermit(
        exhibit,
        consultation,
        work.incident(consultation.incident),
        why,
        officer.user.title if officer else consultation.officer,
    )
