"""The live call: recording banner, the victim's picture with the officer's inset, chat, call controls."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.domain.call import Picture
from rvr_console.domain.recording import Party
from rvr_console.ui import messages
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.chat_view import ChatView
from rvr_console.ui.consultation.state import PageState, Stage
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.call_bar import CallBar, CallControl
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, plane
from rvr_console.ui.widgets.video_view import Chip, VideoView

PICTURE_MS = 33
CONTROLS = (
    CallControl("mute", messages.MUTE, "mic", "F2", state=messages.OFF),
    CallControl("camera", messages.CAMERA, "video", "F3", state=messages.ON),
    CallControl("pause", messages.PAUSE, "pause", "F4"),
    CallControl("chat", messages.CHAT, "message-square", "F10"),
    CallControl("marker", words.MARKER, "flag", "F12"),
)


class CallActs(Protocol):
    """What the stage asks of the presenter."""

    def toggle_muted(self) -> None: ...
    def toggle_camera(self) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def marker(self, text: str = "") -> None: ...
    def send_chat(self, text: str) -> None: ...
    def end_for_both(self) -> None: ...
    def keep_link_open(self) -> None: ...
    def set_view_size(self, party: Party, width: int, height: int) -> None: ...
    def picture(self, party: Party, after: int) -> Picture | None: ...


class LivePicture(VideoView):
    """Takes the newest picture of one party; tells the media side the size it is wanted in."""

    def __init__(
        self, party: Party, name: str, acts: CallActs, *, label: str = "", frame_border: bool = False
    ) -> None:
        super().__init__(name, label=label, frame_border=frame_border)
        self._party = party
        self._acts = acts
        self._sequence = 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tell_size()

    def tell_size(self) -> None:
        ratio = self.devicePixelRatioF()
        self._acts.set_view_size(self._party, round(self.width() * ratio), round(self.height() * ratio))

    def take_newest(self) -> None:
        picture = self._acts.picture(self._party, self._sequence)
        if picture is not None:
            self._sequence = picture.sequence
            self.set_frame(picture.data, picture.width, picture.height, picture.stride)

    def forget(self, note: str) -> None:
        """No picture any more; numbers start anew with the next media process."""
        self._sequence = 0
        self.clear(note)


class StageCall(QWidget):
    """Shown from the first secure moment until the call ends. Pictures are taken at 30 a second while it is visible."""

    def __init__(self, acts: CallActs) -> None:
        super().__init__()
        self._acts = acts
        self._stage: Stage | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._victim = LivePicture(Party.VICTIM, "Picture", acts)
        self._officer = LivePicture(
            Party.OFFICER, "Your own picture", acts, label=words.YOU, frame_border=True
        )
        self._victim.set_inset(self._officer)
        column.addWidget(self._victim, 1)
        column.addWidget(self._make_chat())
        self._bar = CallBar(CONTROLS)
        self._bar.acted.connect(self._act)
        self._bar.end_chosen.connect(self._end)
        column.addWidget(self._bar)
        self._timer = QTimer(self)
        self._timer.setInterval(PICTURE_MS)
        self._timer.timeout.connect(self._take_pictures)

    def _make_chat(self) -> QWidget:
        self._chat_pane = plane("stage")
        self._chat_pane.setFixedHeight(200)
        column = QVBoxLayout(self._chat_pane)
        column.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        head = QHBoxLayout()
        head.addWidget(Text(messages.CHAT, Size.LABEL, Weight.BOLD, "stageink2"))
        head.addStretch(1)
        close = Button("Close chat", "quiet", stage=True)
        close.clicked.connect(self._chat_pane.hide)
        head.addWidget(close)
        column.addLayout(head)
        self._chat = ChatView(words.MESSAGE_CALL, self._acts.send_chat)
        column.addWidget(self._chat, 1)
        self._chat_pane.hide()
        return self._chat_pane

    def _act(self, key: str) -> None:
        acts: dict[str, Callable[[], None]] = {
            "mute": self._acts.toggle_muted,
            "camera": self._acts.toggle_camera,
            "pause": self._acts.resume if self._stage is Stage.PAUSED else self._acts.pause,
            "chat": self._toggle_chat,
            "marker": self._acts.marker,
        }
        acts[key]()

    def _toggle_chat(self) -> None:
        self._chat_pane.setVisible(not self._chat_pane.isVisible())
        if self._chat_pane.isVisible():
            self._chat.focus_line()

    def _end(self, how: str) -> None:
        if how == "both":
            self._acts.end_for_both()
        else:
            self._acts.keep_link_open()

    def _take_pictures(self) -> None:
        if self.isVisible() and self._stage in (Stage.LIVE, Stage.CONNECTING):
            self._victim.take_newest()
            self._officer.take_newest()

    def show_state(self, state: PageState) -> None:
        name = state.incident.person.name
        if state.stage is not self._stage:
            self._change_stage(state.stage, name)
        self._victim.set_name(f"Picture of {name}")
        self._victim.set_chips(self._chips(state))
        self._chat.show_chat(state.chat, name.split(" ")[0])
        muted, camera = state.muted, state.camera_on
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
        paused = state.stage is Stage.PAUSED
        word = messages.RESUME if paused else messages.PAUSE
        self._bar.set_control("pause", word=word, icon="play" if paused else "pause", active=paused)

    def _change_stage(self, stage: Stage, name: str) -> None:
        self._stage = stage
        if stage is Stage.LIVE:
            for view in (self._victim, self._officer):
                view.tell_size()
            self._timer.start()
        if stage is Stage.PAUSED:
            self._victim.forget("Paused: neither picture nor sound is sent or recorded")
            self._officer.forget("")
        elif stage in (Stage.DROPPED, Stage.ENDED):
            self._victim.forget(f"{name} is not connected")
            self._officer.forget("")
            self._timer.stop()

    @staticmethod
    def _chips(state: PageState) -> list[Chip]:
        chips = [Chip(state.incident.person.name, strong=True)]
        if state.quality and state.stage is Stage.LIVE:
            chips.append(Chip(state.quality, icon="signal"))
        if state.secure:
            chips.append(Chip(words.SECURE, shape=Shape.DONE, tone=Tone.OK, below=True))
        else:
            chips.append(Chip(words.NOT_SECURE, shape=Shape.SOON, tone=Tone.WARN, below=True))
        if state.victim_muted:
            chips.append(Chip("Muted on the phone", icon="mic-off", right=True))
        if not state.victim_camera_on:
            chips.append(Chip("Camera off on the phone", icon="video-off", right=True))
        return chips
