"""The layout of the text blocks is data from outside: checked before it is used."""

import json

import pytest

from rvr_console.errors import UntrustedInputError
from rvr_console.packs.record_layouts import load_layouts


def test_the_bundled_layout_is_valid():
    assert [layout.id for layout in load_layouts()] == ["risk_summary", "form_summary", "answers"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        json.dumps({"blocks": []}),
        json.dumps({"blocks": [{"id": "x", "label": "X", "lines": ["$secret"]}]}),
        json.dumps({"blocks": [{"id": "x", "label": "X", "lines": ["${title"]}]}),
        json.dumps({"blocks": [{"id": "x", "label": "X", "lines": [1]}]}),
        "[" * 100_000,
        " " * 100_001,
    ],
)
def test_what_is_not_valid_is_refused(tmp_path, content):
    path = tmp_path / "blocks.json"
    path.write_text(content)
    with pytest.raises(UntrustedInputError):
        load_layouts(path)
