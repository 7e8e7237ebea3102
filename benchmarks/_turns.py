"""The longest turn of the loop that Qt and asyncio share, and the line that a figure makes."""

import json
import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer

LIMIT_MS = 50.0


class Beat:
    """The longest time between two beats of the event loop, in ms: own processor time, and time on the clock."""

    def __init__(self, look: Callable[[], None] = lambda: None) -> None:
        """look: done at each beat; its own time is not counted."""
        self.own = self.clock = 0.0
        self._look = look
        self._at = (0.0, 0.0)
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._beat)

    def begin(self) -> None:
        self.own = self.clock = 0.0
        self._at = (time.thread_time(), time.perf_counter())
        self._timer.start()

    def lap(self) -> tuple[float, float]:
        """(own, clock) since the beginning or the last lap; goes on."""
        self._beat()
        found = (self.own, self.clock)
        self.own = self.clock = 0.0
        return found

    def end(self) -> None:
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        own, clock = time.thread_time(), time.perf_counter()
        self.own = max(self.own, (own - self._at[0]) * 1000)
        self.clock = max(self.clock, (clock - self._at[1]) * 1000)
        self._look()
        self._at = (time.thread_time(), time.perf_counter())


def turn_line(name: str, own: float, note: str) -> str:
    """One JSON line: a turn of `own` ms against the house's limit."""
    return json.dumps(
        {
            "name": name,
            "ours": round(own, 1),
            "peer": LIMIT_MS,
            "ratio": round(own / LIMIT_MS, 2),
            "goal": 1.0,
            "holds": own <= LIMIT_MS,
            "unit": "ms",
            "note": note,
        }
    )
