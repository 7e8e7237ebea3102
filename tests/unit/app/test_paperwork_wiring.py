"""The paperwork as the console joins it, over the bundled packs and policies: each line of "Still to do" follows its own service, none is forgotten at closing."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path += [str(Path(__file__).parents[1] / name) for name in ("services", "evidence")]

from desk_parts import KEY, OLDEST, DeskWorld, OneSecret, incident
from exhibit_world import ExhibitWorld

from rvr_console.app.paper_policies import load_paper_policies
from rvr_console.app.paperwork import PaperworkParts, make_paperwork
from rvr_console.app.signing_parts import SealingParts
from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.incident import Flag
from rvr_console.domain.statement_content import StatementKind
from rvr_console.errors import RefusedError
from rvr_console.packs.pack_registry import PackRegistry, PackSources
from rvr_console.packs.policy_files import load_policies
from rvr_console.services.checklist import Checklist, lacks
from rvr_console.services.consultations import Consultations
from rvr_console.system.app_paths import AppPaths
from rvr_console.system.durable_file import DurableDisk
from rvr_console.system.key_store import KekSealer

PLACE = RecordingMoment("EV-1", 2, 5_000_000)


@pytest.fixture
async def world(tmp_path):
    made = DeskWorld(tmp_path / "console.db")
    await made.fill()
    yield made
    made.store.close()


async def test_each_line_follows_its_service_and_closing_asks_for_every_one(world, tmp_path) -> None:
    policies, calls = load_policies(), SimpleNamespace(recording_moment=lambda _cid: PLACE, documents=None)
    checklist = Checklist(policies.closing)
    papers = make_paperwork(
        PaperworkParts(
            desk=world.desk,
            calls=calls,
            secrets=SimpleNamespace(identity=SimpleNamespace(label="TEST desk-07")),
            paths=AppPaths(tmp_path, tmp_path, tmp_path),
            force="Northmoor",
            packs=PackRegistry(PackSources(choices=("risk=dash",)), DurableDisk(), world.sink),
            layouts=(),
            policies=policies,
            paper_policies=load_paper_policies(),
            checklist=checklist,
            intake=ExhibitWorld(world, tmp_path).intake,
            sealing=SealingParts(None, None, world.clock),
        )
    )
    assert calls.documents is papers.signing, "what the page says reaches the ceremony"
    world.consultations = Consultations(world.desk, KekSealer(KEY), OneSecret(), checklist=checklist)
    flagged = incident(OLDEST, 5, flags=frozenset({Flag.DOMESTIC_ABUSE}), version=2)
    await world.dispatch.refresh_from_cad([flagged])
    case = (await world.taken()).id

    async def lines() -> dict[str, str]:
        return {one.key: one.words for one in await world.consultations.checklist(case) if lacks(one)}

    begun = await lines()
    assert begun["risk"] == "Not started; Investigation record: not started"
    with pytest.raises(RefusedError, match="Risk, Needs, Evidence, Notes, Statement, Safeguarding"):
        await world.consultations.submit(case, "18", ["RVR1"], {"safety": "Asked by phone"})
    risk = await papers.forms.start(case, "risk")
    answered = await papers.forms.answer(risk.form.id, risk.form_score.missing[0], "yes")
    given = next(iter(answered.form.answers.values()))
    assert (given.segment, given.offset_us) == (2, 5_000_000)
    await papers.forms.start(case, "needs")
    await papers.forms.start(case, "notice", "Tom Cole")
    await papers.statements.start(case, StatementKind.WITNESS)
    await papers.safeguarding.take_measure(case, "alarm")
    now = await lines()
    assert now["risk"].startswith("1 of ")
    assert "Public protection notice: 0 of" in now["risk"]
    assert now["needs"].startswith("0 of ")
    assert now["statement"] == "Draft, no text yet"
    assert now["safeguarding"] == "Measures 1"
    await papers.safeguarding.give_advice(case, "emergency")
    assert "safeguarding" not in await lines()
    assert "Investigation record" in "".join(
        papers.forms.title_of(one) for one in await papers.kinds.forms(case)
    )
