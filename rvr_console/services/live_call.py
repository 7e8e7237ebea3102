"""One open call as the services keep it, and how it is taken up again after the console was started anew."""

import asyncio
from dataclasses import dataclass, field

from rvr_console.domain import events
from rvr_console.domain.call import CallSession, RoomKey
from rvr_console.domain.consultation import Consent, LinkState
from rvr_console.domain.recording import EventKind, Party
from rvr_console.services.desk import Session
from rvr_console.services.values import LinkDetails, RestartRecord

RECORDED = (Consent.AGREED, Consent.REFUSED_RECORDED)
LINK_NOT_CLOSED = events.Fault(
    "The call has ended; the gateway could not be told to close the link.",
    "The recording is sealed and nobody is let in on the link.",
    "The console closes it by itself as soon as the gateway is back.",
)


@dataclass
class LiveCall:
    """reports: what its session said, handled strictly in order."""

    consultation_id: str
    session: CallSession
    reports: "asyncio.Queue[object]" = field(default_factory=asyncio.Queue)
    worker: "asyncio.Task[None] | None" = None
    evidence_id: str | None = None
    recording: bool = False
    announced: bool = False
    offset_us: int = 0
    segment: int = 0
    paused_by: set[Party] = field(default_factory=set)
    faulted: bool = False  # the recorder has stopped by a fault; kept in the log once

    async def take_up(self, record: RestartRecord) -> None:
        """Before its room is entered: consent, recording and pause are as they were left."""
        self.announced = record.consultation.consent is not Consent.NOT_ASKED
        self.recording = record.consultation.consent in RECORDED
        self.evidence_id = record.recordings[-1].evidence_id if record.recordings else None
        self.paused_by = paused_when_left(record)
        for party in self.paused_by:
            await self.session.pause(party)


def paused_when_left(record: RestartRecord) -> set[Party]:
    """Who had paused the call when the console ended; empty if it was not paused."""
    states = [step.state for step in record.consultation.link_history]
    last = next((s for s in reversed(states) if s in {LinkState.LIVE, LinkState.PAUSED}), None)
    if last is not LinkState.PAUSED:
        return set()
    by: set[Party] = set()
    for mark in record.recordings[-1].marks if record.recordings else ():
        if mark.kind is EventKind.PAUSE:
            by.add(Party(mark.detail["by"]))
        elif mark.kind is EventKind.RESUME:
            by.clear()
    return by or {Party.OFFICER}


def called(session: Session) -> str:
    """What the page of an admitted device calls the signed-in officer."""
    return session.require().name.split(" ")[0]


def room_key(link: LinkDetails, session: Session | None = None) -> RoomKey:
    """session: who goes on with a call whose device was admitted before; that device is then let in by itself."""
    return RoomKey(
        link.consultation_id,
        link.secret,
        link.epoch,
        link.expires_at.timestamp(),
        link.device,
        called(session) if session is not None and link.device else "",
    )
