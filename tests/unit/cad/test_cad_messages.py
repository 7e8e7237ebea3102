from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from rvr_console.domain.cad import CadVerb
from rvr_console.wire.cad_messages import MAX_ACT_BYTES, ActMessage, HistoryMessage, PersonMessage, Verb

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
ACT = {
    "id": "act-00001",
    "verb": "arrived",
    "officer": "2302",
    "desk": "D1",
    "at_source": NOW.isoformat(),
    "sequence": 1,
}


def test_console_and_cad_use_the_same_verbs():
    assert {v.value for v in Verb} == {v.value for v in CadVerb}


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ""},
        {"id": "x" * 65},
        {"id": "act/../1"},
        {"verb": "deleted"},
        {"officer": ""},
        {"officer": "<script>"},
        {"desk": "D 1"},
        {"at_source": "2026-11-21T14:00:00"},
        {"at_source": "0001-01-01T00:00:00Z"},
        {"at_source": "9999-12-31T23:59:59Z"},
        {"sequence": -1},
        {"sequence": 1.5},
        {"sequence": 10**9},
        {"payload": {"text": "x" * 8001}},
        {"payload": {"Text": "x"}},
        {"payload": {"text": 1}},
        {"payload": {f"k{n}": "" for n in range(33)}},
        {"surplus": 1},
    ],
)
def test_what_does_not_fit_is_not_an_act(changes):
    with pytest.raises(ValidationError):
        ActMessage.model_validate(ACT | changes)


def test_text_that_could_forge_a_screen_is_made_harmless():
    line = HistoryMessage(at=NOW, text="safe\u202egnirts\x1b[2J\x00 tab\tand\nline \u2066x\u200b")
    assert line.text == "safe gnirts [2J  tab\tand\nline  x "
    assert PersonMessage(name="Zoë O’Neil Łukasz").name == "Zoë O’Neil Łukasz"


def test_the_longest_act_is_longer_than_cad_reads_only_by_many_long_texts():
    whole = ActMessage.model_validate(ACT | {"payload": {"text": "x" * 8000}})
    assert len(whole.model_dump_json().encode()) < MAX_ACT_BYTES
