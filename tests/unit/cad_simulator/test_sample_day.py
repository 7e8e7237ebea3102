import re
from datetime import UTC, datetime, timedelta

import pytest

from rvr_console.cad.translation import incident_from
from rvr_console.cad_simulator.many_incidents import many_incidents
from rvr_console.cad_simulator.sample_day import sample_day
from rvr_console.domain.incident import (
    SUITABILITY_QUESTIONS,
    THRIVE_HEADINGS,
    Flag,
    IncidentState,
    Intake,
    Triage,
    next_for,
)
from rvr_console.wire.cad_messages import IncidentMessage

NOW = datetime(2026, 11, 21, 13, 52, tzinfo=UTC)


def day(now=NOW, seed=1):
    return [incident_from(m) for m in sample_day(now, seed)]


def test_the_day_shows_every_kind():
    incidents = day()
    waiting = [i for i in incidents if i.state is IncidentState.WAITING]
    assert (len(incidents), len(waiting)) == (14, 12)
    assert sum(i.due_in(NOW) < timedelta(0) for i in waiting) == 1
    assert sum(timedelta(0) < i.due_in(NOW) <= timedelta(hours=4) for i in waiting) == 2
    assert sum(i.triage is Triage.TO_TRIAGE for i in waiting) == 2
    call_backs = [i for i in waiting if i.next_contact_at or i.contact_attempts]
    assert len(call_backs) == 4
    assert {i.intake for i in incidents} == set(Intake)
    assert {f for i in incidents for f in i.flags} == set(Flag)
    assert [i.person.name for i in waiting if i.allocated_to] == ["Susan Whitlock"]
    assert next_for("2302", incidents, NOW).person.name == "Susan Whitlock"
    assert next_for("2417", incidents, NOW).person.name == "Owen Pardew"


def test_nothing_can_be_taken_for_real():
    for incident in day():
        assert re.fullmatch(r"07700 900\d{3}", incident.person.phone)
        assert incident.person.email.endswith(".invalid")
        assert "SAMPLE" in incident.address
        assert "SAMPLE" in incident.history[0].text
        assert tuple(incident.thrive) == THRIVE_HEADINGS
        assert tuple(incident.suitability) == SUITABILITY_QUESTIONS


def test_the_seed_makes_the_day():
    assert day(seed=5) == day(seed=5)
    assert day(seed=5) != day(seed=6)


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_references_are_unique_at_any_hour(hour):
    references = [i.reference for i in day(NOW.replace(hour=hour))]
    assert len(set(references)) == 14


def test_made_in_bulk_they_still_are_messages():
    for made in many_incidents(NOW, 1, 300):
        assert IncidentMessage.model_validate_json(made.model_dump_json(exclude_none=True)) is not None
