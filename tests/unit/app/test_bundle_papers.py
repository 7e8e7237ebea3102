"""Completed forms for a bundle: none where there are none, each logged, and what cannot be set stops the bundle."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "services"))

from desk_parts import DeskWorld
from form_parts import FixedPacks

from rvr_console.app.bundle_papers import FormFiles, all_papers
from rvr_console.domain.bundle import BundleFile
from rvr_console.domain.custody import CustodyAct
from rvr_console.services.forms import Forms


@pytest.fixture
async def world(tmp_path):
    made = DeskWorld(tmp_path / "console.db")
    await made.fill()
    yield made
    made.store.close()


async def test_a_case_without_completed_forms_has_none_and_nothing_is_logged(world) -> None:
    case = (await world.taken()).id
    forms = Forms(world.desk, FixedPacks(), lambda _case: None)
    files = FormFiles(world.desk, forms, "desk-07")
    assert await files(case) == []
    await forms.start(case, "risk")
    assert await files(case) == []
    assert await world.logged(CustodyAct.FORM_EXPORTED) == []


async def test_papers_stand_one_kind_after_another() -> None:
    async def one(case: str) -> list[BundleFile]:
        return [BundleFile("a.pdf", case, b"a")]

    async def other(_case: str) -> list[BundleFile]:
        return [BundleFile("b.pdf", "b", b"b"), BundleFile("c.pdf", "c", b"c")]

    found = await all_papers(one, other, one)("k")
    assert [file.name for file in found] == ["a.pdf", "b.pdf", "c.pdf", "a.pdf"]
