"""The gateway's store: every state it may and may not reach, a disk that refuses, and rows nobody may edit."""

import errno
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rvr_console.errors import StorageError
from rvr_console.gateway.limits import CONNECTIONS, WRONG, AddressLimits, Bucket, Rate
from rvr_console.gateway.link_store import LinkRefusedError, LinkStore
from rvr_console.wire.desk_messages import CloseLink, IssueLink, SignedStatement
from rvr_console.wire.link_states import OPEN, LinkState

ROOM, HASH = "a" * 32, "b" * 64
SIGNED = SignedStatement(body="AA", signature="A" * 86, certificates="PEM")


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    store = LinkStore(tmp_path, clock)
    yield store
    store.close()


def issue(store, clock, room=ROOM, life_s=100):
    return store.issue(IssueLink(room=room, auth_hash=HASH, epoch=1, expires_at=int(clock.now) + life_s))


def test_a_link_waits_expires_and_is_forgotten(tmp_path, clock):
    store = LinkStore(tmp_path, clock)
    issue(store, clock)
    store.step(ROOM, LinkState.WAITING)
    clock.now += 99
    assert store.find(ROOM).state is LinkState.WAITING
    clock.now += 1
    assert store.find(ROOM) is None
    for act in (
        lambda: store.join(ROOM, 9),
        lambda: store.step(ROOM, LinkState.LIVE),
        lambda: issue(store, clock),
    ):
        with pytest.raises(LinkRefusedError, match="unavailable"):
            act()
    store.close()
    clock.now += 8 * 24 * 3600
    store = LinkStore(tmp_path, clock)
    assert store._base.execute("SELECT count(*) FROM link").fetchone() == (0,)
    store.close()


def test_a_begun_link_does_not_expire(store, clock):
    issue(store, clock)
    store.step(ROOM, LinkState.WAITING)
    store.step(ROOM, LinkState.LIVE)
    clock.now += 1_000_000
    assert store.find(ROOM).state is LinkState.LIVE
    store.step(ROOM, LinkState.DROPPED)
    assert store.find(ROOM).state is LinkState.DROPPED


@pytest.mark.parametrize(
    ("path", "after"),
    [
        ((), "issued"),
        (("waiting",), "issued"),
        (("waiting", "live"), "dropped"),
        (("waiting", "live", "paused"), "dropped"),
    ],
)
def test_after_a_restart_nobody_is_connected(tmp_path, clock, path, after):
    store = LinkStore(tmp_path, clock)
    issue(store, clock)
    for state in path:
        store.step(ROOM, LinkState(state))
    store.join(ROOM, 5)
    store.close()
    store = LinkStore(tmp_path, clock)
    assert (store.find(ROOM).state, store.find(ROOM).epoch) == (LinkState(after), 5)
    store.close()


@pytest.mark.parametrize("life_s", [0, -1, 32 * 24 * 3600])
def test_a_link_must_live_in_the_future_and_not_for_ever(store, clock, life_s):
    with pytest.raises(LinkRefusedError, match="unavailable"):
        issue(store, clock, life_s=life_s)


def test_a_closing_is_never_acknowledged_on_a_disk_that_refuses(tmp_path, clock, monkeypatch):
    store = LinkStore(tmp_path, clock)
    issue(store, clock)
    real_write = os.write

    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    for name, fault in (
        ("write", full),
        ("fsync", full),
        ("write", lambda handle, data: real_write(handle, data[:10]) if len(data) > 10 else full()),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, fault)
            with pytest.raises(StorageError, match="journal"):
                store.close_link(CloseLink(room=ROOM, epoch=1), SIGNED)
    assert store.close_link(CloseLink(room=ROOM, epoch=1), SIGNED) == 1
    assert store.find(ROOM) is None
    other = "c" * 32
    issue(store, clock, other)
    store.close_link(CloseLink(room=other, epoch=1), SIGNED)
    store.close()
    again = LinkStore(tmp_path, clock)
    assert again.find(ROOM) is None
    assert again.find(other) is None
    again.close()


def test_an_unknown_room_can_be_closed_and_then_never_issued(store, clock):
    assert store.close_link(CloseLink(room=ROOM, epoch=4), SIGNED) == 4
    with pytest.raises(LinkRefusedError, match="unavailable"):
        issue(store, clock)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "live"),
        ("epoch", 0),
        ("expires_at", 9_999_999_999),
        ("auth_hash", "c" * 64),
        ("state", "odd"),
    ],
)
def test_an_edited_row_is_refused(store, clock, column, value):
    issue(store, clock)
    assert store.find(ROOM)
    store._base.execute(f"UPDATE link SET {column} = ?", (value,))
    if (column, value) == ("epoch", 0):
        assert store.find(ROOM)  # it was 0: the very same row
    else:
        assert store.find(ROOM) is None


def test_a_row_moved_to_another_room_is_refused(store, clock):
    issue(store, clock)
    store._base.execute("UPDATE link SET room = ?", ("d" * 32,))
    assert store.find("d" * 32) is None


@pytest.mark.parametrize("harm", ["emptied", "changed", "first line gone", "lines swapped", "gone"])
def test_a_harmed_journal_keeps_the_store_shut(tmp_path, clock, harm):
    store = LinkStore(tmp_path, clock)
    for room in (ROOM, "c" * 32):
        store.close_link(CloseLink(room=room, epoch=1), SIGNED)
    issue(store, clock, "d" * 32)
    store.close()
    journal = tmp_path / "closings.log"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(
        {
            "emptied": b"",
            "changed": lines[0].replace(b'"epoch":1', b'"epoch":2') + lines[1],
            "first line gone": lines[1],
            "lines swapped": lines[1] + lines[0],
            "gone": b"",
        }[harm]
    )
    if harm == "gone":
        journal.unlink()
    with pytest.raises(StorageError, match="cut or changed"):
        LinkStore(tmp_path, clock)


class LinkLife(RuleBasedStateMachine):
    """Any order of acts and restarts: once closed, never open again; epochs only grow."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.path = Path(self._folder.name)
        self.clock = Clock()
        self.store = LinkStore(self.path, self.clock)
        self.closed = False
        self.epoch = 0

    @rule()
    def issue(self):
        self._try(lambda: issue(self.store, self.clock))

    @rule(state=st.sampled_from(sorted(OPEN)))
    def step(self, state):
        self._try(lambda: self.store.step(ROOM, state))

    @rule(epoch=st.integers(1, 20))
    def join(self, epoch):
        if self._try(lambda: self.store.join(ROOM, epoch)):
            assert epoch > self.epoch
            self.epoch = epoch

    @rule(epoch=st.integers(1, 20))
    def close_link(self, epoch):
        if self._try(lambda: self.store.close_link(CloseLink(room=ROOM, epoch=epoch), SIGNED)):
            self.closed = True

    @rule()
    def restart(self):
        self.store.close()
        self.store = LinkStore(self.path, self.clock)

    @rule()
    def edit_to_open(self):
        if self.closed:
            self.store._base.execute("UPDATE link SET state = 'live', closing = ''")

    def _try(self, act):
        try:
            act()
        except LinkRefusedError:
            return False
        return True

    @invariant()
    def never_open_again(self):
        assert not (self.closed and self.store.find(ROOM))

    def teardown(self):
        self.store.close()
        self._folder.cleanup()


TestLinkLife = LinkLife.TestCase
TestLinkLife.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)


def test_buckets_refill_and_addresses_are_kept_apart(clock):
    bucket = Bucket(Rate(1, 3), clock)
    assert [bucket.spend() for _ in range(4)] == [True, True, True, False]
    clock.now += 1
    assert [bucket.spend(), bucket.spend()] == [True, False]
    assert not bucket.spend(5)
    limits = AddressLimits(clock)
    assert sum(limits.may_connect("one") for _ in range(500)) == CONNECTIONS.burst
    assert limits.may_connect("two")
    for _ in range(int(WRONG.burst)):
        limits.was_wrong("two")
    assert not limits.may_connect("two")
    clock.now += 10
    assert limits.may_connect("two")
