"""Where the pictures of the call stand: the shared screen large with the victim's picture in its corner, or the victim's alone."""

from PySide6.QtWidgets import QVBoxLayout

from rvr_console.domain.recording import Party, TrackKind
from rvr_console.ui import messages
from rvr_console.ui.consultation import share_words
from rvr_console.ui.consultation.live_picture import LivePicture, Pictures
from rvr_console.ui.consultation.state import PageState, Stage
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.call_bar import CallBar
from rvr_console.ui.widgets.video_view import Chip

_INSET_WIDTH = 240


class SharedScreen:
    """Takes the first place of the column while a screen is shared, and gives it back."""

    def __init__(
        self, column: QVBoxLayout, victim: LivePicture, officer: LivePicture, acts: Pictures
    ) -> None:
        self._column, self._victim, self._officer = column, victim, officer
        self._screen = LivePicture(Party.VICTIM, share_words.SHARED, acts, kind=TrackKind.SCREEN)
        self._screen.hide()
        column.insertWidget(0, self._screen, 1)
        self.on = False

    def show_state(self, state: PageState, chips: list[Chip]) -> None:
        """The chips lie on the large picture; while nothing is live, what happened is told on the victim's."""
        on = state.sharing and state.stage is Stage.LIVE
        if on != self.on:
            self.on = on
            self._swap()
            said = share_words.SHARE_BEGAN.format(name=state.first_name) if on else share_words.SHARE_ENDED
            announce(self._screen, said)
        self._screen.set_name(share_words.SHARED_SCREEN_OF.format(name=state.incident.person.name))
        if state.phone_note:
            chips = [*chips, Chip(state.phone_note, icon="smartphone", right=True)]
        self._screen.set_chips(
            [*chips, Chip(share_words.SHARED, icon="monitor-up", right=True)] if on else []
        )
        self._victim.set_chips([] if on else chips)

    def _swap(self) -> None:
        if self.on:
            self._column.removeWidget(self._victim)
            self._officer.hide()
            self._screen.set_inset(self._victim, widest=_INSET_WIDTH)
            self._screen.show()
            self._screen.go()
            return
        self._screen.hide()
        self._screen.forget("")
        self._screen.set_inset(None)
        self._column.insertWidget(0, self._victim, 1)
        self._victim.show()
        self._officer.show()


def show_controls(bar: CallBar, state: PageState) -> None:
    """Share and turn the camera: only while the person can see and tap."""
    why = "" if state.stage is Stage.LIVE else share_words.ONLY_WHILE_LIVE
    word = share_words.STOP_SHARE if state.sharing else messages.SHARE
    bar.set_control("share", word=word, active=state.sharing, why_off=why)
    bar.set_control("turn", why_off=why)
