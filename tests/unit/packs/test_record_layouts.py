"""The layout of the text for the records system: a force's own takes the bundled one's place, signed and checked as a form pack is."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2]))

from pack_desk import PackDesk, as_bytes

from rvr_console.domain.events import Fault
from rvr_console.packs.pack_registry import PackSources
from rvr_console.packs.record_layouts import BUNDLED, FOLDER, load_layouts
from rvr_console.system.durable_file import DurableDisk

BLOCK: dict[str, Any] = {"id": "niche", "label": "Niche DASH", "kinds": ["risk"], "lines": ["RISK $grade"]}


class LayoutDesk(PackDesk):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.force, self.folder = self.folder, self.folder / FOLDER
        self.folder.mkdir()

    def load(self) -> list[str]:
        """The labels of the blocks in use; what was refused is in `told`, in words."""
        sources = PackSources(self.force, self.publishers, self.kept)
        blocks, refused = load_layouts(sources, DurableDisk(), self.told)
        self.refused = [one.in_words() for one in refused]
        assert len([e for e in self.told.events if isinstance(e, Fault)]) >= len(refused)
        return [block.label for block in blocks]


@pytest.fixture
def desk(tmp_path: Path) -> LayoutDesk:
    return LayoutDesk(tmp_path)


def layout(version: str = "2.0", *blocks: dict[str, Any], **more: Any) -> bytes:
    found = {"format": "rvr-record-layout/1", "id": "records-blocks", "version": version}
    return as_bytes(found | {"blocks": list(blocks) or [BLOCK]} | more)


def test_the_bundled_one_is_signed_and_in_use(desk: LayoutDesk) -> None:
    assert desk.load() == ["Risk summary", "Summary", "Answers"]
    assert desk.refused == []


def test_a_forces_own_takes_its_place_and_stays_when_its_file_is_spoilt_or_gone(desk: LayoutDesk) -> None:
    path = desk.put("niche.json", layout())
    assert desk.load() == ["Niche DASH"]
    path.write_bytes(layout("2.0", BLOCK | {"label": "Forged"}))
    assert desk.load() == ["Niche DASH"]
    assert "signature by Northmoor does not hold" in desk.refused[0]
    path.unlink()
    assert desk.load() == ["Niche DASH"]
    assert desk.refused == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (layout(blocks=[]), "line 5: blocks: this is shorter than 1"),
        (layout("2.0", BLOCK | {"colour": "red"}), "line 15: blocks/0/colour: this field is not known"),
        (
            layout("2.0", BLOCK | {"lines": ["ok", "$secret"]}),
            "line 14: blocks/0/lines/1: there is no field $secret",
        ),
        (
            layout("2.0", BLOCK | {"lines": ["${title"]}),
            "line 13: blocks/0/lines/0: a $ stands before no field",
        ),
        (layout("2.0", BLOCK | {"each": "$grade"}), "blocks/0/each: there is no field $grade"),
        (layout("2.0", BLOCK | {"lines": [1]}), "line 13: blocks/0/lines/0: this must be of type string"),
        (layout("2.0", BLOCK | {"kinds": ["tax"]}), "line 10: blocks/0/kinds/0: this must be one of risk"),
        (layout("2.0", BLOCK, BLOCK), "blocks/1/id: the block id “niche” stands twice"),
        (layout("2.0", BLOCK | {"lines": []}), "the block would be empty"),
        (layout("1.0"), "version 1.0 is older than 1.1, which is in use"),
        (layout("1.1"), "version 1.1 is known with other content"),
        (layout(id="../../evil"), "line 3: id: this does not match"),
        (layout(id="other"), "its id is “other”"),
        (layout("2.0\n"), "version: this does not match"),
        (b"[" * 100_000, "line 1: nested more than 12 deep"),
        (b" " * ((1 << 20) + 1), "larger than 1024 KiB"),
        (b"", "this is not JSON"),
    ],
)
def test_what_is_not_right_is_refused_with_line_and_reason_and_the_old_one_stays(
    desk: LayoutDesk, content: bytes, words: str
) -> None:
    desk.put("own.json", content)
    assert desk.load() == ["Risk summary", "Summary", "Answers"]
    assert words in desk.refused[0]


@pytest.mark.parametrize(
    ("signature", "words"), [(None, "not signed"), ("x", "malformed"), ("strange", "not trusted")]
)
def test_unsigned_or_by_a_stranger(
    desk: LayoutDesk, tmp_path: Path, signature: str | None, words: str
) -> None:
    if signature == "strange":
        other = PackDesk.__new__(PackDesk)
        (tmp_path / "stranger").mkdir()
        other.__init__(tmp_path / "stranger")
        signature = other.put("x.json", layout()).with_name("x.json.sig").read_text()
    desk.put("own.json", layout(), signature)
    assert desk.load() == ["Risk summary", "Summary", "Answers"]
    assert words in desk.refused[0]


def test_an_older_file_does_not_bring_the_older_layout_back(desk: LayoutDesk) -> None:
    old = layout("2.0", BLOCK | {"label": "Old"})
    desk.put("own.json", layout("3.0", BLOCK | {"label": "New"}))
    assert desk.load() == ["New"]
    desk.put("own.json", old)
    assert desk.load() == ["New"]
    assert desk.refused == ["records/own.json: version 2.0 is older than 3.0, which is in use"]


def test_the_versions_of_a_folder_are_taken_in_their_order_and_told_once_only(desk: LayoutDesk) -> None:
    for version in ("2.10", "2.9"):
        desk.put(f"own-{version}.json", layout(version, BLOCK | {"label": version}))
    for _start in range(2):
        assert desk.load() == ["2.10"]
        assert desk.refused == []


def test_the_published_schema_is_closed() -> None:
    schema = json.loads((BUNDLED.parent / "layout.schema.json").read_text(encoding="utf-8"))
    block = schema["properties"]["blocks"]["items"]
    assert schema["additionalProperties"] is block["additionalProperties"] is False
