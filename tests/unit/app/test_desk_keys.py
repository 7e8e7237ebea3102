"""Each installation has a name of its own, kept with its keys."""

import re
from pathlib import Path

from rvr_console.app.desk_keys import DeskSecrets, load_or_make
from rvr_console.system.clock import SystemClock, SystemRandomness
from rvr_console.system.durable_file import DurableDisk
from rvr_console.system.key_store import DeskKeys

KEYS = DeskKeys(device=bytes(32), user=bytes(range(32)))


def made_in(folder: Path) -> DeskSecrets:
    return load_or_make(folder, "Northmoor", "D1", KEYS, DurableDisk(), SystemClock(), SystemRandomness())


def test_name_is_unique_and_stays(tmp_path: Path) -> None:
    first, second = made_in(tmp_path / "a"), made_in(tmp_path / "b")
    assert re.fullmatch(r"D1-[A-Z2-7]{6}", first.desk)
    assert first.desk != second.desk
    assert made_in(tmp_path / "a").desk == first.desk
