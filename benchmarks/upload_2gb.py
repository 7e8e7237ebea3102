"""A film of 2 GB from a browser to a sealed and verified exhibit, against `cp`, `sync` and `sha256sum` of the same file on the same disk.

    python benchmarks/upload_2gb.py [--size BYTES] [--folder DIR] [--quick]

Real Chromium, real gateway, real console without its screens. The clock runs from the tap on "Send" until the exhibit is
sealed, its custody entries are durable and its file was verified with its key; the call is paused meanwhile.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rvr_console.domain import events
from rvr_console.domain.uploads import UploadState
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.verification import VerificationStatus, verify_file
from tests.faults.console_officer import secured
from tests.faults.console_town import Desk, Phone, Town, descendants, town

GOAL = 3.0
SIZE, QUICK = 2_000_000_000, 20_000_000
_PIECE = 1_000_000
_HEADER = 64 * 1024
_TICK = os.sysconf("SC_CLK_TCK")


def make_film(path: Path, size: int) -> None:
    """Bytes that nothing can press together, each piece another."""
    piece = os.urandom(_PIECE)
    with path.open("wb") as file:
        for at in range(0, size, _PIECE):
            file.write((at.to_bytes(8, "big") + piece[8:])[: size - at])
        file.flush()
        os.fsync(file.fileno())


def peer(film: Path, copy: Path) -> tuple[float, float]:
    """(seconds, processor seconds) of a durable copy and its hash; the copy is gone again afterwards."""
    used = sum(os.times()[2:4])
    begin = time.perf_counter()
    for command in (["cp", film, copy], ["sync", copy], ["sha256sum", film]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - begin
    copy.unlink()
    return seconds, sum(os.times()[2:4]) - used


@dataclass
class Group:
    """One of our programs, with all its processes."""

    name: str
    pids: list[int]

    def cpu(self) -> float:
        """Processor seconds until now."""
        total = 0
        for pid in self.pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / _TICK

    def peak_mb(self) -> float:
        """Largest resident set that any one of its processes ever had."""
        lines = (line for pid in self.pids for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return max(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1000


def groups(place: Town, phone: Phone) -> list[Group]:
    browser = descendants(phone.pid)
    return [
        Group("browser", browser),
        Group("gateway", [place.children["gateway"].pid]),
        Group("console", [os.getpid()]),
    ]


async def to_the_panel(desk: Desk, phone: Phone) -> str:
    """From the queue to the open panel for files, in a paused call; the consultation's id."""
    await desk.told.wait(lambda event: isinstance(event, events.QueueChanged))
    taken = await desk.officer.take()
    await phone.knock(await desk.officer.send_link(taken.id))
    knock = await desk.told.wait(lambda event: isinstance(event, events.DeviceWaiting))
    await desk.officer.call("admit", taken.id, knock.device)
    await phone.view("call")
    await desk.told.wait(secured)
    await desk.officer.call("pause", taken.id)
    await phone.do(do="eval", script="document.getElementById('file').click()")
    return str(taken.id)


def arrived(event: object) -> bool:
    ends = (UploadState.RECEIVED, UploadState.FAILED, UploadState.CANCELLED)
    return isinstance(event, events.UploadChanged) and event.status.state in ends


async def verified(desk: Desk, case: str) -> None:
    """Ends the program unless the exhibit's file holds, opened record by record with its key, and the log knows its head."""
    console = desk.console
    [exhibit] = await console.exhibits.of_consultation(case)
    path = console.exhibit_vault.path_of(exhibit.evidence_id)

    def look() -> VerificationStatus:
        with path.open("rb") as sealed, tempfile.NamedTemporaryFile(suffix=path.suffix) as first:
            first.write(sealed.read(_HEADER))  # the key belongs to the header: no need to walk the file twice
            first.flush()
            header = scan_file(Path(first.name), check_signatures=False)
        key = console.exhibit_vault.vault.data_key(header, console.secrets.key_ring)
        trusted = {console.secrets.identity.public_key}
        return verify_file(path, data_key=key, expected_head=exhibit.head, trusted_desk_keys=trusted).status

    if await asyncio.to_thread(look) is not VerificationStatus.INTACT:
        raise SystemExit("the exhibit is not intact")


async def ours(
    folder: Path, film: Path, patience: float
) -> tuple[float, float, dict[str, float], dict[str, float]]:
    """(seconds, of which after the receipt, processor seconds of each program, its peak in MB)."""
    async with town(folder) as place, place.desk() as desk:
        phone = await place.phone()
        case = await to_the_panel(desk, phone)
        await phone.do(do="files", selector="#pick-file", paths=[str(film)])
        programs = groups(place, phone)
        before = {one.name: one.cpu() for one in programs}
        begin = time.perf_counter()
        await phone.do(do="eval", script="document.getElementById('files-send').click()")
        status = (await desk.told.wait(arrived, patience)).status
        received = time.perf_counter()
        if status.state is not UploadState.RECEIVED or not status.agrees:
            raise SystemExit(f"it did not arrive whole: {status}")
        await verified(desk, case)
        end = time.perf_counter()
        cpu = {one.name: one.cpu() - before[one.name] for one in programs}
        peaks = {one.name: one.peak_mb() for one in programs}
    return end - begin, end - received, cpu, peaks


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=SIZE, help="bytes of the file")
    parser.add_argument("--folder", type=Path, help="on the disk that is to be measured")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} bytes, to see that it works")
    options = parser.parse_args()
    size = QUICK if options.quick else options.size
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        film = folder / "film.bin"
        make_film(film, size)
        theirs, their_cpu = peer(film, folder / "copy.bin")
        seconds, checking, cpu, peaks = asyncio.run(ours(folder, film, 60 + size / 2_000_000))
    mb = size / 1e6
    shares = ", ".join(f"{name} {used:.1f}" for name, used in cpu.items())
    most = ", ".join(f"{name} {used:.0f}" for name, used in peaks.items())
    line = {
        "name": "upload_2gb",
        "ours": round(seconds, 2),
        "peer": round(theirs, 2),
        "ratio": round(seconds / theirs, 2),
        "goal": GOAL,
        "holds": seconds <= GOAL * theirs,
        "unit": "s",
        "note": f"{mb:.0f} MB at {mb / seconds:.0f} MB/s, {checking:.1f} s of it verifying; processor seconds: {shares}; peer "
        f"{their_cpu:.1f}; peak resident MB: {most}",
    }  # fmt: skip
    print(json.dumps(line))


if __name__ == "__main__":
    main()
