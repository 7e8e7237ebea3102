import subprocess
import sys


def test_without_a_device_it_says_so_once_and_takes_the_sound_all_the_same() -> None:
    code = (
        "import sys, types\n"
        "class E(Exception): pass\n"
        "def refuse(**_): raise E\n"
        "sys.modules['sounddevice'] = types.SimpleNamespace(RawOutputStream=refuse, PortAudioError=E)\n"
        "from rvr_console.media import speaker\n"
        "sys.exit(speaker.main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=bytes(200_000), capture_output=True, timeout=30, check=False
    )
    assert done.returncode == 0
    assert done.stdout == b""
    assert done.stderr.decode().strip() == "There is no sound device to play on"


def test_the_program_itself_ends_with_its_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rvr_console.media.speaker"], input=bytes(3840), capture_output=True, timeout=30,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0
