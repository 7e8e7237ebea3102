"""CPU of painting a 720p30 picture into the call's view.

    python benchmarks/painting.py        prints one JSON line

The view is fed as in a call: the newest BGRA frame, 1280×720 scaled by the media process to the size it asked for (here
656×369), 30 a second, taken by the page's own timer. Runs with and without pictures alternate; what painting adds counts.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from rvr_console.domain.call import Picture
from rvr_console.domain.recording import Party, TrackKind
from rvr_console.ui.consultation.live_picture import LivePicture
from rvr_console.ui.theme import apply_theme
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.video_view import Chip

WIDTH, HEIGHT = 656, 544  # the stage at 1440×900
PICTURE = (656, 369)
RUN_S, ROUNDS, GOAL = 2.0, 3, 0.15
RATE = 30


class Camera:
    """30 new pictures a second; their bytes exist already, as they do in shared memory."""

    def __init__(self) -> None:
        width, height = PICTURE
        row = bytes(range(256)) * (width * 4 // 256 + 2)
        self.frames = [
            bytearray().join(row[(y + shift) % 200 : (y + shift) % 200 + width * 4] for y in range(height))
            for shift in range(0, 60, 10)
        ]
        self.on = False
        self.began = time.monotonic()
        self.given = 0

    def set_view_size(self, party: Party, width: int, height: int, kind: TrackKind = TrackKind.VIDEO) -> None:
        """The size is fixed here."""

    def picture(self, party: Party, after: int, _kind: TrackKind = TrackKind.VIDEO) -> Picture | None:
        number = int((time.monotonic() - self.began) * RATE) + 1
        if not self.on or number <= after:
            return None
        self.given += 1
        width, height = PICTURE
        data = self.frames[number % len(self.frames)]
        return Picture(party, number, width, height, width * 4, bytes(data))  # a copy, as from shared memory


def run(camera: Camera, *, on: bool) -> tuple[float, float]:
    """(CPU seconds per second of this process, pictures a second)."""
    camera.on, camera.given = on, 0
    loop = QEventLoop()
    QTimer.singleShot(round(RUN_S * 1000), loop.quit)
    began, cpu = time.monotonic(), time.process_time()
    loop.exec()
    seconds = time.monotonic() - began
    return (time.process_time() - cpu) / seconds, camera.given / seconds


def main() -> None:
    app = QApplication([])
    apply_theme(app, dark=False)
    camera = Camera()
    view = LivePicture(Party.VICTIM, "Picture of Hannah Cole", camera)
    view.set_chips(
        [
            Chip("Hannah Cole", strong=True),
            Chip("Good · 1.8 Mbit/s · 71 ms", icon="signal"),
            Chip("Secure, both ends confirmed", shape=Shape.DONE, tone=Tone.OK, below=True),
        ]
    )
    view.resize(WIDTH, HEIGHT)
    view.show()
    run(camera, on=True)
    with_pictures, rates, without = [], [], []
    for _ in range(ROUNDS):
        without.append(run(camera, on=False)[0])
        cpu, rate = run(camera, on=True)
        with_pictures.append(cpu)
        rates.append(rate)
    ours, rate = statistics.median(with_pictures), statistics.median(rates)
    note = (
        f"{rate:.1f} pictures/s of {PICTURE[0]}×{PICTURE[1]} in {WIDTH}×{HEIGHT}, software raster, whole process; "
        f"the same without pictures {statistics.median(without):.3f}; peer = the limit"
    )
    print(
        json.dumps(
            {
                "name": "painting_720p30",
                "ours": round(ours, 4),
                "peer": GOAL,
                "ratio": round(ours / GOAL, 3),
                "goal": GOAL,
                "holds": ours <= GOAL and rate >= 28,
                "unit": "core",
                "note": note,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
