"""What happens by itself while a consultation is open, put into the page's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rvr_console.domain import events
from rvr_console.domain.recording import GapCause, RecorderState
from rvr_console.ui.consultation.state import (
    ChatLine,
    PageState,
    Stage,
    TimelineEntry,
    WaitingDevice,
    stage_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rvr_console.ui.consultation.presenter import ConsultationPresenter, Subscribes

CALL_STAGES = {
    "connecting": Stage.CONNECTING,
    "live": Stage.LIVE,
    "paused": Stage.PAUSED,
    "dropped": Stage.DROPPED,
    "closed": Stage.ENDED,
}
CAUSE_WORDS = {
    GapCause.NETWORK_LOSS: "signal lost",
    GapCause.CONNECTION_DROPPED: "connection dropped",
    GapCause.MEDIA_RESTARTED: "media program restarted",
    GapCause.CONSOLE_RESTARTED: "console restarted",
    GapCause.RECORDER_OVERFLOW: "recorder overloaded",
    GapCause.CAMERA_OFF: "camera off",
    GapCause.MICROPHONE_OFF: "microphone off",
    GapCause.DISK_FULL: "disk full",
    GapCause.UNKNOWN: "cause unknown",
}


class LiveEvents:
    """Subscribed for the page's life; events of other consultations are passed over."""

    def __init__(self, presenter: ConsultationPresenter, bridge: Subscribes) -> None:
        self._presenter = presenter
        handlers: dict[type, Callable[..., None]] = {
            events.ConsultationChanged: self._consultation,
            events.CadActionChanged: self._cad,
            events.DeviceWaiting: self._waiting,
            events.ChatReceived: self._chat,
            events.CallStateChanged: self._call,
            events.CallQuality: self._quality,
            events.RecorderStatusChanged: self._recorder,
            events.GapStated: self._gap,
            events.ConsentAnswered: self._consent,
            events.VictimMediaChanged: self._media,
            events.VictimGone: self._gone,
        }
        for kind, handler in handlers.items():
            bridge.subscribe(kind, handler)
        bridge.subscribe(events.Fault, presenter.fault)

    def _state(self, consultation_id: str) -> PageState | None:
        state = self._presenter.state
        return state if state is not None and state.consultation.id == consultation_id else None

    def _mark(self, state: PageState, kind: str, label: str, start: datetime | None = None) -> None:
        state.timeline.append(TimelineEntry(kind, label, start or self._presenter.now()))

    def _consultation(self, event: events.ConsultationChanged) -> None:
        if state := self._state(event.consultation.id):
            state.consultation = event.consultation
            if stage_of(event.consultation) in (Stage.ENDED, Stage.SUBMITTED):
                state.stage = stage_of(event.consultation)
            self._presenter.refresh_soon()

    def _cad(self, event: events.CadActionChanged) -> None:
        state = self._presenter.state
        if state is not None and event.action.incident == state.consultation.incident:
            self._presenter.refresh_soon()

    def _waiting(self, event: events.DeviceWaiting) -> None:
        if state := self._state(event.consultation_id):
            device = WaitingDevice(
                event.device, event.browser, event.words, event.checks, self._presenter.now(), event.second
            )
            if event.second:
                state.second = device
                self._mark(state, "second_device", "Another device")
            else:
                state.waiting, state.words, state.stage = device, event.words, Stage.DEVICE_WAITING
                self._mark(state, "waiting", "Waiting room")
            self._presenter.redraw()

    def _chat(self, event: events.ChatReceived) -> None:
        if state := self._state(event.consultation_id):
            state.chat.append(ChatLine(self._presenter.now(), event.text, event.from_victim))
            self._presenter.redraw()

    def _call(self, event: events.CallStateChanged) -> None:
        if state := self._state(event.consultation_id):
            stage = CALL_STAGES.get(event.state, state.stage)
            if stage is not state.stage:
                self._mark(state, stage.value, event.words or stage.value)
            state.stage, state.secure = stage, event.secure
            self._presenter.redraw()

    def _quality(self, event: events.CallQuality) -> None:
        if state := self._state(event.consultation_id):
            word = "Poor" if event.lost > 20 or event.round_trip_ms > 400 else "Good"
            state.quality = f"{word} · {event.bit_rate / 1e6:.1f} Mbit/s · {event.round_trip_ms:.0f} ms"
            self._presenter.redraw()

    def _recorder(self, event: events.RecorderStatusChanged) -> None:
        if state := self._state(event.consultation_id):
            before = state.recorder.state if state.recorder else RecorderState.IDLE
            state.recorder = event.status
            if event.status.state is not before:
                self._mark(state, f"recorder_{event.status.state.value}", event.status.state.value)
            self._presenter.redraw()

    def _gap(self, event: events.GapStated) -> None:
        if state := self._state(event.consultation_id):
            seconds = (event.gap.end_us - event.gap.start_us) / 1e6
            self._mark(state, "gap", f"Gap {seconds:.1f} s, {CAUSE_WORDS[event.gap.cause]}")
            self._presenter.redraw()

    def _consent(self, event: events.ConsentAnswered) -> None:
        if state := self._state(event.consultation_id):
            state.refused = not event.agreed
            self._mark(state, "announced", "Agreed" if event.agreed else "Did not agree")
            self._presenter.redraw()

    def _media(self, event: events.VictimMediaChanged) -> None:
        if state := self._state(event.consultation_id):
            state.victim_muted, state.victim_camera_on = event.muted, event.camera_on
            self._presenter.redraw()

    def _gone(self, event: events.VictimGone) -> None:
        if state := self._state(event.consultation_id):
            state.stage = Stage.DROPPED
            self._mark(state, "left", "Left by “Exit this page”" if event.exit else "Left")
            self._presenter.redraw()
