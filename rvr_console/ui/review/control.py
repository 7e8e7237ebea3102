"""The open recording's controls, for the player; without one every act does nothing."""

from rvr_console.domain.call import Picture
from rvr_console.domain.recording import Party
from rvr_console.ui.review.playback import OpenRecording, PlaybackStatus

JUMP_US = 5_000_000


class PlayerControl:
    def __init__(self) -> None:
        self.recording: OpenRecording | None = None

    def status(self) -> PlaybackStatus:
        return self.recording.status() if self.recording else PlaybackStatus()

    def picture(self, party: Party, after: int) -> Picture | None:
        return self.recording.picture(party, after) if self.recording else None

    def has_picture(self, party: Party) -> bool:
        return self.recording is not None and self.recording.has_picture(party)

    def set_view_size(self, party: Party, width: int, height: int) -> None:
        if self.recording:
            self.recording.set_view_size(party, width, height)

    def toggle_play(self) -> None:
        if self.recording:
            if self.recording.status().playing:
                self.recording.pause()
            else:
                self.recording.play()

    def seek(self, session_us: int) -> None:
        if self.recording:
            self.recording.seek(max(0, min(session_us, self.recording.timeline.duration_us)))

    def jump(self, by_us: int) -> None:
        self.seek(self.status().position_us + by_us)

    def step(self, frames: int) -> None:
        if self.recording:
            self.recording.step(frames)

    def next_gap(self) -> bool:
        """Go to where the next gap begins; False if there is none."""
        gap = self.recording.timeline.next_gap(self.status().position_us) if self.recording else None
        if gap is not None:
            self.seek(gap.start_us)
        return gap is not None

    def set_speed(self, speed: float) -> None:
        if self.recording:
            self.recording.set_speed(speed)

    def set_volume(self, volume: float) -> None:
        if self.recording:
            self.recording.set_volume(volume)
