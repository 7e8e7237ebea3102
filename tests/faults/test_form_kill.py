"""A console killed while a form is filled in: every acknowledged answer is there again, with its entry, and none is torn."""

import os
import signal
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "unit" / "services"))

from desk_parts import OFFICER, DeskWorld
from form_parts import RISK, FixedPacks

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.form_scoring import score
from rvr_console.services.forms import Forms

ACKNOWLEDGED = 70  # more than two rounds of the 27 items, so that corrections are among them
CHILD = Path(__file__).with_name("form_officer.py")


def fill_in_and_kill(path: Path, acknowledged: int) -> tuple[str, list[list[str]]]:
    """Consultation, and each answer that was acknowledged: item, value, turn, seconds it took."""
    child = subprocess.Popen([sys.executable, str(CHILD), str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    consultation = child.stdout.readline().split()[0]
    said = [child.stdout.readline().split() for _ in range(acknowledged)]
    os.kill(child.pid, signal.SIGKILL)
    rest = child.stdout.read().split("\n")
    child.wait()
    child.stdout.close()
    return consultation, said + [line.split() for line in rest[:-1]]  # the very last piece may be torn


async def test_every_acknowledged_answer_is_there_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    consultation, said = fill_in_and_kill(path, ACKNOWLEDGED)
    took = sorted(float(seconds) for *_, seconds in said)
    assert took[int(0.95 * len(took))] < 0.5  # stored within half a second of the last key
    world = DeskWorld(path)
    try:
        world.act_as(OFFICER)
        (opened,) = await Forms(world.desk, FixedPacks(), lambda _cid: None).of_consultation(consultation)
        kept = await world.store.run(lambda tx: tx.forms.every_answer(opened.form.id))
        logged = await world.logged(CustodyAct.FORM_ANSWERED)
        assert await world.store.run(lambda tx: tx.custody.verify()) == []
    finally:
        world.store.close()
    given = [(item, value, f"turn {turn}") for item, value, turn, _took in said]
    stored = [(one.item, one.value, one.comment) for one in kept]
    assert stored[: len(given)] == given
    assert len(stored) <= len(given) + 1  # the one under way, whole or not at all
    assert [entry.details["item"] for entry in logged] == [one.item for one in kept]
    assert opened.form_score == score(RISK, opened.form, opened.history)
    assert b"turn 0" not in path.read_bytes()
