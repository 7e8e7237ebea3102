"""A form on paper and as data: what was answered and where in the recording, the grade and why, marked TEST at a test desk."""

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

sys.path.insert(0, str(Path(__file__).parents[1] / "services"))

from form_parts import RISK

from rvr_console.app.form_papers import FormPapers
from rvr_console.documents.form_page import form_json, form_pdf
from rvr_console.domain import form_rules
from rvr_console.domain.form import Answer, History, new_form
from rvr_console.domain.form_scoring import raise_grade, score
from rvr_console.errors import StorageError
from rvr_console.services.form_reading import OpenForm

NOW = datetime(2026, 11, 21, 13, 52, tzinfo=UTC)
HOSTILE = '#read("/etc/passwd") *bold* $x$ “Zoë”'


@pytest.fixture
def form():
    made = new_form(RISK, "0123456789", "c1", NOW)
    for number in range(1, 28):
        value = "yes" if number <= 14 else "no"
        comment = HOSTILE if number == 2 else ""
        given = Answer(f"q{number}", value, NOW, "2417", comment, number * 10_000_000, 1)
        made = form_rules.answer(RISK, made, given)
    made = form_rules.answer(RISK, made, Answer("s1", "", NOW, "2417", reason="Prefers not to say"))
    made = form_rules.answer(
        RISK, made, Answer("q1", "no", NOW + timedelta(minutes=9), "2417", correction="Pressed the wrong key")
    )
    made = raise_grade(RISK, made, "high", "She is packing in fear", "2417", NOW)
    return form_rules.complete(RISK, made, "2417", NOW)


def page(form, desk: str) -> str:
    data = form_pdf(
        form,
        RISK,
        score(RISK, form),
        about="155 of 21/11/2026",
        desk=desk,
        made_by="PC 2417",
        made_at=NOW,
    )
    pages = PdfReader(io.BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_page_says_all_that_was_answered_and_why_the_grade_is_what_it_is(form):
    said = page(form, "TEST Desk 7")
    for words in (
        "supply your licensed pack",
        "dash, version 1.2",
        HOSTILE,
        "00:00:20",
        "strangulation" if score(RISK, form).yes > 17 else "own fear (item 2)",
        "She is packing in fear",
        "MARAC",
        "Not answered: Prefers not to say",
        "(changed once)",
        "Item 1 from Yes to No, by 2417",
        "High was indicated before: Pressed the wrong key",
        "TEST – made by a desk of a test authority",
    ):
        assert words in said
    assert "TEST" not in page(form, "Desk 7")


def test_the_data_hold_every_answer_the_earlier_ones_too(form):
    data = json.loads(
        form_json(form, RISK, score(RISK, form), about="155 of 21/11/2026", desk="Desk 7", made_at=NOW)
    )
    assert data["score"]["grade"] == "high"
    assert data["pack"]["sha256"] == RISK.digest
    assert {answer["item"]: answer["offset_us"] for answer in data["answers"]}["q2"] == 20_000_000
    assert [answer["value"] for answer in data["earlier_answers"]] == ["yes"]
    kept = {answer["item"]: answer for answer in data["answers"]}["q1"]
    assert (kept["correction"], kept["indicated_before"]) == ("Pressed the wrong key", "high")
    assert data["test"] is False


def test_files_never_take_the_place_of_others_and_a_full_disk_leaves_none(form, tmp_path, monkeypatch):
    papers = FormPapers.__new__(FormPapers)
    papers._label = "TEST Desk 7"
    papers._desk = type("D", (), {"clock": type("C", (), {"now": staticmethod(lambda: NOW)})})
    opened = OpenForm(form, RISK, History(NOW), score(RISK, form))
    first = papers._write(opened, "155 of 21/11/2026", tmp_path, "PC 2417")
    second = papers._write(opened, "155 of 21/11/2026", tmp_path, "PC 2417")
    assert first != second
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".json", ".pdf", ".pdf"]
    with pytest.raises(StorageError, match="could not be written"):
        papers._write(opened, "155 of 21/11/2026", tmp_path / "gone", "PC 2417")
    assert papers._write(opened, "46/155/26 of today", tmp_path, "PC 2417").startswith("risk-46_155_26-")
    kept = {path: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr("os.path.lexists", lambda _path: False)  # another program was quicker than the look
    with pytest.raises(StorageError, match="could not be written"):
        papers._write(opened, "155 of 21/11/2026", tmp_path, "PC 2417")
    (tmp_path / first).unlink()  # the PDF can be made, its JSON cannot
    with pytest.raises(StorageError, match="could not be written"):
        papers._write(opened, "155 of 21/11/2026", tmp_path, "PC 2417")
    del kept[tmp_path / first]
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == kept, "nothing of others, nothing half"
