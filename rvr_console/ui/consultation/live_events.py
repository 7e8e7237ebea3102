"""What happens by itself while a consultation is open, put into the page's state."""

from collections.abc import Callable
from dataclasses import replace

from rvr_console.domain import events
from rvr_console.domain.consultation import ConsultationState
from rvr_console.ui.consultation import share_words, words
from rvr_console.ui.consultation.open_page import OpenPage, Subscribes
from rvr_console.ui.consultation.state import (
    OVER,
    ChatLine,
    PageState,
    Stage,
    TimelineEntry,
    WaitingDevice,
    stage_of,
)

CALL_STAGES = {
    "connecting": Stage.CONNECTING,
    "live": Stage.LIVE,
    "paused": Stage.PAUSED,
    "dropped": Stage.DROPPED,
    "closed": Stage.ENDED,
}


class LiveEvents:
    """Subscribed for the page's life; events of other consultations are passed over."""

    def __init__(self, presenter: OpenPage, bridge: Subscribes) -> None:
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
            events.VictimShareChanged: self._share,
            events.AskedAnswered: self._answered,
            events.VictimGone: self._gone,
        }
        for kind, handler in handlers.items():
            bridge.subscribe(kind, handler)
        bridge.subscribe(events.Fault, presenter.fault)

    def _state(self, consultation_id: str) -> PageState | None:
        state = self._presenter.state
        return state if state is not None and state.consultation.id == consultation_id else None

    def _mark(self, state: PageState, kind: str, label: str) -> None:
        state.timeline.append(TimelineEntry(kind, label, self._presenter.now()))

    def _consultation(self, event: events.ConsultationChanged) -> None:
        if state := self._state(event.consultation.id):
            state.consultation = event.consultation
            if event.consultation.state is not ConsultationState.OPEN:
                state.stage = stage_of(event.consultation, state.incident)
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
                self._mark(state, "second_device", words.MARK_SECOND)
            else:
                again = state.waiting is not None and state.waiting.device == device.device
                if again and state.waiting is not None:
                    device = replace(device, since=state.waiting.since)
                state.waiting, state.words, state.stage = device, event.words, Stage.DEVICE_WAITING
            self._presenter.redraw()

    def _chat(self, event: events.ChatReceived) -> None:
        if state := self._state(event.consultation_id):
            state.chat.append(ChatLine(self._presenter.now(), event.text, event.from_victim, event.second))
            self._presenter.redraw()

    def _call(self, event: events.CallStateChanged) -> None:
        if (state := self._state(event.consultation_id)) is None or state.stage in OVER:
            return
        state.stage, state.secure = CALL_STAGES.get(event.state, state.stage), event.secure
        if state.stage is Stage.DROPPED:
            state.drop_words = event.words
        elif state.stage in (Stage.LIVE, Stage.PAUSED):
            state.drop_words, state.left_by_exit, state.waiting = "", False, None
        self._presenter.redraw()

    def _quality(self, event: events.CallQuality) -> None:
        if state := self._state(event.consultation_id):
            word = "Poor" if event.lost > 20 or event.round_trip_ms > 400 else "Good"
            state.quality = f"{word} · {event.bit_rate / 1e6:.1f} Mbit/s · {event.round_trip_ms:.0f} ms"
            self._presenter.redraw()

    def _recorder(self, event: events.RecorderStatusChanged) -> None:
        if state := self._state(event.consultation_id):
            before, state.recorder = state.recorder, event.status
            known = before is not None and before.state is event.status.state
            if known and before is not None and before.segment == event.status.segment:
                self._presenter.tick()
            else:
                self._presenter.refresh_soon()

    def _gap(self, event: events.GapStated) -> None:
        if self._state(event.consultation_id):
            self._presenter.refresh_soon()

    def _consent(self, event: events.ConsentAnswered) -> None:
        if state := self._state(event.consultation_id):
            state.refused = not event.agreed
            self._presenter.redraw()

    def _media(self, event: events.VictimMediaChanged) -> None:
        if state := self._state(event.consultation_id):
            state.victim_muted, state.victim_camera_on = event.muted, event.camera_on
            self._presenter.redraw()

    def _share(self, event: events.VictimShareChanged) -> None:
        if state := self._state(event.consultation_id):
            state.sharing, state.phone_note = event.on, ""
            self._mark(state, "share", share_words.MARK_BEGAN if event.on else share_words.MARK_ENDED)
            self._presenter.redraw()

    def _answered(self, event: events.AskedAnswered) -> None:
        if state := self._state(event.consultation_id):
            state.phone_note = share_words.ANSWERS.get((event.what, event.result), "")
            self._presenter.redraw()

    def _gone(self, event: events.VictimGone) -> None:
        if state := self._state(event.consultation_id):
            if state.stage not in OVER:
                state.stage = Stage.DROPPED if state.had_call else Stage.LINK_SENT
                state.waiting = None
            state.left_by_exit = event.exit
            self._mark(state, "left", words.MARK_LEFT_EXIT if event.exit else words.MARK_LEFT)
            self._presenter.redraw()
