import threading

from rvr_console.domain.events import Fault, QueueChanged
from rvr_console.ui.qt_bridge import QtBridge


def test_events_of_other_threads_arrive_in_order_on_the_qt_thread(qtbot):
    bridge = QtBridge()
    got = []
    bridge.subscribe(Fault, lambda e: got.append((e.what, threading.current_thread())))
    thread = threading.Thread(target=lambda: [bridge.publish(Fault(str(n))) for n in range(100)])
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(got) == 100)
    assert [w for w, _ in got] == [str(n) for n in range(100)]
    assert {t for _, t in got} == {threading.main_thread()}


def test_a_failing_screen_does_not_starve_the_next(qtbot, caplog):
    bridge = QtBridge()
    got = []
    bridge.subscribe(QueueChanged, lambda _e: 1 / 0)
    end = bridge.subscribe(QueueChanged, got.append)
    bridge.publish(QueueChanged())
    qtbot.waitUntil(lambda: bool(got))
    assert "a screen failed on QueueChanged" in caplog.text
    end()
    bridge.publish(QueueChanged())
    bridge.subscribe(Fault, lambda _e: got.append("last"))
    bridge.publish(Fault("x"))
    qtbot.waitUntil(lambda: "last" in got)
    assert got == [QueueChanged(), "last"]
