"""The call: the victim's picture with the officer's inset, chat, controls; what happened when the picture is gone."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.domain.recording import Party
from rvr_console.ui import messages
from rvr_console.ui.consultation import evidence_words, share_words, words
from rvr_console.ui.consultation.chat_view import ChatView
from rvr_console.ui.consultation.live_picture import LivePicture, Pictures
from rvr_console.ui.consultation.shared_screen import SharedScreen, show_controls
from rvr_console.ui.consultation.stage_before import Fact
from rvr_console.ui.consultation.state import PageState, Stage
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.call_bar import CallBar, CallControl
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.shown import Shown
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, plane
from rvr_console.ui.widgets.video_view import Chip

CONTROLS = (
    CallControl("mute", messages.MUTE, "mic", "F2", state=messages.OFF),
    CallControl("camera", messages.CAMERA, "video", "F3", state=messages.ON),
    CallControl("pause", messages.PAUSE, "pause", "F4", state=messages.OFF),
    CallControl("still", messages.STILL, "camera", "F5"),
    CallControl("file", messages.ASK_FOR_FILE, "file-up", "F7"),
    CallControl("share", messages.SHARE, "monitor-up", "F8"),
    CallControl("turn", share_words.TURN_CAMERA, "switch-camera", "F11"),
    CallControl("chat", messages.CHAT, "message-square", "F10", state=messages.OFF),
    CallControl("marker", words.MARKER, "flag", "F12"),
)


class CallPort(Pictures, Protocol):
    """What the stage asks of the presenter."""

    def toggle_muted(self) -> None: ...
    def toggle_camera(self) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def marker(self, text: str = "") -> None: ...
    def toggle_share(self) -> None: ...
    def turn_camera(self) -> None: ...
    def send_chat(self, text: str, settled: Callable[[bool], None] | None = None) -> None: ...
    def end_for_both(self) -> None: ...
    def keep_link_open(self) -> None: ...


class EvidencePort(Protocol):
    """What the call bar asks about exhibits."""

    @property
    def may_ask(self) -> bool: ...
    @property
    def may_take_stills(self) -> bool: ...
    def ask_for(self, what: str) -> None: ...
    def take_still(self) -> None: ...


class ChatPane(QWidget):
    """Messages over the controls; Escape closes it, and nothing else."""

    def __init__(self, acts: CallPort) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        pane = plane("stage")
        outer.addWidget(pane)
        self.setFixedHeight(200)
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        head = QHBoxLayout()
        head.addWidget(Text(messages.CHAT, Size.LABEL, Weight.BOLD, "stageink2"))
        head.addStretch(1)
        close = Button(words.CLOSE_CHAT, stage=True)
        close.clicked.connect(self.hide)
        head.addWidget(close)
        column.addLayout(head)
        self.view = ChatView(words.MESSAGE_CALL, acts.send_chat)
        column.addWidget(self.view, 1)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)


class StageCall(QWidget):
    """Shown from the first secure moment until the call ends, also while the picture is gone but the link is open."""

    def __init__(self, acts: CallPort, evidence: EvidencePort) -> None:
        super().__init__()
        self._acts, self._evidence = acts, evidence
        self._shown = Shown()
        self._stage: Stage | None = None
        self._read = self._said = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._victim = LivePicture(Party.VICTIM, "Picture", acts)
        self._officer = LivePicture(
            Party.OFFICER, words.OWN_PICTURE, acts, label=words.YOU, frame_border=True
        )
        self._victim.set_inset(self._officer)
        self._fact = Fact()
        self._fact.setParent(self._victim)
        self._fact.hide()
        column.addWidget(self._victim, 1)
        self._screen = SharedScreen(column, self._victim, self._officer, acts)
        self._chat = ChatPane(acts)
        column.addWidget(self._chat)
        can = {"still": evidence.may_take_stills, "file": evidence.may_ask}
        self._bar = CallBar([control for control in CONTROLS if can.get(control.key, True)])
        self._bar.acted.connect(self._act)
        self._bar.end_chosen.connect(self._end)
        column.addWidget(self._bar)

    def set_narrow(self, narrow: bool) -> None:
        self._bar.set_narrow(narrow)

    def _act(self, key: str) -> None:
        acts: dict[str, Callable[[], None]] = {
            "mute": self._acts.toggle_muted,
            "camera": self._acts.toggle_camera,
            "pause": self._acts.resume if self._stage is Stage.PAUSED else self._acts.pause,
            "still": self._evidence.take_still,
            "file": lambda: self._evidence.ask_for("file"),
            "share": self._acts.toggle_share,
            "turn": self._acts.turn_camera,
            "chat": self._toggle_chat,
            "marker": self._acts.marker,
        }
        acts[key]()

    def _toggle_chat(self) -> None:
        self._chat.setVisible(self._chat.isHidden())
        if not self._chat.isHidden():
            self._chat.view.focus_line()
        self._show_chat_state(None)

    def _end(self, how: str) -> None:
        if how == "both":
            self._acts.end_for_both()
        else:
            self._acts.keep_link_open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QApplication.sendPostedEvents(self)
        self._fact.setGeometry(self._victim.rect())

    def show_state(self, state: PageState) -> None:
        name = state.incident.person.name
        self._show_picture(state)
        if self._shown.changed("name", name):
            self._victim.set_name(words.PICTURE_OF.format(name=name))
        self._screen.show_state(state, _chips(state))
        if self._shown.changed("asking", (state.sharing, state.stage)):
            show_controls(self._bar, state)
        self._chat.view.show_chat(state.chat, state.first_name)
        self._show_chat_state(state)
        self._show_evidence_controls(state)
        muted, camera, paused = state.muted, state.camera_on, state.stage is Stage.PAUSED
        if self._shown.changed("controls", (muted, camera, paused)):
            self._bar.set_control(
                "mute",
                active=muted,
                state=messages.ON if muted else messages.OFF,
                icon="mic-off" if muted else "mic",
            )
            self._bar.set_control(
                "camera",
                active=not camera,
                state=messages.ON if camera else messages.OFF,
                icon="video" if camera else "video-off",
            )
            self._bar.set_control(
                "pause",
                word=messages.RESUME if paused else messages.PAUSE,
                icon="play" if paused else "pause",
                state=messages.ON if paused else messages.OFF,
                active=paused,
            )

    def _show_evidence_controls(self, state: PageState) -> None:
        seen, there = state.stage is Stage.LIVE, state.stage in (Stage.LIVE, Stage.PAUSED)
        if not self._shown.changed("evidence", (seen, there, state.taking_still)):
            return
        if self._evidence.may_take_stills:
            word = evidence_words.TAKING_STILL if state.taking_still else messages.STILL
            why = "" if seen else evidence_words.ONLY_WITH_PICTURE
            self._bar.set_control("still", word=word, why_off=why)
        if self._evidence.may_ask:
            self._bar.set_control("file", why_off="" if there else evidence_words.ONLY_IN_CALL)

    def _show_chat_state(self, state: PageState | None) -> None:
        """The button says how many of the victim's messages were not seen yet."""
        if state is not None:
            self._said = sum(line.from_victim for line in state.chat)
        if not self._chat.isHidden():
            self._read = self._said
        unread = self._said - self._read
        word = words.CHAT_NEW.format(n=unread) if unread else messages.CHAT
        if self._shown.changed("chat", (word, self._chat.isHidden())):
            open_ = not self._chat.isHidden()
            self._bar.set_control(
                "chat", word=word, active=bool(unread) or open_, state=messages.ON if open_ else messages.OFF
            )

    def _show_picture(self, state: PageState) -> None:
        self._stage = state.stage
        fact, advice = _fact_of(state)
        self._fact.setVisible(bool(fact))
        if fact and self._shown.changed("fact", (fact, advice)):
            self._fact.set_words(fact, advice)
            self._fact.setGeometry(self._victim.rect())
        live = state.stage is Stage.LIVE or (state.stage is Stage.CONNECTING and not fact)
        if not self._shown.changed("live", (live, state.stage)):
            return
        if live:
            self._victim.go()
        else:
            self._victim.forget(words.STAGE_PAUSED if state.stage is Stage.PAUSED else "")
        if state.stage is Stage.PAUSED:
            self._officer.forget("")
        else:
            self._officer.go()


def _fact_of(state: PageState) -> tuple[str, str]:
    """What stands where the picture was; empty while it is there."""
    name = state.first_name
    if state.stage is Stage.CONNECTING and state.had_call:
        return words.STAGE_BACK.format(name=name), words.STAGE_BACK_ADVICE
    if state.stage is not Stage.DROPPED:
        return "", ""
    if state.left_by_exit:
        return words.STAGE_LEFT_BY_EXIT.format(name=name), words.STAGE_LEFT_ADVICE
    advice = words.STAGE_DROPPED_ADVICE.format(name=name)
    if state.drop_words:
        advice = f"{state.drop_words} {advice}"
    elif state.restarted_at is not None:
        return words.STAGE_RESTARTED, advice
    return words.STAGE_DROPPED, advice


def _chips(state: PageState) -> list[Chip]:
    chips = [Chip(state.incident.person.name, strong=True)]
    if state.stage is Stage.DROPPED:
        return [*chips, Chip(words.NO_CONNECTION, shape=Shape.SOON, tone=Tone.WARN)]
    if state.quality and state.stage is Stage.LIVE:
        chips.append(Chip(state.quality, icon="signal"))
    if state.secure:
        chips.append(Chip(words.SECURE, shape=Shape.DONE, tone=Tone.OK, below=True))
    else:
        chips.append(Chip(words.NOT_SECURE, shape=Shape.SOON, tone=Tone.WARN, below=True))
    if state.victim_muted:
        chips.append(Chip(words.PHONE_MUTED, icon="mic-off", right=True))
    if not state.victim_camera_on:
        chips.append(Chip(words.PHONE_CAMERA_OFF, icon="video-off", right=True))
    return chips
