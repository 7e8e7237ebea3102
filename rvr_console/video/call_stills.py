"""Stills from the received picture: as it was received, not as it is shown, with its place in the recording."""

import asyncio

from rvr_console.domain.call import Picture, Still
from rvr_console.domain.recording import EventKind, Party, TrackKind
from rvr_console.errors import RefusedError
from rvr_console.video.call_media import CallMedia
from rvr_console.video.call_recorder import CallRecorder

STILL_SECONDS = 2.0
_LOOK_SECONDS = 0.01


class CallStills:
    """The part of a call session that takes stills. On the session's loop."""

    _media: CallMedia
    _recorder: CallRecorder

    async def still(self, party: Party, kind: TrackKind = TrackKind.VIDEO) -> Still:
        """The next picture of the track, unscaled. Raises RefusedError when none comes within two seconds."""
        before = self._media.whole_picture(party, kind)
        after = before.sequence if before is not None else 0
        self._media.show_whole(party, kind, on=True)
        try:
            async with asyncio.timeout(STILL_SECONDS):
                while True:
                    frame = self._media.whole_picture(party, kind)
                    if frame is not None and frame.sequence > after:
                        break
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            raise RefusedError(
                "No picture is coming in just now, so no still was taken.",
                kept="The call and the recording go on.",
                todo="Wait until the picture is back, or ask for the camera to be switched on.",
            ) from None
        finally:
            self._media.show_whole(party, kind, on=False)
        picture = Picture(party, frame.sequence, frame.width, frame.height, frame.stride, frame.data)
        return Still(picture, self._recorder.place(frame.captured_ns))

    def recording_place(self) -> tuple[int, int] | None:
        return self._recorder.place()

    def snapshot(self, detail: dict[str, str]) -> None:
        if self._recorder.running:
            self._recorder.remember(EventKind.SNAPSHOT, detail)
