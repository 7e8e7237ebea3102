"""A film played piece by piece. Here without its sandbox: the films were made by the tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))

from hostile_files import film, noise

from rvr_console.inspection.playing import play
from rvr_console.wire.inspection_messages import MAX_SOUND, Act, Facts, Order


class Asked:
    """Stands for the console: gives the commands one after the other and keeps what is answered."""

    def __init__(self, data: bytes, *commands: tuple[Act, float], most: int = 400) -> None:
        self.data, self.commands, self.left = data, list(commands), most
        self.facts: Facts | None = None
        self.pictures: list[tuple[float, tuple[int, int], int]] = []
        self.sounds: list[tuple[float, int]] = []
        self.ended = False

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]

    def answer(self, facts: Facts, pixels: bytes) -> None:
        assert pixels == b""
        self.facts = facts

    def command(self):
        if self.commands:
            return self.commands.pop(0)
        self.left -= 1
        return None if self.ended or not self.left else (Act.NEXT, 0.0)

    def picture(self, seconds: float, size: tuple[int, int], pixels: bytes) -> None:
        assert len(pixels) == size[0] * size[1] * 4
        self.pictures.append((round(seconds, 3), size, pixels[0]))

    def sound(self, seconds: float, samples: bytes) -> None:
        assert 0 < len(samples) <= MAX_SOUND
        self.sounds.append((seconds, len(samples)))

    def done(self, *, ended: bool) -> None:
        self.ended = ended


def played(
    data: bytes, *commands: tuple[Act, float], content_type: str = "video/mp4", side: int = 100
) -> Asked:
    asked = Asked(data, *commands)
    play(Order(content_type=content_type, size=len(data), max_side=side, play=True), asked)
    return asked


@pytest.mark.parametrize(
    ("kind", "codec", "content_type"),
    [("mp4", "libx264", "video/mp4"), ("webm", "libvpx", "video/webm"), ("avi", "mpeg4", "video/x-msvideo")],
)
def test_a_whole_film(kind, codec, content_type):
    asked = played(film(kind=kind, codec=codec, sound=kind != "avi"), content_type=content_type)
    assert (asked.facts.outcome, asked.facts.has_picture, asked.facts.has_sound) == (
        "plays",
        True,
        kind != "avi",
    )
    assert asked.ended
    assert [at for at, *_ in asked.pictures] == pytest.approx([n / 10 for n in range(20)], abs=0.02)
    assert {size for _, size, _ in asked.pictures} == {(100, 75)}
    if kind != "avi":
        assert sum(length for _, length in asked.sounds) / 96_000 == pytest.approx(1.0, abs=0.1)


def test_a_moment_is_found_again_and_behind_the_last_picture_is_the_last_picture():
    asked = played(film(), (Act.SEEK, 1.5), (Act.NEXT, 0.0))
    assert asked.pictures[0][0] == 1.5
    assert 140 <= asked.pictures[0][2] <= 160
    assert not asked.sounds, "its sound ends after a second"
    assert [at for at, *_ in played(film(), (Act.SEEK, 1.99)).pictures] == [1.9]
    assert [at for at, *_ in played(film(), (Act.SEEK, 1e300)).pictures] == [1.9]
    assert len(played(film(), (Act.SEEK, float("nan"))).pictures) == 20


@pytest.mark.parametrize(
    ("data", "content_type", "words"),
    [
        (b"", "video/mp4", "could not be read"),
        (film()[:-300], "video/mp4", "could not be read"),
        (noise("JPEG"), "video/mp4", "could not be read"),
        (film(), "video/unheard-of", "not played here"),
    ],
)
def test_what_does_not_play_says_why(data, content_type, words):
    asked = played(data, content_type=content_type)
    assert asked.facts.outcome == "refused"
    assert words in asked.facts.reason


def test_a_film_that_claims_too_many_pixels_is_refused_before_one_is_decoded(monkeypatch):
    monkeypatch.setattr("rvr_console.inspection.playing.MAX_PIXELS", 160 * 120 - 1)
    asked = played(film())
    assert asked.facts.outcome == "refused"
    assert "Too large to open safely: 160 × 120 pixels claimed" in asked.facts.reason
    assert asked.pictures == []


def test_damaged_in_the_middle_it_plays_on():
    data = bytearray(film(frames=60))
    at = data.find(b"mdat") + 400
    data[at : at + 300] = b"\xa5" * 300
    asked = played(bytes(data))
    assert asked.ended


def test_pictures_faster_than_anyone_sees_are_left_out():
    from fractions import Fraction

    from rvr_console.inspection.playing import PlayedFilm

    class Frame:
        width = height = 8
        rotation = 0

        def __init__(self, number: int) -> None:
            self.time = float(Fraction(number, 1000))

    sent = []
    player = PlayedFilm.__new__(PlayedFilm)
    player._begin = player._wanted = 0.0
    player._sent, player._held = -1.0, None
    player._send = lambda _frame, at, _talk: (sent.append(at), setattr(player, "_sent", at))
    for number in range(1000):
        player._show(Frame(number), None)
    assert 55 <= len(sent) <= 66
