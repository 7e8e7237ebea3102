"""The victim's link of a consultation: issued with its secret sealed, moved through its states, found again after a restart."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from rvr_console.domain.access import User
from rvr_console.domain.cad import CadVerb
from rvr_console.domain.consultation import (
    LINK_TRANSITIONS,
    Consultation,
    ConsultationState,
    LinkState,
    LinkStep,
    check_link_transition,
)
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.repositories import LinkRecord
from rvr_console.domain.secrets import LinkSecrets, Sealer
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Work
from rvr_console.services.values import LinkDetails, RestartRecord

T = TypeVar("T")
CaseBody = Callable[[Work, User, Consultation], T]


def is_open(state: LinkState | None) -> bool:
    return state is not None and bool(LINK_TRANSITIONS[state])


class LinkKeeper:
    """Makes links and opens their sealed records."""

    def __init__(self, sealer: Sealer, secrets: LinkSecrets, life: timedelta) -> None:
        self._sealer = sealer
        self._secrets = secrets
        self._life = life

    def issue(self, work: Work, consultation: Consultation) -> LinkDetails:
        """A link still open is the same link: told to the person again, not made anew."""
        if is_open(consultation.link):
            return self.details(work, consultation.id)
        made = self._secrets.make()
        epoch = consultation.epoch + 1
        record = LinkRecord(
            consultation_id=consultation.id,
            room=made.room,
            auth_digest=made.auth_digest,
            sealed_secret=self._sealer.seal(made.secret.encode(), _context(consultation.id, made.room)),
            epoch=epoch,
            issued_at=work.at,
            expires_at=work.at + self._life,
        )
        work.tx.links.put(record)
        work.tell_cad(consultation.incident, CadVerb.ARRIVED, by="link")
        work.log(CustodyAct.LINK_ISSUED, consultation.id, epoch=str(epoch))
        work.keep(
            replace(
                consultation,
                link=LinkState.ISSUED,
                link_history=(*consultation.link_history, LinkStep(LinkState.ISSUED, work.at)),
                epoch=epoch,
            )
        )
        return _details(record, made.secret)

    def details(self, work: Work, consultation_id: str) -> LinkDetails:
        record = _record(work, consultation_id)
        plain = self._sealer.open(record.sealed_secret, _context(consultation_id, record.room))
        return _details(record, plain.decode())

    def to_go_on_with(self, work: Work, user: User) -> list[RestartRecord]:
        """The officer's open consultations whose link is still open."""
        return [
            self._restart_record(work, found)
            for found in work.tx.consultations.with_open_link()
            if found.officer == user.collar and found.state is ConsultationState.OPEN
        ]

    def to_close(self, work: Work) -> list[RestartRecord]:
        """Anybody's consultations that have ended while their link is still open."""
        return [
            self._restart_record(work, found)
            for found in work.tx.consultations.with_open_link()
            if found.state is not ConsultationState.OPEN
        ]

    def _restart_record(self, work: Work, consultation: Consultation) -> RestartRecord:
        return RestartRecord(
            consultation,
            work.incident(consultation.incident),
            self.details(work, consultation.id),
            tuple(work.tx.recordings.of_consultation(consultation.id)),
        )


def step(work: Work, consultation: Consultation, state: LinkState) -> Consultation:
    """A checked step of the link; staying where it is changes nothing."""
    if consultation.link is None:
        raise _no_link()
    check_link_transition(consultation.link, state)
    if consultation.link is state:
        return consultation
    work.log(CustodyAct.LINK_STATE, consultation.id, was=consultation.link.value, now=state.value)
    history = (*consultation.link_history, LinkStep(state, work.at))
    return work.keep(replace(consultation, link=state, link_history=history))


def admit(work: Work, consultation: Consultation, device: str) -> Consultation:
    if not is_open(consultation.link):
        raise RefusedError("The link is not open.", kept="Nobody was let in.", todo="Send a new link.")
    record = _record(work, consultation.id)
    work.tx.links.put(replace(record, device=device))
    work.log(CustodyAct.DEVICE_ADMITTED, consultation.id, device=device)
    return work.keep(consultation)


def next_epoch(work: Work, consultation: Consultation) -> int:
    record = _record(work, consultation.id)
    epoch = consultation.epoch + 1
    work.tx.links.put(replace(record, epoch=epoch))
    work.keep(replace(consultation, epoch=epoch))
    work.log(CustodyAct.LINK_STATE, consultation.id, epoch=str(epoch))
    return epoch


def _no_link() -> RefusedError:
    return RefusedError("No link was sent yet.", kept="Nothing was changed.", todo="Send the link first.")


def _record(work: Work, consultation_id: str) -> LinkRecord:
    record = work.tx.links.get(consultation_id)
    if record is None:
        raise _no_link()
    return record


def _context(consultation_id: str, room: str) -> bytes:
    return f"rvr/link1 {consultation_id} {room}".encode()


def _details(record: LinkRecord, secret: str) -> LinkDetails:
    return LinkDetails(
        consultation_id=record.consultation_id,
        secret=secret,
        room=record.room,
        auth_digest=record.auth_digest,
        epoch=record.epoch,
        issued_at=record.issued_at,
        expires_at=record.expires_at,
        device=record.device,
    )
