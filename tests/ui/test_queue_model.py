from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt

from rvr_console.domain.incident import Flag, Incident, IncidentState, Intake, Person, Triage
from rvr_console.ui.queue import row_words
from rvr_console.ui.queue.model import Bucket, QueueModel, bucket_of

NOW = datetime(2026, 11, 21, 13, 52, tzinfo=UTC)


def incident(number: int = 1, hours: float = 1.0, **changes) -> Incident:
    base = Incident(
        reference=f"{number} of 19/11/2026",
        category="Damage to vehicle",
        grade=3,
        reported_at=NOW - timedelta(hours=hours),
        place="Haverbrook",
        address="6 Tannery Row",
        person=Person("Susan Whitlock", "07700900214"),
        triage=Triage.SUITABLE,
    )
    return replace(base, **changes)


@pytest.fixture
def model(qtmodeltester, qapp):
    made = QueueModel(me="2302")
    qtmodeltester.check(made)
    return made


def references(model: QueueModel) -> list[str]:
    return [model.incident(row).reference.split()[0] for row in range(model.rowCount())]


def test_oldest_first_and_only_what_waits(model):
    model.set_incidents(
        [incident(1, 2), incident(2, 50), incident(3, 5, state=IncidentState.TAKEN), incident(4, 30)], NOW
    )
    assert references(model) == ["2", "4", "1"]


def test_buckets_and_counts(model):
    later = NOW + timedelta(minutes=38)
    model.set_incidents(
        [
            incident(1, 50.9),
            incident(2, 47.3),
            incident(3, 45.1, next_contact_at=later),
            incident(4, 3, contact_attempts=1),
            incident(5, 2, triage=Triage.TO_TRIAGE),
        ],
        NOW,
    )
    counts = model.counts
    assert (counts.all, counts.ready, counts.call_back, counts.to_triage) == (5, 2, 2, 1)
    assert (counts.over, counts.soon) == (1, 2)
    assert [counts.of(k) for k in ("all", "ready", "call_back", "to_triage")] == [5, 2, 2, 1]


def test_an_agreed_time_that_has_come_makes_the_incident_ready(model):
    later = NOW + timedelta(minutes=10)
    model.set_incidents([incident(1, next_contact_at=later), incident(2)], NOW)
    model.set_filter("ready")
    assert references(model) == ["2"]
    model.set_now(later)
    assert sorted(references(model)) == ["1", "2"]
    assert bucket_of(model.incidents[0], later) is Bucket.READY


def test_find_in_log_name_category_and_place_whatever_the_case(model):
    model.set_incidents(
        [
            incident(398, 3),
            incident(2, 2, person=Person("Hannah Cole")),
            incident(3, 1, place="Northgate", category="Fraud"),
        ],
        NOW,
    )
    found = {}
    for text in ("398 of", "cole", "NORTH", "fraud", " whitlock ", "zzz", ""):
        model.set_filter("all", text)
        found[text] = references(model)
    assert found == {
        "398 of": ["398"],
        "cole": ["2"],
        "NORTH": ["3"],
        "fraud": ["3"],
        " whitlock ": ["398", "3"],
        "zzz": [],
        "": ["398", "2", "3"],
    }


def test_typing_on_and_deleting_give_the_same_rows_as_a_fresh_search(model):
    names = ("Ann", "Anna", "Hannah", "Bob", "Joanna")
    model.set_incidents([incident(n, 9 - n, person=Person(name)) for n, name in enumerate(names)], NOW)
    for text in ("an", "ann", "anna", "ann", "nna", "hannah", "bo", "bob"):
        model.set_filter("all", text)
        assert references(model) == [str(n) for n, name in enumerate(names) if text in name.casefold()]


def test_row_of_an_incident_through_filters(model):
    model.set_incidents([incident(1, 3), incident(2, 2, triage=Triage.TO_TRIAGE), incident(3, 1)], NOW)
    assert model.row_of("3 of 19/11/2026") == 2
    model.set_filter("ready")
    assert model.row_of("3 of 19/11/2026") == 1
    assert model.row_of("2 of 19/11/2026") == -1
    assert model.row_of("9 of 19/11/2026") == -1


def test_every_cell_has_words_for_a_screen_reader(model):
    model.set_incidents(
        [incident(398, 50 + 58 / 60, flags=frozenset({Flag.VULNERABLE}), allocated_to="2302")], NOW
    )
    cells = [
        model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole)
        for column in range(model.columnCount())
    ]
    assert cells[0] == "50 h 58 min"
    assert cells[1] == "Over target"
    assert cells[2].startswith("398 of 19/11, Reported ")
    assert cells[3:] == [
        "3",
        "Damage to vehicle, Haverbrook",
        "Vulnerable, Allocated",
        "Suitable",
        "Ready, For you",
    ]


@pytest.mark.parametrize(
    ("hours", "word"),
    [
        (1, "In target"),
        (44.9, "In target"),
        (45.04, "Due in 2 h 57"),
        (47.35, "Due in 39 min"),
        (48, "Due in 0 min"),
        (48.01, "Over target"),
    ],
)
def test_target_tag(hours, word):
    assert row_words.target_tag(incident(hours=hours), NOW).word == word


def test_contact_column():
    later = NOW + timedelta(minutes=38)
    when = later.astimezone().strftime("%H:%M")

    def words(**changes):
        return row_words.contact_words(incident(**changes), NOW, "2302", 3)

    assert words() == ("Ready", "")
    assert words(allocated_to="2302") == ("Ready", "For you")
    assert words(allocated_to="9") == ("Ready", "For 9")
    assert words(next_contact_at=later) == ("Call back", when)
    assert words(contact_attempts=2, next_contact_at=later) == ("2 of 3 tried", f"Next {when}")
    assert words(contact_attempts=1, contact_note="No answer 13:05") == ("1 of 3 tried", "No answer 13:05")
    assert words(triage=Triage.TO_TRIAGE) == ("—", "")


def test_immediate_and_provisional_are_said_in_words():
    assert [t.word for t in row_words.flag_tags(incident(intake=Intake.IMMEDIATE))] == ["Immediate"]
    assert row_words.log_words(incident(provisional=True))[1] == "Kept here, not in CAD"
