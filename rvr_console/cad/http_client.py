"""CAD over HTTP and JSON: the adapter that the console uses by default."""

import logging
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from rvr_console.cad.translation import Taken, act_message, incident_from, new_incident_message
from rvr_console.cad.untrusted_http import RawAnswer, UntrustedHttp, down
from rvr_console.domain.cad import CadAction, DeliveryState
from rvr_console.domain.incident import Incident
from rvr_console.domain.repositories import Delivery
from rvr_console.errors import RefusedError, ServiceDownError, UntrustedInputError
from rvr_console.wire.cad_messages import (
    MAX_ACT_BYTES,
    MAX_ANSWER_BYTES,
    MAX_LOG_BYTES,
    MAX_PAGE_BYTES,
    MAX_PAGE_INCIDENTS,
    MAX_WAIT_SECONDS,
    ActLog,
    ActMessage,
    AppliedMessage,
    CreatedMessage,
    DutyMessage,
    FaultMessage,
    HealthMessage,
    IncidentMessage,
    IncidentPage,
    LogEntry,
    RefusalCode,
    RefusedMessage,
)

_log = logging.getLogger(__name__)
_Body = TypeVar("_Body", bound=BaseModel)
MAX_PAGES = 400  # 200,000 incidents


@dataclass(frozen=True, slots=True)
class IncidentChanges:
    """whole: the incidents are all there are, what was known before is void. unreadable: how many could not be understood."""

    incidents: list[Incident]
    version: int
    whole: bool
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Registration:
    """A provisional incident has CAD's own reference now. possible_duplicates: for a person to look at."""

    provisional: str
    reference: str
    possible_duplicates: tuple[str, ...] = ()


class HttpCad:
    """One desk's way to CAD. Belongs to one event loop.

    desk: identity of this installation, unique in the force; CAD keeps the order of acts per desk and incident.
    Every answer is checked; one that is not understood counts as no answer (ServiceDownError, or PENDING).
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        desk: str,
        *,
        seconds: float = 5.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """seconds: the longest one call may take. Raises RefusedError: http:// to another machine."""
        self._http = UntrustedHttp(base_url, token, transport)
        self._desk = desk
        self._seconds = seconds
        self._book: str | None = None

    async def health(self) -> HealthMessage:
        """Raises ServiceDownError."""
        answer = await self._http.ask("GET", "/health", seconds=self._seconds, limit=MAX_ANSWER_BYTES)
        return _understood(answer, HealthMessage)

    async def incidents(self, since: int = 0) -> list[Incident]:
        """Those changed after this version of CAD's book, all for 0. Raises ServiceDownError. See also `changes`."""
        return (await self.changes(since)).incidents

    async def changes(self, since: int = 0, wait: float = 0.0) -> IncidentChanges:
        """What changed after `since`; with wait, CAD holds the answer up to so many seconds until something has.

        When CAD's book was set up anew, all of the new one is given and `whole` is true. Raises ServiceDownError.
        """
        wait = min(wait, MAX_WAIT_SECONDS)
        found: dict[str, Incident] = {}
        unreadable, whole, at = 0, since == 0, since
        for _ in range(MAX_PAGES):
            page, lost = await self._page(at, wait)
            if at > 0 and not page.restarted and self._book not in (None, page.book):
                found, unreadable, whole, at = (
                    {},
                    0,
                    True,
                    0,
                )  # another book, and CAD did not start over by itself
                continue
            if page.restarted:
                found, unreadable, whole = {}, 0, True
            elif page.next < at or (page.more and page.next == at):
                raise down("CAD's list of incidents goes in circles.")
            self._book = page.book
            found |= {m.reference: incident_from(m) for m in page.incidents}
            unreadable += lost
            at, wait = page.next, 0.0
            if not page.more:
                if unreadable:
                    _log.warning(
                        "%d incidents from CAD could not be understood and are not shown", unreadable
                    )
                return IncidentChanges(list(found.values()), at, whole, unreadable)
        raise down("CAD's list of incidents does not end.")

    async def _page(self, since: int, wait: float) -> tuple[IncidentPage, int]:
        """One page, and how many incidents on it were left out because they could not be understood."""
        path = f"/incidents?since={since}&wait={wait:g}"
        if since and self._book:
            path += f"&book={quote(self._book, safe='')}"
        answer = await self._http.ask("GET", path, seconds=self._seconds + wait, limit=MAX_PAGE_BYTES)
        if answer.status != 200:
            raise down("CAD does not give its list of incidents.")
        try:
            return IncidentPage.model_validate_json(answer.untrusted_body), 0
        except ValidationError:
            return _what_can_be_read(answer.untrusted_json())

    async def deliver(self, action: CadAction) -> Delivery:
        """Send one act. Call it in the order of the incident, when all earlier acts of this desk on it are settled.

        DONE with CAD's time, REFUSED with CAD's reason, or PENDING: no answer that can be trusted, send it again (CAD
        applies it once, however often it comes). If acts before it were settled without CAD, CAD is told of the hole.
        """
        answer = await self._send(action, None)
        if isinstance(answer, RefusedMessage) and answer.code is RefusalCode.OUT_OF_ORDER:
            expected = answer.expected
            if expected is not None and 1 <= expected < action.sequence:
                answer = await self._send(action, expected)
        return _delivery(answer)

    async def take(self, action: CadAction) -> Delivery:
        """As `deliver`, at once and perhaps ahead of earlier acts: PENDING when those have to go first."""
        answer = await self._send(action, None)
        if isinstance(answer, RefusedMessage) and answer.code is RefusalCode.OUT_OF_ORDER:
            return Delivery(DeliveryState.PENDING, reason="Earlier acts on this incident go to CAD first.")
        return _delivery(answer)

    async def _send(
        self, action: CadAction, missing_from: int | None
    ) -> AppliedMessage | RefusedMessage | Delivery:
        """CAD's answer to this very act, or the delivery that follows from having none."""
        try:
            body = _act_body(act_message(action, self._desk, missing_from))
        except UntrustedInputError as error:
            return Delivery(DeliveryState.REFUSED, reason=str(error))
        path = f"/incidents/{quote(action.incident, safe='')}/acts"
        try:
            answer = await self._ask_to_write(path, body)
            if answer.status == 422:  # CAD can read the call but never will understand this act
                return Delivery(DeliveryState.REFUSED, reason=_understood(answer, FaultMessage, (422,)).fault)
            settled: AppliedMessage | RefusedMessage
            if answer.status == 200:
                settled = _understood(answer, AppliedMessage)
            else:
                settled = _understood(answer, RefusedMessage, (404, 409))
        except ServiceDownError as error:
            return Delivery(DeliveryState.PENDING, reason=error.what)
        if settled.id != action.id:
            return Delivery(
                DeliveryState.PENDING, reason="CAD answered another act than the one it was sent."
            )
        return settled

    async def _ask_to_write(self, path: str, body: bytes) -> RawAnswer:
        return await self._http.ask("POST", path, seconds=self._seconds, limit=MAX_ANSWER_BYTES, body=body)

    async def register_provisional(
        self, incident: Incident, officer: str, known_reference: str | None = None
    ) -> Registration:
        """Give CAD an incident that was taken down here while it was away; the same one twice gets the same reference.

        known_reference: CAD's own, given by voice; then the two are joined. Raises ServiceDownError, or RefusedError when
        CAD cannot take it as it is (a conflict for a person: closed there, taken by another officer, not known).
        """
        try:
            message = new_incident_message(incident, self._desk, Taken(officer, known_reference))
        except UntrustedInputError as error:
            raise RefusedError(str(error), kept="It stays in the local book.", todo="Correct it.") from error
        answer = await self._ask_to_write("/incidents", message.model_dump_json(exclude_none=True).encode())
        if answer.status in (404, 409, 422):
            if answer.status == 422:
                words = _understood(answer, FaultMessage, (422,)).fault
            else:
                words = _understood(answer, RefusedMessage, (404, 409)).reason
            raise RefusedError(
                words,
                kept=f"{incident.reference} and all that was done on it stay in the local book.",
                todo="Agree with the control room which reference is right.",
            )
        settled = _understood(answer, CreatedMessage)
        if settled.id != message.id:
            raise down("CAD answered about another incident than the one it was sent.")
        return Registration(incident.reference, settled.reference, tuple(settled.possible_duplicates))

    async def acts(self, reference: str) -> list[LogEntry]:
        """CAD's own log of acts on an incident, oldest first. Raises ServiceDownError."""
        path = f"/incidents/{quote(reference, safe='')}/acts"
        answer = await self._http.ask("GET", path, seconds=self._seconds, limit=MAX_LOG_BYTES)
        return _understood(answer, ActLog).acts

    async def set_duty(self, officer: str, duty: DutyMessage) -> None:
        """Tell CAD that an officer went on or off duty. Raises ServiceDownError."""
        path = f"/officers/{quote(officer, safe='')}/duty"
        answer = await self._ask_to_write(path, duty.model_dump_json().encode())
        if answer.status != 200:
            raise down("CAD did not take the change of duty.")

    async def close(self) -> None:
        await self._http.close()


def _understood(answer: RawAnswer, kind: type[_Body], statuses: tuple[int, ...] = (200,)) -> _Body:
    """Raises ServiceDownError: only a well-formed answer of CAD counts."""
    if answer.status not in statuses:
        raise down("CAD gave an answer that this console does not understand.")
    try:
        return kind.model_validate_json(answer.untrusted_body)
    except ValidationError:
        # Without "from": the error's text would quote the answer, which may hold personal data.
        raise down("CAD gave an answer that this console does not understand.") from None


def _what_can_be_read(untrusted_page: Any) -> tuple[IncidentPage, int]:
    """A page with the incidents that can be understood: one bad incident must not hide the others."""
    untrusted_list = untrusted_page.get("incidents") if isinstance(untrusted_page, dict) else None
    if not isinstance(untrusted_list, list) or len(untrusted_list) > MAX_PAGE_INCIDENTS:
        raise down("CAD gave a list of incidents that this console does not understand.")
    good: list[IncidentMessage] = []
    for untrusted_incident in untrusted_list:
        try:
            good.append(IncidentMessage.model_validate(untrusted_incident))
        except ValidationError as error:
            _log.debug("an incident was not understood: %d faults", error.error_count())
    try:
        page = IncidentPage.model_validate({**untrusted_page, "incidents": good})
    except ValidationError:
        raise down("CAD gave a list of incidents that this console does not understand.") from None
    return page, len(untrusted_list) - len(good)


def _act_body(message: ActMessage) -> bytes:
    """Raises UntrustedInputError: too long for CAD."""
    body = message.model_dump_json(exclude_none=True).encode()
    if len(body) > MAX_ACT_BYTES:
        raise UntrustedInputError("The act is too long for CAD.")
    return body


def _delivery(answer: AppliedMessage | RefusedMessage | Delivery) -> Delivery:
    if isinstance(answer, AppliedMessage):
        return Delivery(DeliveryState.DONE, at=answer.applied_at)
    if isinstance(answer, RefusedMessage):
        return Delivery(DeliveryState.REFUSED, reason=answer.reason)
    return answer
