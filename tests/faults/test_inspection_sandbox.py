"""The sandbox of hostile files: what it keeps in, and that a program which hangs, dies or lies costs its preview only."""

import io
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "evidence"))

import hostile_pdf
from hostile_files import (
    SVG,
    cyclic_exif,
    film,
    huge_exif,
    noise,
    photo_with_place,
    png_bomb,
    png_text_bomb,
)

from rvr_console.domain.exhibit import Inspection, Look
from rvr_console.errors import EvidenceError
from rvr_console.evidence import sandboxed_program as module
from rvr_console.evidence.inspection import Inspector
from rvr_console.evidence.sandboxed_program import SandboxedProgram, inspection_program
from rvr_console.system.sandbox import closed_sandbox, sandboxed_environment

READY = struct.pack(">BI", 1, 0)
FACTS = 3
pytestmark = pytest.mark.skipif(closed_sandbox() is None, reason="this system has no sandbox")


@pytest.fixture(scope="module")
def inspector():
    made = Inspector()
    yield made
    made.close()


def look(inspector: Inspector, data: bytes, content_type: str) -> Inspection:
    return inspector.inspect(io.BytesIO(data), content_type, len(data), Look(160))


def acting(script: str):
    """A program in the inspection's place, outside the sandbox: `link` is its socket."""
    head = f"import socket, struct, sys, os, signal; link = socket.socket(fileno=int(sys.argv[1]))\nREADY = {READY!r}\n"

    def command(link: int):
        return [sys.executable, "-I", "-S", "-c", head + script, str(link)], {}

    return command


def facts(body: str) -> str:
    return f"""
link.sendall(READY); link.recv(4096)
body = {body!r}.encode()
link.sendall(struct.pack(">BI", {FACTS}, len(body)) + body)
link.recv(1)
"""


def test_a_photograph_comes_out_as_pixels_and_facts(inspector):
    seen = look(inspector, photo_with_place(), "image/jpeg")
    assert seen.words == ""
    assert (seen.preview.width, seen.preview.height) == (120, 160)
    assert len(seen.preview.pixels) == 120 * 160 * 4
    assert (seen.facts["latitude"], seen.facts["longitude"]) == ("51.507350", "-0.127750")
    assert seen.facts["exif.Model"] == "Phone 3"


def test_a_bomb_is_refused_in_words(inspector):
    refused = look(inspector, png_bomb(), "image/png")
    assert refused.preview is None
    assert "64 million" in refused.words
    assert refused.facts["width"] == "50000"


def test_pages_leave_as_pixels_and_text_as_lines(inspector):
    data = hostile_pdf.with_script(3)
    page = inspector.inspect(io.BytesIO(data), "application/pdf", len(data), Look(160, page=2))
    assert (page.preview.width, page.preview.height, page.pages) == (113, 160, 3)
    assert page.facts["active"] == "yes"
    text = look(inspector, "a\u202eb\nc".encode(), "text/plain")
    assert (text.text, text.preview, text.pages) == ("a\\u202eb\nc", None, 1)
    locked = look(inspector, hostile_pdf.locked(), "application/pdf")
    assert locked.facts == {"locked": "yes"}
    assert "password" in locked.words


def test_a_document_that_draws_itself_for_ever_is_stopped_and_flagged():
    made = Inspector(seconds=1.5)
    seen = look(made, hostile_pdf.form_of_itself(), "application/pdf")
    made.close()
    assert seen.preview is None
    assert "was stopped" in seen.words
    assert seen.facts == {"stopped": "yes"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (png_text_bomb(), "image/png"),
        (cyclic_exif(), "image/jpeg"),
        (huge_exif(), "image/jpeg"),
        (noise("JPEG", (900, 900))[:-20_000], "image/jpeg"),
        (noise("WEBP")[:-400], "image/webp"),
        (film()[:-300], "video/mp4"),
        (film(), "video/mp4"),
        (os.urandom(100_000), "image/heic"),
        (os.urandom(100_000), "video/webm"),
        (os.urandom(100_000), "video/mpeg"),
        (b"", "image/jpeg"),
        (SVG, "image/svg+xml"),
        (os.urandom(100_000), "text/plain"),
        (b"%PDF-1.7\n" + os.urandom(100_000), "application/pdf"),
        (hostile_pdf.deep_forms(), "application/pdf"),
        (hostile_pdf.unpacks_to(), "application/pdf"),
        (hostile_pdf.huge_picture(), "application/pdf"),
        (hostile_pdf.nested(), "application/pdf"),
        (hostile_pdf.letter(20_000), "application/pdf"),
    ],
)
def test_further_hostile_files(inspector, data, content_type):
    seen = look(inspector, data, content_type)
    assert seen.words or seen.preview or seen.text


def test_nothing_can_be_reached_from_inside(tmp_path):
    """The sandbox itself: no network, nothing to write to, no process but its own, none of our files."""
    secret = tmp_path / "secret"
    secret.write_text("x")
    script = f"""
import os, socket
found = []
def tries(name, act):
    try:
        act()
    except OSError:
        return
    found.append(name)
def write(folder):
    open(os.path.join(folder, "t"), "w").close()
tries("network", lambda: socket.create_connection(("127.0.0.1", 9), 1))
if [name for _, name in socket.if_nameindex() if name != "lo"]: found.append("interface")
for folder in ("/", "/tmp", "/usr", "/usr/lib", "/dev", "/dev/shm", "/var/tmp", os.getcwd(), {str(Path.home())!r}, {str(Path(module.__file__).parent)!r}):
    tries("write " + folder, lambda: write(folder))
for path in ({str(secret)!r}, "/etc/passwd", "/etc/hostname", "/proc/1/environ", "/run", "/sys"):
    tries("see " + path, lambda: os.stat(path))
for pid in range(2, 4000):
    if pid != os.getpid():
        tries("process", lambda: os.kill(pid, 0))
print(found, os.getuid(), os.listdir("/"))
"""
    done = subprocess.run(
        [*closed_sandbox(), "--", sys.executable, "-I", "-S", "-c", script],
        capture_output=True,
        text=True,
        timeout=30,
        env=sandboxed_environment(),
        check=False,
    )
    assert done.stdout.startswith("[] 65534 "), done.stdout + done.stderr


def test_the_limits_hold_in_the_real_program():
    script = """
from rvr_console.inspection.__main__ import confine
confine()
import resource
try:
    bytearray(1_700_000_000)
    print("memory")
except MemoryError:
    pass
for what in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):
    soft, hard = resource.getrlimit(what)
    assert soft == hard > -1
try:
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
    print("raised")
except ValueError:
    pass
print("end")
"""
    done = subprocess.run(
        [*closed_sandbox(), "--", sys.executable, "-P", "-c", script],
        capture_output=True,
        text=True,
        timeout=30,
        env=sandboxed_environment(),
        check=False,
    )
    assert done.stdout.split() == ["end"], done.stdout + done.stderr


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("link.sendall(READY); signal.pause()", "too long"),
        ("link.sendall(READY); os.kill(os.getpid(), signal.SIGKILL)", "ended too early"),
        ("link.sendall(READY); link.recv(4096)", "ended too early"),
        ("link.sendall(READY + b'\\x09\\0\\0\\0\\0'); link.recv(9999)", "wrong kind or length"),
        ("link.sendall(READY + struct.pack('>BI', 3, 2**31)); link.recv(9999)", "wrong kind or length"),
        ("link.sendall(READY + struct.pack('>BIQI', 2, 12, 0, 2**31)); link.recv(9999)", "too much"),
        ("link.sendall(READY + READY); link.recv(9999)", "should not"),
        (
            "link.sendall(READY); link.recv(4096)\nwhile True: link.sendall(struct.pack('>BIQI', 2, 12, 0, 9)); link.recv(99)",
            "too long",
        ),
        (facts("{"), "malformed"),
        (facts('{"outcome":"shown","preview_width":5000,"preview_height":1}'), "malformed"),
        (facts('{"outcome":"shown"}'), "no size"),
        (facts('{"outcome":"text"}'), "too long"),
        (
            facts('{"outcome":"text"}').replace(
                "link.recv(1)", 'link.sendall(struct.pack(">BI", 8, 200_000))'
            ),
            "wrong kind",
        ),
        (facts('{"outcome":"no_preview","latitude":1e999}'), "malformed"),
        (facts('{"outcome":"no_preview","tags":[["a","' + "x" * 400 + '"]]}'), "malformed"),
    ],
)
def test_a_program_that_hangs_dies_or_lies_costs_its_preview_only(script, words):
    made = Inspector(acting(script), seconds=0.6)
    began = time.monotonic()
    seen = made.inspect(io.BytesIO(b"data"), "image/jpeg", 4, Look(100))
    made.close()
    assert words in seen.words
    assert seen.preview is None
    assert time.monotonic() - began < 10


def test_pixels_must_be_as_many_as_promised():
    lie = 'link.sendall(struct.pack(">BI", 4, 7) + bytes(7)); link.recv(1)'
    script = facts('{"outcome":"shown","preview_width":2,"preview_height":2}').replace("link.recv(1)\n", lie)
    made = Inspector(acting(script), seconds=2)
    assert "wrong kind or length" in made.inspect(io.BytesIO(b""), "image/png", 0, Look(10)).words
    made.close()


def test_killed_from_outside_in_the_middle_of_a_look():
    program = SandboxedProgram(inspection_program)
    gone = threading.Event()

    class Slow(io.BytesIO):
        def read(self, *given):
            if not gone.is_set():
                os.kill(program.pid, signal.SIGKILL)
                os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT)  # what it started dies with it
            gone.set()
            return super().read(*given)

    order = module.Order(content_type="image/jpeg", size=10_000, max_side=10)
    try:
        with pytest.raises(module.ProgramFailedError, match="too early"):
            program.look(Slow(noise("JPEG")), order)
    finally:
        program.end()
    assert gone.is_set()


def test_without_a_sandbox_there_is_no_preview_and_nothing_is_opened():
    def none(_link: int):
        raise EvidenceError(module.NO_SANDBOX)

    class Untouched(io.RawIOBase):
        def read(self, _size: int = -1) -> bytes:
            raise AssertionError("opened without a sandbox")

    made = Inspector(none)
    made.warm()
    assert "no sandbox" in made.inspect(Untouched(), "image/jpeg", 5, Look(10)).words
    made = Inspector(lambda _link: (["/nonexistent/program"], {}))
    assert "did not start" in made.inspect(Untouched(), "image/jpeg", 5, Look(10)).words


def test_no_program_is_left_behind():
    made = Inspector()
    made.warm()
    pid = made._warm.pid
    made.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_killed_in_its_first_moment_nothing_of_it_stays():
    for _ in range(4):
        program = SandboxedProgram(inspection_program)
        watch = program._link.dup()
        inner = Path(f"/proc/{program.pid}/task/{program.pid}/children")
        while not inner.read_text().split():  # a plain kill in this moment leaves the inner process behind
            pass
        program.end()
        watch.settimeout(5)
        try:
            while watch.recv(99):
                pass
        except ConnectionResetError:
            pass  # a time-out would mean that somebody still holds the other end
        watch.close()
