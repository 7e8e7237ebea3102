"""Lets the tests here import the parts they share (desk_parts, and of the evidence tests exhibit_parts)."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))

from desk_parts import DeskWorld


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DeskWorld]:
    """A desk with five roles, three incidents, a real encrypted store."""
    made = DeskWorld(tmp_path / "console.db")
    await made.fill()
    yield made
    made.store.close()
