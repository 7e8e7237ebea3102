"""The link and its process, without any peer: start, confinement, refusals, deaths."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from rvr_console.domain.recording import EncodedFrame, GapCause, Party, TrackHole, TrackKind
from rvr_console.video import media_link, media_sandbox
from rvr_console.video.media_link import MediaLink, MediaSettings
from rvr_console.wire import media_frames
from rvr_console.wire import media_messages as wire


class Told:
    def __init__(self) -> None:
        self.items = []
        self.changed = threading.Condition()

    def __call__(self, item) -> None:
        with self.changed:
            self.items.append(item)
            self.changed.notify_all()

    def wait(self, kind, seconds=10.0):
        def found():
            return next((i for i in self.items if isinstance(i, kind)), None)

        with self.changed:
            assert self.changed.wait_for(found, seconds), self.items
            return found()


def link_to(told, **settings):
    return MediaLink(told, told, told, settings=MediaSettings(allow_loopback=True, **settings))


@pytest.fixture
def told():
    return Told()


def fake_child(monkeypatch, body):
    """A child of the test's own making, which has the socket as `link`."""
    code = f"import os, socket, sys, time\nlink = socket.socket(fileno=int(sys.argv[1]))\n{body}"
    monkeypatch.setattr(
        media_sandbox,
        "child_command",
        lambda link_fd, _memories, **_options: (
            [sys.executable, "-c", code, str(link_fd)],
            dict(os.environ),
            True,
        ),
    )


@pytest.mark.parametrize("confine", [True, False])
def test_it_starts_says_so_and_ends(told, confine, caplog) -> None:
    link = link_to(told, confine=confine)
    ready = told.wait(wire.Ready)
    assert ready.confined == link.confined
    if not confine:
        assert not link.confined
        assert "without a sandbox" in caplog.text
        caplog.clear()
    told.wait(wire.PictureSlot)
    link.close()
    link.close()
    assert not Path(f"/proc/{link.pid}").exists()
    assert not [t for t in threading.enumerate() if t.name.startswith("media-link")]
    assert not [i for i in told.items if isinstance(i, wire.ProcessDied)]
    assert not link.send(wire.Shutdown())


@pytest.mark.skipif(media_sandbox._sandbox() is None, reason="no bubblewrap that works here")
def test_the_sandbox_hides_home_other_processes_and_the_environment(monkeypatch) -> None:
    monkeypatch.setenv("RVR_SECRET", "sesame")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/0/bus")
    command, environment, confined = media_sandbox.child_command(9, {}, confine=True, allow_loopback=False)
    assert confined
    assert not {"RVR_SECRET", "DBUS_SESSION_BUS_ADDRESS", "HOME"} & set(environment)
    probe = (
        "import os, pathlib; home = pathlib.Path.home(); print(sorted(os.listdir('/')));"
        "print([p for p in os.listdir('/proc') if p.isdigit()]); print(os.path.exists('/run/user'));"
        "print(os.path.exists('/var'))"
    )
    inside = [*command[: command.index("--") + 1], sys.executable, "-c", probe]
    done = subprocess.run(inside, env=environment, capture_output=True, text=True, check=True)
    root, processes, bus, var = done.stdout.splitlines()
    assert "'home'" not in root or not list(Path("/home").iterdir())
    assert len(processes.split(",")) <= 2
    assert (bus, var) == ("False", "False")


def test_a_kill_is_told_once_and_close_joins(told, caplog) -> None:
    link = link_to(told)
    told.wait(wire.Ready)
    os.kill(link.pid, signal.SIGKILL)
    died = told.wait(wire.ProcessDied)
    assert (died.exit_code, died.reason) == (-signal.SIGKILL, "exited")
    link.close()
    assert sum(isinstance(i, wire.ProcessDied) for i in told.items) == 1
    assert "has ended" in caplog.text
    caplog.clear()


def test_the_process_ends_when_the_console_is_gone(told) -> None:
    link = link_to(told, confine=False)
    told.wait(wire.Ready)
    link._sock.shutdown(socket.SHUT_RDWR)  # what a kill -9 of the console does
    assert link._child.wait(10) is not None
    link.close()


@pytest.mark.parametrize(
    "body",
    [
        "link.sendall(b'\\xff' * 100)",
        "link.sendall(b'\\0\\0\\0\\x02\\x01{}')",
        "link.sendall(b'\\0\\0\\0\\x05\\x02hello')",
    ],
    ids=["framing", "message", "frame"],
)
def test_a_process_that_breaks_the_protocol_is_ended(told, monkeypatch, caplog, body) -> None:
    fake_child(monkeypatch, body + "\ntime.sleep(60)")
    link = link_to(told)
    died = told.wait(wire.ProcessDied)
    assert (died.exit_code, died.reason) == (-signal.SIGKILL, "protocol")
    link.close()
    assert "broke the protocol" in caplog.text
    caplog.clear()


def test_frames_and_holes_become_values_of_the_domain(told, monkeypatch) -> None:
    frame = media_frames.WireFrame(1, "officer", "audio", 4, 960, 77, True, 0, 0, b"opus")
    hole = wire.Hole(epoch=1, party="victim", track="video", start_ns=5, end_ns=9, cause="recorder_overflow")
    packed = media_frames.pack_frame(frame) + wire.pack_control(hole)
    fake_child(monkeypatch, f"link.sendall({packed!r})\nlink.recv(1)")
    link = link_to(told)
    assert told.wait(TrackHole) == TrackHole(Party.VICTIM, TrackKind.VIDEO, 5, 9, GapCause.RECORDER_OVERFLOW)
    assert told.wait(EncodedFrame) == EncodedFrame(Party.OFFICER, TrackKind.AUDIO, 4, 960, 77, True, b"opus")
    link.close()


def test_a_process_that_does_not_read_never_blocks_the_caller(told, monkeypatch, caplog) -> None:
    fake_child(monkeypatch, "time.sleep(60)")
    link = link_to(told)
    sent = 0
    while link.send_data(1, b"x" * 60_000):
        sent += 1
        assert sent < 2000
    died = told.wait(wire.ProcessDied)
    assert died.reason == "backlog"
    link.close()
    caplog.clear()


def test_a_fault_of_the_receiver_is_told_as_the_end_of_the_link(monkeypatch, caplog) -> None:
    frame = media_frames.WireFrame(1, "officer", "audio", 4, 960, 77, True, 0, 0, b"opus")
    fake_child(monkeypatch, f"link.sendall({media_frames.pack_frame(frame)!r})\nlink.recv(1)")
    told = Told()

    def broken(_frame) -> None:
        raise RuntimeError("a fault")

    link = MediaLink(broken, told, told, settings=MediaSettings())
    assert told.wait(wire.ProcessDied).reason == "callback"
    link.close()
    assert any(r.levelno == logging.ERROR for r in caplog.records)
    caplog.clear()


def test_a_child_that_cannot_be_started_leaves_nothing_behind(told, monkeypatch) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    monkeypatch.setattr(
        media_sandbox, "child_command", lambda *_a, **_o: (["/nonexistent/program"], {}, False)
    )
    with pytest.raises(FileNotFoundError):
        link_to(told)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_child_is_a_program_of_its_own_never_a_fork_of_the_console() -> None:
    source = Path(media_link.__file__).read_text(encoding="utf-8")
    assert "subprocess.Popen(" in source
    assert "os.fork" not in source
    assert "multiprocessing" not in source
