"""Fills in a risk form for ever on a real encrypted store; prints each answer once the service has acknowledged it, with the time it took."""

import asyncio
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "unit" / "services"))

from desk_parts import OFFICER, DeskWorld
from form_parts import FixedPacks

from rvr_console.services.forms import Forms


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def fill_in(path: Path) -> None:
    world = DeskWorld(path)
    await world.fill()
    taken = await world.taken(OFFICER)
    forms = Forms(world.desk, FixedPacks(), lambda _consultation_id: None)
    form = (await forms.start(taken.id, "risk")).form.id
    say(taken.id)
    for turn in range(1000):
        for number in range(1, 28):
            value, comment = ("yes", "no", "not_known")[turn % 3], f"turn {turn}"
            begun = time.monotonic()
            await forms.answer(form, f"q{number}", value, comment, correction=f"asked again {turn}")
            took = time.monotonic() - begun
            say(f"q{number} {value} {turn} {took:.4f}")


if __name__ == "__main__":
    asyncio.run(fill_in(Path(sys.argv[1])))
