"""What the officer asks the phone to do and what it says of it: a shared screen, the other camera. And the pictures shown."""

from abc import ABC, abstractmethod

from rvr_console.domain import call
from rvr_console.domain.call import Picture
from rvr_console.domain.recording import EventKind, Party, TrackKind
from rvr_console.video.call_media import CallMedia
from rvr_console.video.call_recorder import CallRecorder
from rvr_console.wire import signals

_NOTED = {
    call.Asked.SHARE: "The officer asked for a shared screen",
    call.Asked.STOP_SHARE: "The officer asked to end the shared screen",
    call.Asked.OTHER_CAMERA: "The officer asked for the other camera",
}
_TURNED = "The phone's camera was turned round"


class CallAsks(ABC):
    """The part of the call session that asks; the share's state is kept here, also for a recorder that starts later."""

    _media: CallMedia
    _recorder: CallRecorder

    def __init__(self) -> None:
        self._sharing = False
        self._share_said = True

    @abstractmethod
    def report(self, report: object) -> None: ...

    @abstractmethod
    def send(self, signal: signals.DeskSignal) -> None: ...

    def ask(self, what: call.Asked) -> None:
        self._recorder.note(EventKind.DEVICE, {"text": _NOTED[what]})
        self.send(signals.AskedFor(what=what.value))

    def asked_answer(self, answer: signals.AskedAnswer) -> None:
        what = call.Asked(answer.what)
        if what is call.Asked.OTHER_CAMERA and answer.result == "done":
            self._recorder.note(EventKind.DEVICE, {"text": _TURNED})
        self.report(call.AskedAnswer(what, answer.result))

    def victim_share(self, on: bool) -> None:
        """The page's word: the frames themselves come by the connection."""
        self._share_said = True
        if on != self._sharing:
            self._sharing = on
            self._record_share()
            self.report(call.VictimShare(on))

    def _record_share(self) -> None:
        self._recorder.source(Party.VICTIM, TrackKind.SCREEN, on=self._sharing)

    def _share_unsure(self) -> None:
        """A new connection is being made: a page that was loaded anew shares nothing, and does not say so."""
        self._share_said = False

    def _share_settled(self) -> None:
        """The new connection is there, and stated in the recording: what was not said again is over."""
        if not self._share_said:
            self.victim_share(on=False)

    def picture(self, party: Party, after: int, kind: TrackKind = TrackKind.VIDEO) -> Picture | None:
        return self._media.picture(party, after, kind)

    def set_view_size(self, party: Party, width: int, height: int, kind: TrackKind = TrackKind.VIDEO) -> None:
        self._media.set_view_size(party, width, height, kind)
