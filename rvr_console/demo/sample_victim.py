"""The simulated victim in the interactive demo: a button in the console, or the link to open by hand."""

import asyncio
import subprocess
import sys
from pathlib import Path

from rvr_console.app.console import Console
from rvr_console.app.window import Screens
from rvr_console.demo.embedded import Embedded
from rvr_console.errors import KnownError
from rvr_console.system.child_process import ChildProcess
from rvr_console.ui.widgets.banner import Banner
from rvr_console.ui.widgets.tag import Tone

ROOT = Path(__file__).resolve().parents[2]
CLIP = ROOT / "build" / "test-clip"
FILES = ROOT / "build" / "phone-files"


def make_clip() -> Path:
    """The phone's fake camera and microphone: frame numbers as barcodes, seconds as tones. Made once, about 6 s of CPU."""
    if not (CLIP / "made").exists():
        subprocess.run([sys.executable, str(ROOT / "scripts" / "make_test_clip.py"), str(CLIP)], check=True)
        (CLIP / "made").touch()
    return CLIP


def make_files() -> Path:
    """What the phone sends: a photo, a film of 200 MB, a decompression bomb. Made once."""
    if not (FILES / "made").exists():
        subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "make_sample_files.py"), str(FILES)], check=True
        )
        (FILES / "made").touch()
    return FILES


def victim_process(profile: Path, clip: Path | None = None, *, show: bool = False) -> ChildProcess:
    """A Chromium of its own profile; clip: folder with its fake camera and microphone."""
    command = [sys.executable, "-m", "rvr_console.demo.victim_browser", "--profile", str(profile)]
    if show:
        command.append("--show")
    if clip is not None:
        command += [
            "--probe",
            str(ROOT / "scripts" / "victim_probe.js"),
            "--video",
            str(clip / "victim.mjpeg"),
            "--audio",
            str(clip / "victim.wav"),
        ]
    return ChildProcess("phone", command)


class SampleVictim:
    """A banner that says this is the sample day, with the button that starts the simulated victim."""

    def __init__(self, console: Console, screens: Screens, programs: Embedded, profile: Path) -> None:
        self._console = console
        self._screens = screens
        self._programs = programs
        self._profile = profile
        self._phone: ChildProcess | None = None
        banner = Banner(
            Tone.ACCENT,
            "Sample day.",
            "People, places and incidents are invented; recordings are marked TEST.",
            "Start simulated victim",
        )
        banner.acted.connect(lambda: console.tasks.spawn(self._start()))
        screens.window.banners.put("demo", banner)

    async def _start(self) -> None:
        """Raises KnownError: no link yet, or no Chromium here."""
        state = self._screens.consultation.state
        if state is None or not state.link_url:
            raise KnownError(
                "There is no link yet.",
                kept="Nothing was started.",
                todo="Take an incident, answer the safety questions and send the link.",
            )
        if self._phone is None or not self._phone.running:
            self._phone = victim_process(self._profile, show=True)
            self._programs.children.append(self._phone)
            await asyncio.to_thread(self._phone.start)
        self._phone.order({"do": "open", "url": state.link_url})
        await asyncio.to_thread(self._phone.answer)
