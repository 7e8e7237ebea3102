"""A large exhibit is read while its whole file is still being checked: what has been passed, nothing else, and its end is told."""

import asyncio
import sys
import threading
import tracemalloc
from dataclasses import replace

import pytest
from evidence_parts import SeededDesk, team_ring
from exhibit_parts import bytes_of, exhibit_vault
from gated_vault import GatedVault, sealed_exhibit

from rvr_console.domain.exhibit import Look
from rvr_console.domain.file_check import (
    HOLDS,
    SHOWN_IN_PART,
    CheckEnd,
    CheckStatus,
    CheckStoppedError,
    CheckWatch,
)
from rvr_console.errors import EvidenceError
from rvr_console.evidence.exhibit_inspection import ExhibitInspection
from rvr_console.evidence.exhibit_walk import FileWalk

MIB = 1 << 20
DATA = bytes_of(6 * MIB + 17)


class Told:
    def __init__(self) -> None:
        self.ends: list[CheckEnd] = []
        self.came = threading.Event()

    def __call__(self, end: CheckEnd) -> None:
        self.ends.append(end)
        self.came.set()

    @property
    def end(self) -> CheckEnd:
        assert self.came.wait(20)
        (one,) = self.ends
        return one


@pytest.fixture
def vault(tmp_path):
    return GatedVault(tmp_path)


def begun(vault, exhibit):
    told = Told()
    walk = FileWalk(vault, exhibit, told)
    walk.start()
    return walk, told


def in_thread(act):
    """(the thread, what came of it)"""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(act())
        except EvidenceError as error:
            found.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, found


def test_what_was_passed_is_read_and_the_rest_is_waited_for(vault):
    exhibit = sealed_exhibit(vault, DATA)
    walk, told = begun(vault, exhibit)
    vault.let(3)  # the first says where it comes from
    with walk.open(team_ring()) as reader:
        assert reader.read(MIB) == DATA[:MIB]
        reader.seek(MIB + 5)
        assert reader.read(1000) == DATA[MIB + 5 : MIB + 1005]
        assert 0 < walk.part < 0.5
        assert not told.came.is_set()
        reader.seek(5 * MIB)
        waiting, found = in_thread(lambda: reader.read(100))
        waiting.join(0.2)
        assert waiting.is_alive(), "what was not passed is not given"
        vault.open_gate()
        waiting.join(20)
        assert found == [DATA[5 * MIB : 5 * MIB + 100]]
        reader.seek(0)
        whole = b""
        reader.seek(0)
        while part := reader.read(700_000):
            whole += part
        assert whole == DATA
    assert told.end == HOLDS
    assert walk.part == 1.0


def test_damage_further_on_is_told_and_nothing_behind_it_is_given(vault):
    exhibit = sealed_exhibit(vault, DATA)
    path = vault.path_of(exhibit.evidence_id)
    whole = bytearray(path.read_bytes())
    whole[4 * MIB + 99] ^= 1
    path.write_bytes(whole)
    walk, told = begun(vault, exhibit)
    vault.let(3)
    with walk.open(team_ring()) as reader:
        assert reader.read(MIB) == DATA[:MIB]
        vault.open_gate()
        assert told.end.status is CheckStatus.DAMAGED
        assert "HC/1 holds" in told.end.words
        reader.seek(5 * MIB)
        with pytest.raises(EvidenceError, match="HC/1 holds"):
            reader.read(10)


@pytest.mark.parametrize("what", ["other head", "cut", "longer than logged", "other exhibit's file"])
def test_a_file_that_holds_in_itself_must_be_that_of_the_log(vault, what):
    exhibit = sealed_exhibit(vault, DATA)
    vault.open_gate()
    path = vault.path_of(exhibit.evidence_id)
    if what == "other head":
        exhibit = replace(exhibit, head=replace(exhibit.head, chain=bytes(32)))
    elif what == "cut":
        path.write_bytes(path.read_bytes()[: 3 * MIB])
    elif what == "longer than logged":
        exhibit = replace(exhibit, content=replace(exhibit.content, size=exhibit.content.size - 1))
    else:
        other = sealed_exhibit(vault, DATA[::-1])
        path.write_bytes(vault.path_of(other.evidence_id).read_bytes())
        vault.let(9)
    walk, told = begun(vault, exhibit)
    if what == "other exhibit's file":
        with pytest.raises(EvidenceError):
            walk.open(team_ring()).read(10)
    assert told.end.status is CheckStatus.DAMAGED
    with pytest.raises(EvidenceError):
        walk.must_hold()


def test_of_another_desk_nothing_is_given_before_the_whole_of_it_holds(tmp_path):
    other = exhibit_vault(tmp_path)
    exhibit = sealed_exhibit(other, DATA)
    vault = GatedVault(tmp_path, desk=SeededDesk(9))
    walk, told = begun(vault, exhibit)
    vault.let(4)
    with walk.open(team_ring()) as reader:
        waiting, found = in_thread(lambda: reader.read(100))
        waiting.join(0.3)
        assert waiting.is_alive(), "anybody could have signed it"
        vault.open_gate()
        waiting.join(20)
        assert found == [DATA[:100]]
    assert told.end == HOLDS


def test_stopped_it_wakes_whoever_reads_and_says_so(vault):
    exhibit = sealed_exhibit(vault, DATA)
    walk, told = begun(vault, exhibit)
    vault.let(2)
    with walk.open(team_ring()) as reader:
        waiting, found = in_thread(lambda: reader.read(2 * MIB) and reader.read(2 * MIB))
        walk.stop()
        waiting.join(20)
        assert isinstance(found[0], EvidenceError)
    vault.open_gate()
    assert told.end == SHOWN_IN_PART
    walk.wait(5)


def test_what_was_walked_over_before_is_there_at_once(vault):
    exhibit = sealed_exhibit(vault, DATA)
    vault.open_gate()
    walk, told = begun(vault, exhibit)
    assert told.end == HOLDS
    again, told = begun(vault, exhibit)
    with again.open(team_ring()) as reader:
        reader.seek(6 * MIB)
        assert reader.read(99) == DATA[6 * MIB :]
    assert told.end == HOLDS
    assert vault.walks == 1
    walk.must_hold()


def test_opening_tells_how_far_it_is_and_can_be_stopped(vault):
    exhibit = sealed_exhibit(vault, DATA)
    watch = CheckWatch()
    parts: list[float] = []
    passed = watch.passed

    def seen(done: int, size: int) -> None:
        passed(done, size)
        parts.append(watch.part)
        if len(parts) == 4:
            watch.stop()

    watch.passed = seen
    vault.open_gate()
    with pytest.raises(CheckStoppedError):
        vault.open(exhibit.evidence_id, team_ring(), watch)
    assert len(parts) == 4
    assert parts == sorted(set(parts))
    assert vault.known_scan(vault.path_of(exhibit.evidence_id)) is None
    watch = CheckWatch()
    with vault.open(exhibit.evidence_id, team_ring(), watch) as reader:
        assert reader.size == len(DATA)
    assert watch.part == 1.0


def test_memory_does_not_grow_with_the_file(tmp_path):
    vault = exhibit_vault(tmp_path)
    data = bytes_of(MIB) * 40
    exhibit = sealed_exhibit(vault, data)
    del data
    tracemalloc.start()
    try:
        walk = FileWalk(vault, exhibit)
        with walk.going(), walk.open(team_ring()) as reader:
            while reader.read(MIB):
                pass
            walk.must_hold()
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 24 * MIB


async def test_a_small_picture_needs_no_more_of_the_file_than_it_reads(vault):
    """As the list asks for it after a start of the console; a program that reads the first bytes stands for the sandbox."""
    script = (
        "import socket, struct, sys; link = socket.socket(fileno=int(sys.argv[1]))\n"
        "link.sendall(struct.pack('>BI', 1, 0)); link.recv(4096)\n"
        "link.sendall(struct.pack('>BIQI', 2, 12, 0, 100)); got = link.recv(4096)\n"
        'body = b\'{"outcome":"no_preview","reason":"%d"}\' % len(got)\n'
        "link.sendall(struct.pack('>BI', 3, len(body)) + body); link.recv(1)\n"
    )
    inspection = ExhibitInspection(
        vault, team_ring(), lambda link: ([sys.executable, "-I", "-S", "-c", script, str(link)], {})
    )
    exhibit = sealed_exhibit(vault, DATA)
    vault.let(2)
    asked = asyncio.ensure_future(inspection.inspect(exhibit, Look(320)))
    for _ in range(6):
        done, _waiting = await asyncio.wait({asked}, timeout=1)
        if done:
            break
        vault.let(1)  # the walk stops at its next record
    assert (await asked).words == "104"
    assert vault.known_scan(vault.path_of(exhibit.evidence_id)) is None, "its end was not looked at"
    vault.open_gate()
    inspection.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_in_the_walk_itself_leaves_nobody_waiting(vault, monkeypatch):
    def broken(*_given):
        raise ValueError("a mistake of ours")

    exhibit = sealed_exhibit(vault, DATA)
    monkeypatch.setattr(vault, "walk", broken)
    monkeypatch.setattr(vault, "known_scan", lambda _path: None)
    walk, told = begun(vault, exhibit)
    thread, found = in_thread(walk.must_hold)
    assert told.end.status is CheckStatus.STOPPED
    thread.join(20)
    walk.wait(20)
    assert isinstance(found[0], EvidenceError)
    assert "broke off" in found[0].what
