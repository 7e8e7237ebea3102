"""Memory of console and media process over minutes 3 to 10 of a recorded call with a real browser. Takes ten minutes.

    python benchmarks/call_memory.py [--minutes 10]

The console runs without its screens in this process; the media process is its child. Figures are resident set sizes.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rvr_console.domain import events
from tests.faults.console_town import descendants, talk, town

LIMIT_MB_A_MINUTE = 1.0
SKIPPED_MINUTES = 3
EVERY_S = 10.0


def resident_mb(pid: int) -> float:
    """Resident set of a process, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def media_process() -> int:
    """The engine itself, not its sandbox."""
    return next(
        pid
        for pid in reversed(descendants(os.getpid()))
        if b"rvr_console.media" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )


def slope(samples: list[tuple[float, float]]) -> float:
    """MB a minute: least squares over (minute, MB)."""
    count = len(samples)
    mean_x, mean_y = sum(x for x, _ in samples) / count, sum(y for _, y in samples) / count
    spread = sum((x - mean_x) ** 2 for x, _ in samples)
    return sum((x - mean_x) * (y - mean_y) for x, y in samples) / spread


async def measure(minutes: float) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """(console, media process), each [(minute, MB)]."""
    console: list[tuple[float, float]] = []
    media: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        async with town(Path(folder)) as place, place.desk() as desk:
            phone = await place.phone()
            await talk(desk, phone)
            engine = media_process()
            loop = asyncio.get_running_loop()
            began = loop.time()
            while (at := (loop.time() - began) / 60) < minutes:
                console.append((at, resident_mb(os.getpid())))
                media.append((at, resident_mb(engine)))
                # what the harness remembers of each second is its own, not the console's
                desk.told.got[:] = [
                    e
                    for e in desk.told.got
                    if not isinstance(e, events.CallQuality | events.RecorderStatusChanged)
                ]
                await asyncio.sleep(EVERY_S)
    return console, media


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    minutes = parser.parse_args().minutes
    console, media = asyncio.run(measure(minutes))
    skipped = min(SKIPPED_MINUTES, minutes / 3)
    grown = [slope([s for s in samples if s[0] >= skipped]) for samples in (console, media)]
    both = sum(grown)
    figures = {
        "name": "call_memory",
        "ours": round(both, 3),
        "peer": LIMIT_MB_A_MINUTE,
        "ratio": round(both / LIMIT_MB_A_MINUTE, 3),
        "goal": 1.0,
        "holds": both < LIMIT_MB_A_MINUTE,
        "unit": "MB a minute",
        "note": f"minutes {skipped:.0f} to {minutes:.0f}; console {grown[0]:.3f}, media process {grown[1]:.3f}; "
        f"at the end {console[-1][1]:.0f} and {media[-1][1]:.0f} MB",
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
