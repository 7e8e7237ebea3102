from datetime import UTC, datetime, timedelta

import pytest

from rvr_console.cad_simulator.rules import Refusal, apply
from rvr_console.wire.cad_messages import ActMessage, IncidentMessage, PersonMessage, RefusalCode, Verb

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def incident(**changes):
    base = IncidentMessage(
        reference="155 of 21/11/2026",
        category="Theft",
        grade=3,
        reported_at=NOW - timedelta(hours=2),
        place="Haverbrook",
        address="6 Tannery Row",
        person=PersonMessage(name="Susan Whitlock"),
        triage="suitable",
        version=7,
    )
    return base.model_copy(update=changes)


def act(verb, officer="2302", **payload):
    return ActMessage(
        id="act-00001", verb=verb, officer=officer, desk="D1", at_source=NOW, sequence=1, payload=payload
    )


MINE = {"state": "taken", "taken_by": "2302", "taken_at": NOW}
OTHERS = {"state": "taken", "taken_by": "2417", "taken_at": NOW}
CLOSED = {"state": "closed", "taken_by": "2302", "closed_at": NOW}


@pytest.mark.parametrize(
    ("before", "verb", "payload", "expected"),
    [
        ({"triage": "to_triage"}, "triaged", {}, {"triage": "suitable", "state": "waiting"}),
        (
            MINE,
            "triaged",
            {"decision": "to_triage"},
            {"triage": "to_triage", "taken_by": None, "state": "waiting"},
        ),
        ({}, "triaged", {"decision": "returned"}, {"triage": "returned", "state": "returned"}),
        (MINE, "returned", {"reason": "x"}, {"state": "returned", "triage": "returned", "taken_by": None}),
        ({}, "allocated", {"to": "2417"}, {"allocated_to": "2417"}),
        ({"allocated_to": "2417"}, "allocated", {}, {"allocated_to": None}),
        ({}, "self_dispatched", {}, {"state": "taken", "taken_by": "2302", "taken_at": NOW}),
        ({"allocated_to": "2302"}, "self_dispatched", {}, {"state": "taken"}),
        (OTHERS, "self_dispatched", {"take_over_from": "2417"}, {"taken_by": "2302", "state": "taken"}),
        (MINE, "arrived", {}, {"arrived_at": NOW, "state": "taken"}),
        (MINE, "log_update", {"text": "Spoke to her"}, {"state": "taken"}),
        (
            {},
            "contact_attempt",
            {"result": "no_answer", "next_at": "2026-11-21T16:00:00Z"},
            {"contact_attempts": 1, "next_contact_at": NOW + timedelta(hours=2), "contact_note": "No answer"},
        ),
        (MINE, "contact_attempt", {"result": "call_back"}, {"contact_attempts": 0, "taken_by": "2302"}),
        (MINE, "contact_attempt", {"release": "yes"}, {"state": "waiting", "taken_by": None}),
        ({}, "contact_attempt", {"to_sergeant": "yes"}, {"triage": "to_triage", "contact_attempts": 1}),
        (MINE, "converted_to_attendance", {}, {"state": "converted", "taken_by": "2302"}),
        (CLOSED, "converted_to_attendance", {}, {"state": "converted", "closed_at": None}),
        (MINE, "resourced_back", {}, {"resourced_back_at": NOW}),
        (MINE, "result_codes", {"codes": "14"}, {"result_codes": "14"}),
        (MINE, "closed", {}, {"state": "closed", "closed_at": NOW}),
        ({"state": "converted", "taken_by": "2302"}, "closed", {}, {"state": "closed"}),
        (CLOSED, "reopened", {}, {"state": "waiting", "taken_by": None, "closed_at": None}),
    ],
)
def test_effect(before, verb, payload, expected):
    after = apply(incident(**before), act(verb, **payload), on_duty=True)
    assert isinstance(after, IncidentMessage), after
    assert {name: getattr(after, name) for name in expected} == expected
    assert len(after.history) == 1
    assert after.history[0].at == NOW
    IncidentMessage.model_validate_json(after.model_dump_json())  # still a message that desks accept


@pytest.mark.parametrize(
    ("before", "verb", "payload", "code", "words"),
    [
        (OTHERS, "self_dispatched", {}, RefusalCode.TAKEN, "taken by officer 2417 at 14:00"),
        (OTHERS, "self_dispatched", {"take_over_from": "9"}, RefusalCode.TAKEN, "2417"),
        ({"triage": "to_triage"}, "self_dispatched", {}, RefusalCode.NOT_SUITABLE, "not been triaged"),
        ({"allocated_to": "2417"}, "self_dispatched", {}, RefusalCode.ALLOCATED, "allocated to officer 2417"),
        (CLOSED, "self_dispatched", {}, RefusalCode.CLOSED, "closed at 14:00. Reopen it first"),
        ({"state": "converted"}, "self_dispatched", {}, RefusalCode.WRONG_STATE, "converted"),
        ({"state": "returned"}, "allocated", {"to": "2417"}, RefusalCode.WRONG_STATE, "returned"),
        ({}, "allocated", {"to": "<b>"}, RefusalCode.NOT_UNDERSTOOD, "officer number"),
        (OTHERS, "allocated", {"to": "2302"}, RefusalCode.TAKEN, "2417"),
        ({}, "arrived", {}, RefusalCode.NOT_TAKEN, "Take it first"),
        (OTHERS, "arrived", {}, RefusalCode.TAKEN, "2417"),
        (CLOSED, "log_update", {"text": "late"}, RefusalCode.CLOSED, "closed"),
        ({}, "log_update", {}, RefusalCode.NOT_UNDERSTOOD, "no text"),
        ({}, "contact_attempt", {"next_at": "tomorrow"}, RefusalCode.NOT_UNDERSTOOD, "not a time"),
        (OTHERS, "contact_attempt", {}, RefusalCode.TAKEN, "2417"),
        (MINE, "result_codes", {}, RefusalCode.NOT_UNDERSTOOD, "no result code"),
        (OTHERS, "closed", {}, RefusalCode.TAKEN, "2417"),
        ({}, "closed", {}, RefusalCode.NOT_TAKEN, "not taken"),
        ({}, "reopened", {}, RefusalCode.WRONG_STATE, "nothing to reopen"),
        (MINE, "triaged", {"decision": "maybe"}, RefusalCode.NOT_UNDERSTOOD, "decision"),
    ],
)
def test_refusal(before, verb, payload, code, words):
    refusal = apply(incident(**before), act(verb, **payload), on_duty=True)
    assert isinstance(refusal, Refusal), refusal
    assert refusal.code is code
    assert words in refusal.reason


@pytest.mark.parametrize("verb", list(Verb))
def test_off_duty_officers_cannot_act_but_a_cry_for_help_gets_through(verb):
    result = apply(incident(**MINE), act(verb, text="x", codes="1", to="1"), on_duty=False)
    if verb is Verb.CONVERTED:
        assert isinstance(result, IncidentMessage)
    else:
        assert isinstance(result, Refusal)
        assert result.code is RefusalCode.OFF_DUTY


def test_the_first_arrival_stands():
    earlier = NOW - timedelta(minutes=5)
    after = apply(incident(**MINE, arrived_at=earlier), act("arrived"), on_duty=True)
    assert after.arrived_at == earlier


def test_history_keeps_its_bound():
    long = incident(**MINE)
    for _ in range(205):
        long = apply(long, act("log_update", text="x" * 8000), on_duty=True)
    assert len(long.history) == 200
    assert len(long.history[-1].text) == 500
