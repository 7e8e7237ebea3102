"""What a console that was started again knows of a call: whether it was paused, and by whom."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rvr_console.domain.consultation import Consultation, LinkState, LinkStep
from rvr_console.domain.incident import Incident, Person
from rvr_console.domain.recording import EventKind, Party
from rvr_console.domain.repositories import Recording, TimelineMark
from rvr_console.services.live_call import paused_when_left, room_key
from rvr_console.services.values import LinkDetails, RestartRecord

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LIVE, PAUSED, DROPPED = LinkState.LIVE, LinkState.PAUSED, LinkState.DROPPED


def record(states: list[LinkState], marks: list[tuple[EventKind, str]]) -> RestartRecord:
    history = tuple(LinkStep(state, NOW) for state in states)
    consultation = Consultation("c", "1 of 21/11/2026", "2417", NOW, link_history=history)
    incident = Incident(
        "1 of 21/11/2026", "Domestic", 3, NOW, "Northmoor", "4 Mill Lane", Person("Robin Hale")
    )
    link = LinkDetails("c", "secret", "room", "digest", 1, NOW, NOW, "")
    timeline = tuple(TimelineMark(1, kind, 0, 0, {"by": by}) for kind, by in marks)
    recordings = (Recording("e", "c", NOW, marks=timeline),) if marks else ()
    return RestartRecord(consultation, incident, link, recordings)


@pytest.mark.parametrize(
    ("states", "marks", "by"),
    [
        ([LIVE], [], set()),
        ([LIVE, PAUSED, LIVE], [(EventKind.PAUSE, "victim"), (EventKind.RESUME, "victim")], set()),
        ([LIVE, PAUSED], [(EventKind.PAUSE, "victim")], {Party.VICTIM}),
        (
            [LIVE, PAUSED],
            [(EventKind.PAUSE, "victim"), (EventKind.PAUSE, "officer")],
            {Party.VICTIM, Party.OFFICER},
        ),
        ([LIVE, PAUSED, DROPPED], [(EventKind.PAUSE, "officer")], {Party.OFFICER}),
        ([LIVE, PAUSED], [], {Party.OFFICER}),  # nothing was recorded: the officer lifts it
    ],
)
def test_paused_when_left(
    states: list[LinkState], marks: list[tuple[EventKind, str]], by: set[Party]
) -> None:
    assert paused_when_left(record(states, marks)) == by


def test_a_link_nobody_was_admitted_on_names_no_officer() -> None:
    link = record([LIVE], []).link
    assert room_key(link).officer == ""
    assert room_key(replace(link, device="")).device == ""
