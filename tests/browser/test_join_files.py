"""Photos and files from a real Chromium through the real gateway to the plain bytes at the desk."""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.sync_api import expect

from rvr_console.wire import signals
from rvr_console.wire.file_signals import FileWanted
from rvr_console.wire.upload_sealing import DeskFileKey, seal_file

VECTORS = json.loads((Path(__file__).parents[1] / "unit" / "wire" / "upload_vectors.json").read_text())
JPEG = b"\xff\xd8\xff\xe0" + os.urandom(150_000) + b"\xff\xd9"


@pytest.fixture
def sink(desk):
    return desk.take_files()[0]


SEAL = """async ({ v }) => {
  const bytes = await import('/bytes.js'), sealing = await import('/file_sealing.js');
  const library = await sealing.loadLibrary();
  const [id, fileKey, room] = [v.upload_id, v.file_key, v.room].map(bytes.fromHex);
  const all = Uint8Array.from({ length: 1048676 }, (_, i) => (7 * i + 3) % 256);
  const hash = async (data) => bytes.hex(await crypto.subtle.digest('SHA-256', data));
  const streams = [];
  for (const { size, start } of v.streams) {
    const file = new File([all.subarray(0, size)], 'x');
    const sealed = await sealing.SealedFile.make({ file, id, fileKey, start, hash: await sealing.hashOf(library, file, start) });
    const parts = [];
    for (let at = 0; at < sealed.size; at += 700_000) parts.push(await sealed.slice(at, Math.min(at + 700_000, sealed.size)));
    const whole = new Uint8Array(await new Blob(parts).arrayBuffer());
    streams.push({ size, start, sealed_size: whole.length, sealed_sha256: await hash(whole), sha256: bytes.hex(sealed.digest),
      sealed_begins: bytes.hex(whole.slice(0, 32)), sealed_ends: bytes.hex(whole.slice(-64)) });
  }
  const script = library.sha256.create();
  script.update(all.subarray(0, 1000)); script.update(all.subarray(1000));
  return { streams, wrapped: bytes.hex(await sealing.wrapKey(library, bytes.fromHex(v.desk_public), fileKey, room, id)), script: bytes.hex(script.digest()) };
}"""


def test_the_frozen_vectors_in_the_browser(phone, gateway):
    phone.goto(gateway.url + "icon.svg")
    found = phone.evaluate(SEAL, {"v": VECTORS})
    for one, vector in zip(found["streams"], VECTORS["streams"], strict=True):
        assert one == {name: vector[name] for name in one}
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["desk_private"]))
    room, upload = bytes.fromhex(VECTORS["room"]), bytes.fromhex(VECTORS["upload_id"])
    unwrapped = DeskFileKey(private).unwrap(bytes.fromhex(found["wrapped"]), room, upload)
    assert unwrapped.hex() == VECTORS["file_key"]
    assert found["script"] == VECTORS["streams"][-1]["sha256"]


LARGE = """async ({ size, slices }) => {
  if (slices) delete Blob.prototype.stream;
  const bytes = await import('/bytes.js'), sealing = await import('/file_sealing.js');
  const library = await sealing.loadLibrary();
  const [id, fileKey] = [new Uint8Array(16), new Uint8Array(32)];
  const all = new Uint8Array(size), piece = Uint8Array.from({ length: 65_521 }, (_, i) => (i + (i >> 8)) % 256);
  for (let at = 0; at < size; at += piece.length) all.set(piece.subarray(0, size - at), at);
  const seal = async (file) => {
    const sealed = await sealing.SealedFile.make({ file, id, fileKey, start: 0, hash: await library.newHash() });
    const parts = [];
    for (let at = 0; at < sealed.size; at += 1_500_000) parts.push(await sealed.slice(at, Math.min(at + 1_500_000, sealed.size)));
    return bytes.hex(await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer()));
  };
  const whole = new File([all], 'x'), cut = new Blob([all.subarray(0, size - 1000)]);
  // As a file that became shorter after it was chosen.
  const shorter = { size, slice: (from, to) => cut.slice(from, to) };
  return [await seal(whole), await seal(shorter).catch((error) => String(error instanceof sealing.UnreadableError))];
}"""


@pytest.mark.parametrize("slices", [False, True], ids=["stream", "slices"])
def test_several_chunks_at_once_and_a_file_that_became_shorter(phone, gateway, slices):
    size = 9_000_000
    data = (bytes((i + (i >> 8)) % 256 for i in range(65_521)) * 138)[:size]
    phone.goto(gateway.url + "icon.svg")
    sealed, shorter = phone.evaluate(LARGE, {"size": size, "slices": slices})
    assert sealed == hashlib.sha256(seal_file(bytes(32), bytes(16), data)).hexdigest()
    assert shorter == "true"


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


PHONE_THAT_CLAIMS_TO_SHARE = (
    "Object.defineProperty(Navigator.prototype, 'userAgentData', {get: () => ({mobile: true})});"
)
"""As Chrome on Android: it has getDisplayMedia, and refuses each time."""


def test_one_photo_and_a_screenshot_of_a_phone(phone, desk, sink):
    phone.add_init_script(PHONE_THAT_CLAIMS_TO_SHARE)
    in_call(phone, desk)
    assert phone.evaluate("typeof navigator.mediaDevices.getDisplayMedia") == "function"
    expect(phone.locator("#choose-screen")).to_be_visible()
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
    phone.set_input_files(
        "#pick-screen", [{"name": "Screenshot.png", "mimeType": "image/png", "buffer": b"\x89PNG"}]
    )
    phone.click("#files-send")
    assert sink.whole(2)[1].facts.how == "screen"


def test_what_will_be_sent_is_seen_and_can_be_taken_back(phone, desk, sink, tmp_path):
    """Too large a file, a name of 10,000 letters, removing, asking, pausing, a photo by the camera of the call, leaving at once."""
    huge = tmp_path / "huge.mov"
    with huge.open("wb") as file:
        file.truncate(5_000_000_001)
    in_call(phone, desk)
    desk.send(FileWanted(want="photo", words="Please send a photo of the letter."))
    expect(phone.locator("#files-wanted")).to_have_text("Please send a photo of the letter.")
    phone.set_input_files("#pick-file", huge)
    expect(phone.locator(".file__status")).to_contain_text("larger than 5 GB")
    phone.get_by_role("button", name="Remove").click()
    choose(
        phone,
        ("../" + "\u202e" + "x" * 10_000 + ".png", "image/png", b"no picture"),
        ("gone.txt", "text/plain", b"x"),
    )
    expect(phone.locator(".file__image")).to_have_count(0)
    phone.locator(".file", has_text="gone.txt").get_by_role("button", name="Remove").click()
    desk.send(signals.PauseState(paused=True, by="desk"))
    phone.click("#files-send")
    [file] = sink.whole()
    assert bytes(file.data) == b"no picture"
    assert len(file.facts.untrusted_name) == 241
    assert file.facts.untrusted_name.endswith("x.png")
    desk.send(signals.PauseState(paused=False, by="nobody"))
    phone.click("#take-photo")
    expect(phone.locator(".file").nth(1)).to_contain_text("Photo 2")
    phone.click("#files-send")
    photo = sink.whole(2)[1]
    assert photo.facts.how == "taken"
    assert bytes(photo.data[:3]) in (b"\xff\xd8\xff", b"\x89PN")


def test_leaving_the_page_stops_what_is_on_its_way(phone, desk, sink):
    in_call(phone, desk)
    slow_line(phone, 500_000)
    choose(phone, ("long.mp4", "video/mp4", os.urandom(4_000_000)))
    phone.click("#files-send")
    expect(phone.locator(".file__status")).to_contain_text("sent")
    phone.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather"))
    phone.click("#exit")
    phone.wait_for_url("https://www.bbc.co.uk/weather")
    desk.wait("leaving")
    phone.trouble.clear()
    assert not any(file.received for file in sink.files)


def slow_line(phone, bytes_per_s: int) -> None:
    """What the page sends from now on goes no quicker than this; 0: as quick as it can."""
    session = phone.context.new_cdp_session(phone)
    limits = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_s or -1, "offline": False}
    session.send("Network.emulateNetworkConditions", limits)


def patches(phone) -> list[tuple[str, int]]:
    """(upload id, offset) of each piece that the page sends from now on."""
    found: list[tuple[str, int]] = []

    def note(request) -> None:
        if request.method == "PATCH":
            found.append((request.url[-32:], int(request.headers["upload-offset"])))

    phone.on("request", note)
    return found


@pytest.mark.slow
def test_three_at_once_go_on_after_the_gateway_was_killed(phone, desk, gateway, sink, server_away):
    contents = [os.urandom(5_000_000 + number) for number in range(3)]
    in_call(phone, desk)
    slow_line(phone, 4_000_000)
    sent = patches(phone)
    choose(phone, *((f"{number}.bin", "", data) for number, data in enumerate(contents)))
    phone.click("#files-send")
    sink.until(lambda: len(sink.files) == 3 and all(len(file.data) for file in sink.files))
    phone.excused += ("404",)  # an upload that the new gateway has to be told of first
    gateway.kill()
    expect(phone.locator(".file__status").first).to_contain_text("sent")
    before = {upload: max(offset for name, offset in sent if name == upload) for upload, _ in sent}
    count = len(sent)
    gateway.start()
    desk.join()
    slow_line(phone, 0)
    whole = sink.whole(3)
    assert sorted(bytes(file.data) for file in whole) == sorted(contents)
    # Nothing that the gateway had acknowledged was sent again.
    again = {
        upload: min(offset for name, offset in sent[count:] if name == upload) for upload, _ in sent[count:]
    }
    assert len(before) == 3
    assert all(0 < before[upload] <= again[upload] for upload in again)
    expect(phone.locator('.file[data-state="received"]')).to_have_count(3)


@pytest.mark.slow
def test_a_page_that_was_loaded_anew_goes_on_with_the_same_file(phone, desk, sink):
    data = os.urandom(4_000_000)
    in_call(phone, desk)
    slow_line(phone, 2_000_000)
    choose(phone, ("clip.mp4", "video/mp4", data))
    phone.click("#files-send")
    sink.until(lambda: sink.files and len(sink.files[0].data) > 0)
    phone.goto("about:blank")
    phone.goto(desk.url)
    expect(phone.locator('[data-check="microphone"] .state')).to_have_text("Works")
    phone.click("#continue")
    phone.click("#file")
    expect(phone.locator(".file__name")).to_have_text("clip.mp4")
    expect(phone.locator(".file__status")).to_contain_text("Choose the same file again")
    sent = patches(phone)
    again = {"name": "clip.mp4", "mimeType": "video/mp4", "buffer": data}
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Choose again").click()
    chooser.value.set_files({**again, "buffer": data[:-1] + b"x"} | {"buffer": os.urandom(len(data))})
    expect(phone.locator(".file__status")).to_contain_text("not the same file")
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Choose again").click()
    chooser.value.set_files(again)
    [file] = sink.whole()
    assert bytes(file.data) == data
    assert file.received.agrees
    # Only what was missing travelled again.
    progress = [signal for kind, signal in desk.signals if kind == "said file_have"]
    assert progress[-1].bytes > 0
    expect(phone.locator(".file__status")).to_have_text("Received")
    assert sum(1 for _, offset in sent if offset == 0) == 1


@pytest.mark.slow
def test_a_line_that_dies_without_a_word(phone, desk, gateway, sink, server_away):
    """Every byte is swallowed for a while, and no connection ends: what was on its way is given up and sent anew."""
    command = [sys.executable, "-m", "rvr_console.demo.network_relay"]
    ports = ["--tcp", str(gateway.port), "--udp", str(gateway.port)]
    relay = subprocess.Popen([*command, *ports], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        port = json.loads(relay.stdout.readline())["tcp"]
        data = os.urandom(6_000_000)
        desk.url = desk.url.replace(f":{gateway.port}/", f":{port}/")
        in_call(phone, desk)
        slow_line(phone, 1_000_000)
        choose(phone, ("clip.mp4", "video/mp4", data))
        phone.click("#files-send")
        sink.until(lambda: sink.files and len(sink.files[0].data) > 0)
        relay.stdin.write(json.dumps({"swallow": 4.0}) + "\n")
        relay.stdin.flush()
        assert json.loads(relay.stdout.readline()) == {"swallowed": 4.0}
        [file] = sink.whole(seconds=80)
        assert bytes(file.data) == data
        expect(phone.locator(".file__status")).to_have_text("Received")
    finally:
        relay.terminate()
        relay.wait(10)
        relay.stdout.close()
        relay.stdin.close()


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
