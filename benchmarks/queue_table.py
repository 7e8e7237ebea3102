"""The queue with 100,000 incidents: scrolling a page and typing in the find box, to the painted picture.

    python benchmarks/queue_table.py        prints one JSON line for each figure

The peer is the limit itself, 50 ms; each figure is the median of single acts, with p95 and worst in its note.
"""

import json
import os
import random
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rvr_console.domain.incident import Flag, Incident, Person, Triage
from rvr_console.ui.queue.page import QueuePage
from rvr_console.ui.theme import apply_theme

COUNT = 100_000
LIMIT_MS = 50.0
NOW = datetime(2026, 11, 21, 13, 52, tzinfo=UTC)
PLACES = ("Haverbrook", "Castle Ward", "Upper Lode", "Kingsmead", "Northgate", "Marlow Quay")
KINDS = (
    "Damage to vehicle",
    "Theft of pedal cycle",
    "Harassment, messages",
    "Burglary, outbuilding",
    "Fraud",
)
NAMES = ("Whitlock", "Cole", "Marsh", "Okafor", "Patel", "Jones", "Price", "Reid")


def incidents() -> list[Incident]:
    rng = random.Random(7)
    made = []
    for number in range(COUNT):
        reported = NOW - timedelta(minutes=rng.randrange(1, 60 * 72))
        made.append(
            Incident(
                reference=f"{number} of {reported:%d/%m/%Y}",
                category=rng.choice(KINDS),
                grade=3,
                reported_at=reported,
                place=rng.choice(PLACES),
                address="",
                person=Person(f"{rng.choice('ABCDEFGH')}. {rng.choice(NAMES)}"),
                flags=frozenset(rng.sample(list(Flag), rng.randrange(3))),
                triage=rng.choice((Triage.SUITABLE, Triage.SUITABLE, Triage.TO_TRIAGE)),
                contact_attempts=rng.choice((0, 0, 0, 1, 2)),
            )
        )
    return made


class Painted(QObject):
    """Sees the paint events of the table, so that every figure holds exactly what the person waits for."""

    seen = False

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self.seen = True
        return False


PAINTED = Painted()


def settle(page: QueuePage) -> None:
    """All events handled, the paint events among them."""
    QApplication.processEvents()
    if not PAINTED.seen:
        page.table.viewport().repaint()
    PAINTED.seen = False


def timed(act, page: QueuePage) -> float:
    start = time.perf_counter()
    act()
    settle(page)
    return (time.perf_counter() - start) * 1000


def wheel(page: QueuePage, steps: int) -> None:
    view = page.table.viewport()
    where = QPointF(view.rect().center())
    event = QWheelEvent(
        where,
        QPointF(view.mapToGlobal(view.rect().center())),
        QPoint(),
        QPoint(0, -120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def report(name: str, times: list[float], note: str) -> None:
    ours = statistics.median(times)
    p95 = sorted(times)[int(len(times) * 0.95)]
    line = {
        "name": name,
        "ours": round(ours, 1),
        "peer": LIMIT_MS,
        "ratio": round(ours / LIMIT_MS, 3),
        "goal": 1.0,
        "holds": ours < LIMIT_MS,
        "unit": "ms",
        "note": f"{note}; 100,000 rows, p95 {p95:.1f} ms, worst {max(times):.1f} ms of {len(times)}",
    }
    print(json.dumps(line), flush=True)


def main() -> None:
    app = QApplication([])
    apply_theme(app, dark=False)
    page = QueuePage(lambda: NOW)
    page.resize(1344, 852)
    page.show()
    page.table.viewport().installEventFilter(PAINTED)
    rows = incidents()
    load = timed(lambda: page.show_incidents(rows, NOW), page)
    settle(page)
    scroll = [timed(lambda: wheel(page, 4), page) for _ in range(60)]
    scroll += [timed(lambda: QTest.keyClick(page.table, Qt.Key.Key_PageDown), page) for _ in range(60)]
    bar = page.table.verticalScrollBar()
    scroll += [timed(lambda p=p: bar.setValue(bar.maximum() * p // 60), page) for p in range(60)]
    report(
        "queue scroll",
        scroll,
        f"wheel, Page Down and drag, each to the painted picture; loading took {load:.0f} ms",
    )
    filters = []
    for text in ("whitlock", "12 of", "north", "zzz", "harass"):
        typed = [text[:length] for length in range(1, len(text) + 1)]
        filters += [timed(lambda t=t: page.tools.find_box.setText(t), page) for t in typed]
        filters.append(timed(page.tools.find_box.clear, page))
    keys = ("ready", "call_back", "to_triage", "all") * 4
    filters += [
        timed(lambda k=k: (page.tools.filters.set_value(k), page.tools.filters.chosen.emit(k)), page)
        for k in keys
    ]
    report("queue filter", filters, "each letter typed and each filter chosen, to the painted picture")
    minute = [timed(lambda m=m: page.show_time(NOW + timedelta(minutes=m)), page) for m in range(1, 21)]
    report("queue minute", minute, "all waiting times move on by a minute, to the painted picture")


if __name__ == "__main__":
    main()
