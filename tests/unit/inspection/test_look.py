"""What the inspection program makes of honest and hostile files. Here without its sandbox: the files were made by the tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))

from hostile_files import (
    SVG,
    cyclic_exif,
    exif_bytes,
    film,
    huge_exif,
    jpeg_with_exif,
    noise,
    photo_with_place,
    png_bomb,
    png_claiming,
    png_text_bomb,
    zero_divided_place,
)

from rvr_console.inspection.look import look
from rvr_console.wire.inspection_messages import MAX_FACTS, MAX_READ, Order


class FileAsked:
    """Stands for the console's end of the socket."""

    def __init__(self, data: bytes) -> None:
        self.data, self.given = data, 0

    def read(self, offset: int, length: int) -> bytes:
        assert length <= MAX_READ
        part = self.data[offset : offset + length]
        self.given += len(part)
        return part


def seen(data: bytes, content_type: str, side: int = 100, at: float = 0.0):
    facts, pixels = look(
        Order(content_type=content_type, size=len(data), max_side=side, at_seconds=at), FileAsked(data)
    )
    assert len(facts.model_dump_json()) <= MAX_FACTS
    assert len(pixels) == facts.preview_width * facts.preview_height * 4
    assert bool(pixels) is (facts.outcome == "shown")
    return facts, pixels


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/gif"), ("WEBP", "image/webp"),
     ("BMP", "image/bmp"), ("HEIF", "image/heic"), ("TIFF", "image/tiff")],
)  # fmt: skip
def test_pictures_are_shown_small(kind, content_type):
    facts, _ = seen(noise(kind, (160, 120)), content_type)
    assert (facts.outcome, facts.width, facts.height) == ("shown", 160, 120)
    assert (facts.preview_width, facts.preview_height) == (100, 75)
    assert not facts.truncated


def test_place_time_and_camera_come_from_the_original_and_it_stands_upright():
    facts, _ = seen(photo_with_place(), "image/jpeg")
    assert (facts.latitude, facts.longitude) == (pytest.approx(51.50735), pytest.approx(-0.12775))
    assert (facts.made_at, facts.camera) == ("2026:11:21 13:31:07", "Acme Phone 3")
    assert (facts.preview_width, facts.preview_height) == (75, 100)  # turned by orientation 6
    assert ("Orientation", "6") in facts.tags
    for kind, content_type in (("PNG", "image/png"), ("WEBP", "image/webp"), ("HEIF", "image/heic")):
        facts, _ = seen(noise(kind, (64, 48), exif=exif_bytes()), content_type)
        assert facts.latitude == pytest.approx(51.50735), kind


@pytest.mark.parametrize(
    "place", [((91, 1), (0, 1), (0, 1)), ((51, 1), (1, 1), (float("inf"), 1)), ((-5, 1), (0, 1), (0, 1))]
)
def test_places_not_on_earth_are_left_out(place):
    from rvr_console.inspection.exif import _degrees

    assert _degrees(tuple(n / d for n, d in place), "N", 90) is None
    assert _degrees("51", "N", 90) is None
    assert _degrees((1, 2, b"x"), "N", 90) is None


def test_a_bomb_is_refused_before_a_pixel_is_decoded(monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)
    asked = FileAsked(png_bomb())
    facts, pixels = look(Order(content_type="image/png", size=len(asked.data), max_side=100), asked)
    assert (facts.outcome, facts.width, pixels) == ("refused", 50_000, b"")
    assert "64 million" in facts.reason
    monkeypatch.undo()
    facts, _ = seen(png_text_bomb(), "image/png")
    assert facts.outcome in {"refused", "shown"}
    facts, _ = seen(png_claiming(0, 5), "image/png")
    assert facts.outcome == "refused"


@pytest.mark.parametrize(
    ("kind", "content_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_what_is_there_of_a_cut_picture_is_shown_and_said(kind, content_type):
    facts, _ = seen(noise(kind, (320, 240))[:-9000], content_type)
    assert facts.outcome == "refused" or facts.truncated
    if kind == "JPEG":
        assert (facts.outcome, facts.truncated) == ("shown", True)


@pytest.mark.parametrize("make", [cyclic_exif, huge_exif, zero_divided_place])
def test_hostile_exif_costs_nothing_but_itself(make):
    facts, _ = seen(make(), "image/jpeg")
    assert facts.outcome == "shown"
    assert facts.latitude is None
    assert len(facts.tags) <= 200


def test_text_in_tags_is_harmless_and_short():
    from rvr_console.inspection.exif import plain

    assert plain("a\x1b[31m\u202eb\ud800\0") == "a\ufffd[31m\ufffdb\ufffd\ufffd"
    assert len(plain("x" * 10_000)) == 120
    assert len(plain(b"\xff" * 10_000)) == 120
    assert plain(("a", ("b", 1))) == "a, b, 1"


def test_films_show_a_picture_with_length_codecs_and_place():
    facts, pixels = seen(film(location="+51.5074-000.1278/"), "video/mp4")
    assert (facts.outcome, facts.width, facts.height, facts.frames) == ("shown", 160, 120, 20)
    assert facts.seconds == pytest.approx(2.0, abs=0.1)
    assert facts.codecs == "h264, aac"
    assert (facts.latitude, facts.longitude) == (51.5074, -0.1278)
    assert pixels[0] < 20
    _, later = seen(film(), "video/mp4", at=1.5)
    assert later[0] > 120
    webm = film(codec="libvpx", kind="webm", sound=False)
    assert seen(webm, "video/webm")[0].outcome == "shown"


def test_cut_and_wrong_films_end_in_words():
    whole = film()
    for data in (whole[:-400], whole[:200], whole[:40], bytes(5000), b""):
        facts, _ = seen(data, "video/mp4")
        assert facts.outcome in {"refused", "no_preview"}
        assert facts.reason
    facts, _ = seen(film(codec="libvpx", kind="webm", sound=False)[:3000], "video/webm")
    assert facts.outcome in {"shown", "no_preview", "refused"}


@pytest.mark.parametrize(
    ("content_type", "data"),
    [("image/svg+xml", SVG), ("text/html", b"<html>"), ("text/x-script", b"#!"), ("application/x-empty", b""),
     ("application/zip", b"PK"), ("image/x-icon", b"\0\0\1\0"), ("video/x-flv", b"FLV"), ("application/msword", b"x")],
)  # fmt: skip
def test_some_types_are_never_opened(content_type, data):
    asked = FileAsked(data)
    facts, pixels = look(Order(content_type=content_type, size=len(data), max_side=10), asked)
    assert (facts.outcome, pixels, asked.given) == ("no_preview", b"", 0)
    assert facts.reason


def test_a_type_that_lies_is_not_tried_with_other_decoders():
    facts, _ = seen(noise("PNG"), "image/jpeg")
    assert facts.outcome == "refused"
    facts, _ = seen(jpeg_with_exif(b"II*\0"), "image/heic")
    assert facts.outcome == "refused"
