import json
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from rvr_console.cad_simulator.book import Book
from rvr_console.cad_simulator.database import Database
from rvr_console.cad_simulator.many_incidents import many_incidents
from rvr_console.cad_simulator.new_incidents import create
from rvr_console.cad_simulator.sample_day import sample_day
from rvr_console.errors import StorageError
from rvr_console.wire.cad_messages import (
    ActMessage,
    AppliedMessage,
    CreatedMessage,
    DutyMessage,
    IncidentPage,
    NewIncidentMessage,
    PersonMessage,
    RefusalCode,
    RefusedMessage,
    Verb,
)

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def book(database):
    book = Book(database)
    book.fill(sample_day(NOW, 1))
    return book


def ready(book):
    """A reference that anybody may take."""
    page = IncidentPage.model_validate_json(book.page(0, None))
    return next(
        i.reference
        for i in page.incidents
        if i.state == "waiting" and i.triage == "suitable" and i.allocated_to is None
    )


def act(verb, sequence, officer="2302", desk="D1", at=NOW, **payload):
    return ActMessage(
        id=str(uuid.uuid4()),
        verb=verb,
        officer=officer,
        desk=desk,
        at_source=at,
        sequence=sequence,
        payload=payload,
    )


def new(**changes):
    fields = {
        "id": str(uuid.uuid4()),
        "desk": "D1",
        "officer": "2302",
        "at_source": NOW,
        "provisional": "P1 of 21/11/2026",
        "category": "Theft",
        "reported_at": NOW,
        "place": "Northgate",
        "address": "1 Sample Street",
        "person": PersonMessage(name="Nobody Here", phone="07700 900999"),
    }
    return NewIncidentMessage(**fields | changes)


def test_the_same_act_is_applied_once_and_answered_alike(book):
    ref, take = ready(book), act("self_dispatched", 1)
    first = book.act(ref, take)
    again = book.act(ref, take)
    assert isinstance(first, AppliedMessage)
    assert again == first.model_copy(update={"repeated": True})
    assert len(book.log(ref)[1]) == 1
    assert book.health().version == first.version


def test_a_refusal_is_answered_alike_even_when_the_reason_is_gone(book):
    ref = ready(book)
    early = act("arrived", 1)
    refused = book.act(ref, early)
    assert refused.code is RefusalCode.NOT_TAKEN
    book.act(ref, act("self_dispatched", 2))
    assert book.act(ref, early) == refused.model_copy(update={"repeated": True})


def test_another_act_under_a_used_id_is_refused(book):
    ref, take = ready(book), act("self_dispatched", 1)
    book.act(ref, take)
    other = take.model_copy(update={"verb": Verb.CLOSED})
    assert book.act(ref, other).code is RefusalCode.ID_REUSED
    assert book.incident(ref).state == "taken"


def test_order_per_desk_and_incident(book):
    ref = ready(book)
    second = act("log_update", 2, text="second")
    early = book.act(ref, second)
    assert (early.code, early.expected) == (RefusalCode.OUT_OF_ORDER, 1)
    assert book.log(ref)[1] == []
    assert isinstance(book.act(ref, act("self_dispatched", 1)), AppliedMessage)
    assert isinstance(book.act(ref, second), AppliedMessage), "the same act in its turn"
    stale = book.act(ref, act("log_update", 1, text="late"))
    assert (stale.code, stale.expected) == (RefusalCode.OUT_OF_ORDER, 3)
    assert isinstance(book.act(ref, act("log_update", 1, desk="D2", text="another desk")), AppliedMessage)


def test_a_declared_hole_is_written_into_the_log(book):
    ref = ready(book)
    late = act("self_dispatched", 4).model_copy(update={"missing_from": 1})
    assert isinstance(book.act(ref, late), AppliedMessage)
    assert "Acts 1 to 3 never reached CAD" in book.log(ref)[1][0].reason


def test_a_take_asked_ahead_of_its_place_may_come_again_with_its_number(book):
    ref, ahead = ready(book), act("self_dispatched", 0)
    first = book.act(ref, ahead)
    again = book.act(ref, ahead.model_copy(update={"sequence": 1}))
    assert again == first.model_copy(update={"repeated": True})
    assert isinstance(book.act(ref, act("arrived", 2)), AppliedMessage)


def test_duty_counts_when_it_was_done_not_when_it_arrives(book):
    ref = ready(book)
    book.set_duty("2302", DutyMessage(on_duty=False, at=NOW))
    before, after = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)
    assert isinstance(book.act(ref, act("self_dispatched", 1, at=before)), AppliedMessage)
    assert book.act(ref, act("arrived", 2, at=after)).code is RefusalCode.OFF_DUTY
    book.set_duty("2302", DutyMessage(on_duty=True, at=after))
    assert isinstance(book.act(ref, act("arrived", 3, at=after)), AppliedMessage)


def test_fifty_takers_at_once_on_two_connections_one_winner(tmp_path, book):
    ref, second = ready(book), Database(tmp_path)
    books = [book, Book(second)]
    answers, start = [], threading.Barrier(50)

    def take(n):
        start.wait()
        answers.append(books[n % 2].act(ref, act("self_dispatched", 1, officer=f"T{n}", desk=f"D{n}")))

    threads = [threading.Thread(target=take, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    second.close()
    assert len(answers) == 50
    winners = [a for a in answers if isinstance(a, AppliedMessage)]
    assert len(winners) == 1
    assert all(a.code is RefusalCode.TAKEN for a in answers if isinstance(a, RefusedMessage))


def test_everything_is_there_after_opening_again(tmp_path, book, database):
    ref, take = ready(book), act("self_dispatched", 1)
    first = book.act(ref, take)
    identity = book.health().book
    database.close()
    again = Database(tmp_path)
    book2 = Book(again)
    assert book2.health().book == identity
    assert book2.act(ref, take) == first.model_copy(update={"repeated": True})
    assert book2.incident(ref).taken_by == "2302"
    again.close()


def test_disk_full_changes_nothing_and_is_told(book, database):
    ref = ready(book)
    pages = database._link.execute("PRAGMA page_count").fetchone()[0]
    database._link.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError):
        for n in range(1, 200):
            book.act(ref, act("log_update", n, text="x" * 8000))
    kept = book.log(ref)[1]
    database._link.execute("PRAGMA max_page_count = 1000000")
    answer = book.act(ref, act("log_update", len(kept) + 1, text="there is room again"))
    assert isinstance(answer, AppliedMessage), "the failed act left nothing behind"


def test_pages_hold_every_incident_once(database):
    book = Book(database)
    book.fill(many_incidents(NOW, 3, 1203))
    seen, at = [], 0
    while True:
        page = IncidentPage.model_validate_json(book.page(at, None))
        seen += [i.reference for i in page.incidents]
        at = page.next
        if not page.more:
            break
    assert len(seen) == len(set(seen)) == 1203
    assert json.loads(book.page(at, None))["incidents"] == []


def test_a_desk_with_a_foreign_or_future_place_starts_from_nothing(book):
    for since, name in ((3, "other-book"), (10_000, None)):
        page = IncidentPage.model_validate_json(book.page(since, name))
        assert page.restarted
        assert len(page.incidents) == 14


def test_a_provisional_incident_is_made_once_and_answers_to_its_name(book, database):
    made = new()
    first = create(database, made, NOW)
    assert isinstance(first, CreatedMessage)
    corrected = made.model_copy(update={"place": "Kingsmead"})
    assert create(database, corrected, NOW) == first.model_copy(update={"repeated": True})
    assert create(database, new(), NOW).code is RefusalCode.ID_REUSED, "other incident, same name and desk"
    assert isinstance(book.act("P1 of 21/11/2026", act("log_update", 1, text="x")), AppliedMessage)
    assert book.log(first.reference)[1][0].payload == {"text": "x"}
    other = create(database, new(desk="D2"), NOW)
    assert other.reference != first.reference, "another desk's book has its own numbers"
    assert other.possible_duplicates == [first.reference]


def test_joining_with_a_reference_given_by_voice(book, database):
    ref = ready(book)
    joined = create(database, new(known_reference=ref), NOW)
    assert joined.reference == ref
    unknown = create(database, new(provisional="P2", known_reference="999 of 01/01/2026"), NOW)
    assert unknown.code is RefusalCode.UNKNOWN_INCIDENT
    book.act(ref, act("self_dispatched", 1, officer="2417", desk="D9"))
    taken = create(database, new(provisional="P3", known_reference=ref), NOW)
    assert taken.code is RefusalCode.TAKEN
    assert "2417" in taken.reason


def test_a_folder_that_holds_something_else_is_told_plainly(tmp_path):
    (tmp_path / "cad.sqlite3").write_bytes(b"this is not a database" * 100)
    with pytest.raises(StorageError, match="cannot be opened"):
        Database(tmp_path)
