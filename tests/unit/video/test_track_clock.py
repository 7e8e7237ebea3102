"""Times on one clock: medians, wrap-around, jumps of the sender's count, drift."""

import random
from itertools import pairwise

import pytest

from rvr_console.video.track_clock import TrackClock

MS = 1_000_000
T0 = 7_000_000 * MS


def test_jitter_is_taken_out() -> None:
    rng = random.Random(3)
    clock = TrackClock(90_000)
    errors = []
    for n in range(600):
        sent = T0 + n * 33_333_333
        stamp = clock.observe(n * 3000, sent + 40 * MS + rng.randrange(0, 12 * MS))
        errors.append(stamp.time_ns() - sent - 46 * MS)
    assert max(abs(e) for e in errors[60:]) < 3 * MS


def test_late_first_packets_do_not_pull_the_line() -> None:
    clock = TrackClock(48_000)
    for n in range(300):
        sent = T0 + n * 20 * MS
        stamp = clock.observe(n * 960, sent + (208 * MS if n < 10 else 20 * MS))
        at = stamp.time_ns() - sent
        if n > 60:
            assert at == pytest.approx(20 * MS, abs=5 * MS)


def test_wrap_and_packets_out_of_order() -> None:
    clock = TrackClock(90_000)
    start = (1 << 32) - 9000
    orders = []
    for n in (0, 1, 2, 4, 3, 5, 6):
        stamp = clock.observe((start + n * 3000) % (1 << 32), T0 + n * 33_333_333)
        orders.append((stamp.order, n))
    assert [n for _, n in sorted(orders)] == list(range(7))
    first, last = min(orders)[0], max(orders)[0]
    assert last[1] - first[1] == 6 * 3000


def test_a_new_count_starts_a_new_line_at_its_true_time() -> None:
    clock = TrackClock(90_000)
    before = [clock.observe(n * 3000, T0 + n * 33 * MS) for n in range(30)]
    after = clock.observe(2_000_000_000, T0 + 30 * 33 * MS)
    assert after.order > before[-1].order
    assert after.time_ns() == T0 + 30 * 33 * MS


def test_a_drifting_phone_is_followed_without_jumps() -> None:
    """200 ppm fast, far worse than any phone: ten minutes apart by 120 ms."""
    clock = TrackClock(48_000)
    times = []
    for n in range(30_000):
        received = T0 + n * 20 * MS + n * 4_000
        times.append(clock.observe(n * 960, received).time_ns())
    assert times[-1] == pytest.approx(received, abs=3 * MS)
    steps = [b - a for a, b in pairwise(times)]
    assert max(abs(step - 20 * MS) for step in steps[100:]) <= MS
