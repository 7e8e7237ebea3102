"""A hostile film is played in the sandbox: what comes out is checked, and a program that hangs, dies or lies is ended and said."""

import io
import sys
import threading
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "evidence"))

from evidence_parts import team_ring
from exhibit_parts import bytes_of
from gated_vault import GatedVault, sealed_exhibit
from hostile_files import film

from rvr_console.domain.file_check import HOLDS, SHOWN_IN_PART, CheckStatus
from rvr_console.evidence import exhibit_film as module
from rvr_console.evidence.exhibit_film import PlayingFilm
from rvr_console.evidence.exhibit_inspection import ExhibitInspection
from rvr_console.evidence.film_program import FilmProgram
from rvr_console.evidence.sandboxed_program import playing_program
from rvr_console.system.sandbox import closed_sandbox
from rvr_console.wire.inspection_messages import Order

pytestmark = pytest.mark.skipif(closed_sandbox() is None, reason="this system has no sandbox")
PLAYS = '{"outcome":"plays","has_picture":true,"seconds":9.0}'


class Heard:
    def __init__(self) -> None:
        self.samples, self.closed = bytearray(), False

    def play(self, pcm: bytes) -> None:
        self.samples += pcm

    def close(self) -> None:
        self.closed = True


def opened(
    data: bytes, content_type: str = "video/mp4", *, side: int = 160, command=playing_program, seconds=10.0
):
    order = Order(content_type=content_type, size=len(data), max_side=side, play=True)
    heard = Heard()
    made = PlayingFilm(lambda: io.BytesIO(data), order, lambda: FilmProgram(command, seconds), heard)
    return made, heard


def until(film: PlayingFilm, met, seconds: float = 20.0) -> None:
    """Wait for what its status says; it is written on another thread."""
    pause, end = threading.Event(), time.monotonic() + seconds
    while not met(film.status()):
        assert time.monotonic() < end, film.status()
        pause.wait(0.01)


def ended(film: PlayingFilm) -> None:
    film.close()
    film.wait(8)
    assert not film.alive


def acting(script: str):
    """A program in the player's place, outside the sandbox."""
    head = (
        "import socket, struct, sys, os, signal; link = socket.socket(fileno=int(sys.argv[1]))\n"
        "def say(kind, body): link.sendall(struct.pack('>BI', kind, len(body)) + body)\n"
        f"say(1, b''); link.recv(4096); say(3, {PLAYS!r}.encode())\n"
        "def asked(): return link.recv(13)\n"
    )

    def command(link: int):
        return [sys.executable, "-I", "-S", "-c", head + script, str(link)], {}

    return command


def test_a_film_plays_with_sound_seeks_steps_pauses_and_ends():
    playing, heard = opened(film())
    until(playing, lambda status: playing.picture(0) is not None)
    first = playing.picture(0)
    assert (first.width, first.height, first.seconds) == (160, 120, 0.0)
    status = playing.status()
    assert (status.playing, status.has_sound, status.length) == (False, True, pytest.approx(2.0, abs=0.1))
    playing.step(1)
    until(playing, lambda _status: playing.picture(first.sequence) is not None)
    assert playing.picture(0).seconds == pytest.approx(0.1)
    playing.step(-1)
    until(playing, lambda _status: playing.picture(0).seconds == 0.0)
    playing.seek(1.5)
    until(playing, lambda status: not status.seeking and status.position == 1.5)
    until(playing, lambda _status: playing.picture(0).seconds == pytest.approx(1.5))
    assert 140 <= playing.picture(0).pixels[0] <= 160, "the picture of that moment"
    assert not heard.samples, "nothing is heard while it stands still"
    playing.seek(0)
    playing.play()
    until(playing, lambda status: status.position > 0.3)
    playing.pause()
    until(playing, lambda status: not status.playing)
    at = playing.status().position
    assert at < 1.5
    playing.play()
    until(playing, lambda status: not status.playing and status.position > 1.8)
    assert playing.picture(0).seconds == pytest.approx(1.9)
    assert 0.5 < len(heard.samples) / 96_000 < 1.5, "its one second of sound"
    playing.seek(1.99)
    until(playing, lambda status: not status.seeking and status.position == 1.99)
    assert playing.picture(0).seconds == pytest.approx(1.9), "behind the last picture it is the last picture"
    playing.play()
    until(playing, lambda status: not status.playing and status.position == 2.0)
    playing.play()  # from its start again
    until(playing, lambda status: status.playing and status.position < 1.0)
    ended(playing)
    assert heard.closed
    assert playing.picture(0) is None
    assert playing.status().fault == ""


def test_what_does_not_play_says_why():
    playing, heard = opened(bytes(5000))
    until(playing, lambda status: bool(status.fault))
    assert "could not be read" in playing.status().fault
    playing.wait(8)
    assert not playing.alive
    assert heard.closed


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("asked(); signal.pause()", "took too long"),
        ("asked(); os.kill(os.getpid(), signal.SIGKILL)", "ended too early"),
        ("asked(); say(5, struct.pack('>dHH', 0.0, 9, 9) + bytes(4)); signal.pause()", "not as large"),
        (
            "asked(); say(5, struct.pack('>dHH', float('nan'), 1, 1) + bytes(4)); signal.pause()",
            "no film has",
        ),
        ("asked(); say(5, bytes(13 + 4 * 160 * 160)); signal.pause()", "wrong kind or length"),
        ("asked(); say(6, bytes(8 + 96002)); signal.pause()", "wrong kind or length"),
        ("asked()\nwhile True: say(6, bytes(8 + 96000))", "should not"),
        ("asked()\nwhile True: say(5, struct.pack('>dHH', 0.0, 1, 1) + bytes(4))", "should not"),
        ("asked(); say(3, b'{}'); signal.pause()", "should not"),
        ("asked(); say(2, struct.pack('>QI', 0, 2**31)); signal.pause()", "too much"),
        ("while True: asked(); say(7, bytes(1))", "nothing more came"),
    ],
)
def test_a_program_that_hangs_dies_or_lies_is_ended_and_said(script, words, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    playing, heard = opened(b"data", command=acting(script), seconds=0.6)
    playing.play()
    until(playing, lambda status: bool(status.fault))
    assert words in playing.status().fault
    assert "kept as it is" in playing.status().fault
    playing.wait(8)
    assert not playing.alive
    assert heard.closed


def test_closed_in_the_middle_of_a_hang_it_ends_at_once():
    playing, _ = opened(b"data", command=acting("asked(); signal.pause()"), seconds=30)
    until(playing, lambda status: not status.opening)
    began = time.monotonic()
    ended(playing)
    assert time.monotonic() - began < 5
    assert playing.status().fault == ""


def test_the_limits_of_a_film_hold(monkeypatch):
    """Its processor time is its own; everything else is as for a preview."""
    from rvr_console.inspection import __main__ as program

    wanted = {}
    monkeypatch.setattr(program.resource, "setrlimit", wanted.__setitem__)
    program.confine(program.FILM_CPU_SECONDS)
    assert wanted[program.resource.RLIMIT_CPU] == (14_400, 14_400)
    assert wanted[program.resource.RLIMIT_AS] == (1_600_000_000, 1_600_000_000)
    assert wanted[program.resource.RLIMIT_FSIZE] == (0, 0)


def long_film() -> bytes:
    """Its pictures lie at the start; behind them are three million bytes that a player does not need."""
    void = b"\xec\x01" + (3 << 20).to_bytes(7, "big") + bytes_of(3 << 20)
    return film(codec="libvpx", kind="webm", sound=False) + void


@pytest.fixture
def gated(tmp_path):
    vault = GatedVault(tmp_path)
    inspection = ExhibitInspection(vault, team_ring())
    yield vault, inspection
    vault.open_gate()
    inspection.close()


def test_a_film_plays_while_its_whole_file_is_checked(gated):
    vault, inspection = gated
    exhibit = sealed_exhibit(vault, long_film(), "video/webm")
    ends = []
    playing = inspection.play(exhibit, ends.append)
    vault.let(2)  # where it comes from, and the first million bytes
    until(playing, lambda status: playing.picture(0) is not None)
    status = playing.status()
    assert status.checked < 0.5
    assert not status.fault
    assert not ends
    playing.step(1)
    until(playing, lambda _status: playing.picture(1) is not None)
    vault.open_gate()
    until(playing, lambda status: status.checked == 1.0)
    ended(playing)
    assert ends == [HOLDS]


def test_damage_far_behind_what_is_shown_ends_the_film_and_is_told(gated):
    vault, inspection = gated
    exhibit = sealed_exhibit(vault, long_film(), "video/webm")
    path = vault.path_of(exhibit.evidence_id)
    whole = bytearray(path.read_bytes())
    whole[-(1 << 18)] ^= 1
    path.write_bytes(whole)
    ends = []
    playing = inspection.play(exhibit, ends.append)
    vault.let(2)
    until(playing, lambda status: playing.picture(0) is not None)
    vault.open_gate()
    until(playing, lambda status: bool(status.fault))
    assert "HC/1 holds" in playing.status().fault
    playing.wait(8)
    assert [end.status for end in ends] == [CheckStatus.DAMAGED]


def test_closed_while_it_waits_for_the_check_nothing_hangs_and_that_is_told(gated):
    vault, inspection = gated
    exhibit = sealed_exhibit(vault, film(), "video/mp4")  # what says what it holds stands at its end
    ends = []
    playing = inspection.play(exhibit, ends.append)
    until(playing, lambda status: status.opening)
    vault.let(1)
    playing.close()
    playing.wait(8)
    assert not playing.alive
    vault.open_gate()
    inspection.close()
    assert ends == [SHOWN_IN_PART]
    assert playing.picture(0) is None
