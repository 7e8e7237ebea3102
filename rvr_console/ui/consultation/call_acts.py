"""What the officer does in the call: microphone, camera, pause, marker, messages, the decision about recording, the end."""

from rvr_console.domain.call import Asked, Picture
from rvr_console.domain.consultation import Consent
from rvr_console.domain.recording import Party, TrackKind
from rvr_console.services.video_call import VideoCall
from rvr_console.ui.consultation import share_words
from rvr_console.ui.consultation.doing import Doing, Settled
from rvr_console.ui.consultation.open_page import OpenPage


class CallActs:
    """Part of the presenter."""

    def __init__(self, page: OpenPage, doing: Doing, calls: VideoCall) -> None:
        self._page = page
        self._calls = calls
        self._doing = doing

    def send_chat(self, text: str, settled: Settled | None = None) -> None:
        self._doing.do(self._calls.send_chat(self._page.consultation_id(), text), settled=settled)

    def decide_consent(self, *, record: bool, reason: str) -> None:
        answer = Consent.REFUSED_RECORDED if record else Consent.REFUSED_NOT_RECORDED
        self._doing.do(self._calls.consent(self._page.consultation_id(), answer, reason))

    def toggle_muted(self) -> None:
        state = self._page.state
        if state is not None:
            muted = not state.muted
            if self._doing.at_once(lambda: self._calls.set_muted(state.consultation.id, muted)):
                state.muted = muted
            self._page.redraw()

    def toggle_camera(self) -> None:
        state = self._page.state
        if state is not None:
            on = not state.camera_on
            if self._doing.at_once(lambda: self._calls.set_camera(state.consultation.id, on)):
                state.camera_on = on
            self._page.redraw()

    def pause(self) -> None:
        self._doing.do(self._calls.pause(self._page.consultation_id()))

    def resume(self) -> None:
        self._doing.do(self._calls.resume(self._page.consultation_id()))

    def marker(self, text: str = "") -> None:
        async def set_it() -> None:
            await self._calls.marker(self._page.consultation_id(), text)
            await self._page.refresh_lists()

        self._doing.do(set_it())

    def toggle_share(self) -> None:
        """Ask for a shared screen, or for its end."""
        state = self._page.state
        self._ask(Asked.STOP_SHARE if state is not None and state.sharing else Asked.SHARE)

    def turn_camera(self) -> None:
        """Ask for the phone's other camera."""
        self._ask(Asked.OTHER_CAMERA)

    def _ask(self, what: Asked) -> None:
        state = self._page.state
        if state is not None:
            if self._doing.at_once(lambda: self._calls.ask(state.consultation.id, what)):
                state.phone_note = share_words.ASKED[what]
            self._page.redraw()

    def set_view_size(self, party: Party, width: int, height: int, kind: TrackKind = TrackKind.VIDEO) -> None:
        self._calls.set_view_size(self._page.consultation_id(), party, width, height, kind)

    def picture(self, party: Party, after: int, kind: TrackKind = TrackKind.VIDEO) -> Picture | None:
        """The newest picture of the party if it is newer than `after`."""
        return self._calls.picture(self._page.consultation_id(), party, after, kind)

    def end_for_both(self) -> None:
        self._doing.do(self._calls.end_for_both(self._page.consultation_id()), "Sealing…")

    def keep_link_open(self) -> None:
        self._doing.do(self._calls.hang_up(self._page.consultation_id()))
