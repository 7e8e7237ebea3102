"""Stills that the officer takes of the received picture: lossless, an exhibit at once, stated in the recording."""

import asyncio
from collections.abc import Callable

from rvr_console.domain.access import Act
from rvr_console.domain.call import Picture
from rvr_console.domain.exhibit import Exhibit, ExhibitOrigin, ExhibitSource, kept_text
from rvr_console.domain.recording import TrackKind
from rvr_console.services.desk import Desk
from rvr_console.services.exhibit_intake import ExhibitIntake
from rvr_console.services.open_calls import OpenCalls

PNG = "image/png"
_SOURCES = {TrackKind.SCREEN: ExhibitSource.SCREEN_SHARE}


class Stills:
    """encode: a picture to the bytes of a lossless PNG; called off the screens' thread."""

    def __init__(
        self, desk: Desk, calls: OpenCalls, intake: ExhibitIntake, encode: Callable[[Picture], bytes]
    ) -> None:
        self._desk = desk
        self._calls = calls
        self._intake = intake
        self._encode = encode

    async def take_still(
        self, consultation_id: str, description: str = "", kind: TrackKind = TrackKind.VIDEO
    ) -> Exhibit:
        """The victim's picture, of camera or shared screen, as it is received now. The officer is its producer.

        Raises RefusedError when no picture is coming in, AccessDeniedError, StorageError: then there is no exhibit.
        """
        await self._desk.on_case(Act.CONSULT, consultation_id, lambda *_: None)
        officer = self._desk.session.require()
        still, moment = await self._calls.still(consultation_id, kind)
        data = await asyncio.to_thread(self._encode, still.picture)
        origin = ExhibitOrigin(
            consultation_id, _SOURCES.get(kind, ExhibitSource.STILL), officer.name, "", PNG, moment=moment
        )
        exhibit = await self._intake.keep(
            origin, data, description=kept_text(description.strip()), taken_by=officer.collar
        )
        detail = {
            "text": f"Still {exhibit.reference}",
            "exhibit": exhibit.evidence_id,
            "sha256": exhibit.content.sha256,
            "size": f"{still.picture.width}x{still.picture.height}",
        }
        if moment is not None:
            detail |= {"of_segment": str(moment.segment), "of_us": str(moment.offset_us)}
        self._calls.snapshot(consultation_id, detail)
        return exhibit
