"""Very many invented incidents, for measuring long queues."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from rvr_console.cad_simulator.uk_time import day_words
from rvr_console.wire.cad_messages import HistoryMessage, IncidentMessage, PersonMessage

_CATEGORIES = (
    "Theft from vehicle",
    "Damage to vehicle",
    "Harassment, messages",
    "Burglary, outbuilding",
    "Fraud, doorstep",
)
_PLACES = ("Haverbrook", "Castle Ward", "Upper Lode", "Kingsmead", "Northgate", "Marlow Quay")
_FIRST = ("Susan", "Owen", "Leila", "Graham", "Marie", "Edwin", "Jo", "Pauline", "Tomas", "Harriet")
_LAST = (
    "Whitlock",
    "Pardew",
    "Farrand",
    "Tilney",
    "Oduya",
    "Marlpit",
    "Ketteridge",
    "Stedge",
    "Brandreth",
    "Nunney",
)


def many_incidents(now: datetime, seed: int, count: int) -> Iterator[IncidentMessage]:
    """So many waiting incidents, a minute apart, the newest reported an hour before `now`. Numbers from 10001: no clash with a sample day."""
    rng = random.Random(seed + 1)  # noqa: S311 - invents people, guards nothing
    first = now - timedelta(minutes=60 + count)
    for n in range(count):
        reported_at = (first + timedelta(minutes=n)).replace(microsecond=0)
        place = rng.choice(_PLACES)
        person = PersonMessage.model_construct(
            name=f"{rng.choice(_FIRST)} {rng.choice(_LAST)}",
            phone=f"07700 900{rng.randrange(1000):03d}",
            email="",
            safe_contact="",
        )
        line = HistoryMessage.model_construct(at=reported_at, text="SAMPLE: made up for measuring")
        # Built without validation: a test reads a sample of them back through the real messages.
        yield IncidentMessage.model_construct(
            reference=f"{10001 + n} of {day_words(reported_at)}",
            category=rng.choice(_CATEGORIES),
            grade=3,
            reported_at=reported_at,
            place=place,
            address=f"{rng.randrange(1, 200)} Sample Street, {place} (SAMPLE)",
            person=person,
            flags=["domestic_abuse"] if rng.random() < 0.2 else [],
            triage="suitable",
            thrive={"threat": "None reported since the incident", "risk": "Low"},
            suitability={"not_an_emergency": True, "agrees_to_video": True},
            history=[line],
        )
