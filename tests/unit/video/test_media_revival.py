from rvr_console.video.media_revival import WAITS_S, Revival


class Loop:
    """Remembers what was planned; the test decides when it happens."""

    def __init__(self):
        self.planned = []

    def call_later(self, wait, act):
        self.planned.append((wait, act))
        return Handle(self)


class Handle:
    def __init__(self, loop):
        self.loop = loop

    def cancel(self):
        self.loop.planned.append("cancelled")


def rig(fail=0):
    loop, told, now = Loop(), [], [0.0]
    left = [fail]

    def start():
        if left[0]:
            left[0] -= 1
            raise OSError("no process")
        told.append("started")

    return loop, told, now, Revival(loop, start, lambda: told.append("told"), lambda: now[0])


def test_at_once_then_ever_later_then_forgotten():
    loop, _told, now, revival = rig()
    for _ in range(6):
        revival.plan()
        now[0] += 1
    assert [wait for wait, _ in loop.planned] == [*WAITS_S, WAITS_S[-1]]
    now[0] += 60
    revival.plan()
    assert loop.planned[-1][0] == 0.0


def test_a_process_that_cannot_start_is_tried_again_and_told_once():
    loop, told, _now, revival = rig(fail=2)
    revival.plan()
    for place in range(3):
        loop.planned[place][1]()
    assert told == ["started", "told"]
    assert len(loop.planned) == 3


def test_stop_cancels_what_is_planned():
    loop, _told, _now, revival = rig()
    revival.plan()
    revival.stop()
    assert loop.planned[-1] == "cancelled"
