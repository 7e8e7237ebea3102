from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rvr_console.domain.incident import Flag, HistoryLine, Incident, IncidentState, Intake, Person, Triage
from rvr_console.domain.repositories import Transaction
from rvr_console.errors import RefusedError
from rvr_console.storage.incident_codec import incident_from_map, incident_to_map
from rvr_console.storage.store import Store

KEY = bytes(range(32))
NOW = datetime(2026, 11, 21, 13, 30, 0, 123456, tzinfo=UTC)


def incident(number: int, **changes: object) -> Incident:
    made = Incident(
        f"{number} of 21/11/2026",
        "Theft",
        3,
        NOW + timedelta(minutes=number),
        "Haverbrook",
        "1 High St",
        Person("A"),
    )
    return replace(made, **changes)


def test_every_field_survives_the_store() -> None:
    full = incident(
        1,
        person=Person("Hannah Cole", "07700 900371", "h@example.org", "text only"),
        intake=Intake.IMMEDIATE,
        target=timedelta(hours=1, microseconds=5),
        flags=frozenset(Flag),
        triage=Triage.SUITABLE,
        state=IncidentState.CONVERTED,
        allocated_to="2417",
        taken_by="2500",
        thrive={"threat": "‘none’"},
        suitability={"over_18": True},
        history=(HistoryLine(NOW, "reported"),),
        next_contact_at=NOW + timedelta(hours=2),
        contact_attempts=2,
        contact_note="No answer",
        provisional=True,
        version=7,
    )
    assert incident_from_map(incident_to_map(full)) == full


async def test_what_was_undone_is_not_remembered(tmp_path: Path) -> None:
    store = Store(tmp_path / "console.db", KEY)

    def spoil(tx: Transaction) -> None:
        tx.incidents.put(incident(1))
        assert len(tx.incidents.all()) == 1
        raise RefusedError("no")

    with pytest.raises(RefusedError):
        await store.run(spoil)
    assert await store.run(lambda tx: tx.incidents.all()) == []
    assert await store.run(lambda tx: tx.incidents.get(incident(1).reference)) is None
    store.close()


async def test_the_list_is_in_order_and_follows_every_change(tmp_path: Path) -> None:
    store = Store(tmp_path / "console.db", KEY)
    store.warm()
    await store.run(lambda tx: tx.incidents.put_all([incident(3), incident(1), incident(2)]))
    listed = await store.run(lambda tx: tx.incidents.all())
    assert listed == [incident(1), incident(2), incident(3)]
    listed.clear()
    changed = incident(2, reported_at=NOW - timedelta(hours=1))
    await store.run(lambda tx: tx.incidents.put(changed))
    assert await store.run(lambda tx: tx.incidents.all()) == [changed, incident(1), incident(3)]
    store.close()


async def test_a_change_by_another_program_is_seen(tmp_path: Path) -> None:
    first, second = Store(tmp_path / "console.db", KEY), Store(tmp_path / "console.db", KEY)
    await first.run(lambda tx: tx.incidents.put(incident(1)))
    assert await second.run(lambda tx: tx.incidents.all()) == [incident(1)]
    await first.run(lambda tx: tx.incidents.put(incident(1, state=IncidentState.TAKEN)))
    found = await second.run(lambda tx: tx.incidents.get(incident(1).reference))
    assert found is not None
    assert found.state is IncidentState.TAKEN
    first.close()
    second.close()
