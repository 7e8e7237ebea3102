"""Photos and files from a real Chromium through the real gateway to the plain bytes at the desk."""

import hashlib
import os
import sys
import time

import pytest
from playwright.sync_api import expect

JPEG = b"\xff\xd8\xff\xe0" + os.urandom(150_000) + b"\xff\xd9"


@pytest.fixture
def sink(desk):
    return desk.take_files()[0]


def in_call(phone, desk) -> None:
    """Opened, checked, admitted; the panel for files is open. Media is not needed."""
    desk.answers = False
    phone.goto(desk.url)
    expect(phone.locator('[data-check="microphone"] .state')).to_have_text("Works")
    phone.click("#continue")
    desk.wait("said files_open")
    phone.click("#file")


def choose(phone, *files: tuple[str, str, bytes]) -> None:
    phone.set_input_files(
        "#pick-file", [{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files]
    )


def test_one_photo(phone, desk, sink):
    in_call(phone, desk)
    choose(phone, ("IMG_0001.jpg", "image/jpeg", JPEG))
    expect(phone.locator(".file__status")).to_have_text("Not sent yet")
    expect(phone.locator(".file__size")).to_have_text("150 kB")
    phone.fill(".file .govuk-input", "my arm")
    phone.click("#files-send")
    [file] = sink.whole()
    assert bytes(file.data) == JPEG
    assert file.received.agrees
    assert file.received.sha256 == hashlib.sha256(JPEG).hexdigest()
    facts = file.facts
    assert (facts.untrusted_name, facts.size, facts.untrusted_type) == (
        "IMG_0001.jpg",
        len(JPEG),
        "image/jpeg",
    )
    assert (facts.description, facts.how, facts.device) == ("my arm", "chosen", desk.device_keys[-1])
    expect(phone.locator(".file__status")).to_have_text("Received")


@pytest.mark.slow
def test_200_mb_with_its_rate(phone, desk, tmp_path):
    """Prints what the whole path does; the bytes are hashed on the way, not kept."""
    sink, _ = desk.take_files()
    sink.keeps = False
    path = tmp_path / "clip.mp4"
    piece = os.urandom(1_000_000)
    with path.open("wb") as file:
        for number in range(200):
            file.write(number.to_bytes(4, "big") + piece[4:])
    in_call(phone, desk)
    phone.set_input_files("#pick-file", path)
    begun = time.monotonic()
    phone.click("#files-send")
    [file] = sink.whole(seconds=100)
    seconds = time.monotonic() - begun
    assert file.received.agrees
    assert file.received.size == 200_000_000
    sys.stdout.write(f"200 MB from the browser to the desk's sink: {200 / seconds:.1f} MB/s\n")
