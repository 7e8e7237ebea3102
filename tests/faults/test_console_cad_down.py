"""The control room is away for a whole consultation: the console goes on, says so, and catches up exactly once, in order."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rvr_console.cad.http_client import HttpCad
from rvr_console.domain import events
from rvr_console.domain.cad import CadVerb, DeliveryState
from rvr_console.domain.consultation import Consultation, ConsultationState
from rvr_console.domain.incident import Person
from tests.faults.console_town import Desk, Town, town

pytestmark = pytest.mark.timeout(300)
VERBS = [
    CadVerb.SELF_DISPATCHED,
    CadVerb.ARRIVED,
    CadVerb.LOG_UPDATE,
    CadVerb.RESOURCE_BACK,
    CadVerb.RESULT_CODES,
    CadVerb.CLOSED,
]


def cad(*, up: bool) -> Callable[[object], bool]:
    return lambda e: isinstance(e, events.ServiceStateChanged) and e.name == "cad" and e.up is up


def settled(verb: CadVerb) -> Callable[[object], bool]:
    return lambda e: (
        isinstance(e, events.CadActionChanged)
        and e.action.verb is verb
        and e.action.state is not DeliveryState.PENDING
    )


async def whole_consultation(desk: Desk, taken: Consultation) -> None:
    """Link, a line for CAD's log, end, submit. Nobody comes to the link: CAD is what this is about."""
    await desk.officer.send_link(taken.id)
    await desk.officer.log_line(taken.id, "Caller is safe, children are asleep.")
    await desk.officer.call("end_for_both", taken.id)
    await desk.officer.submit(taken.id)
    assert (await desk.officer.case("get", taken.id)).state is ConsultationState.SUBMITTED


async def in_cad(place: Town, desk: Desk, reference: str) -> list[tuple[str, str]]:
    """CAD's own log of this desk's acts on an incident, oldest first: (verb, id)."""
    asked = HttpCad(place.url("cad"), place.cad_token, desk.console.secrets.desk)
    try:
        return [
            (entry.verb, str(entry.id)) for entry in await asked.acts(reference) if entry.officer == "2417"
        ]
    finally:
        await asked.close()


async def once_in_order(place: Town, desk: Desk, own: str, theirs: str) -> None:
    acts = await desk.officer.cad_acts(own)
    assert [a.verb for a in acts] == VERBS
    assert {a.state for a in acts} == {DeliveryState.DONE}
    assert all(a.applied_at >= a.at_source for a in acts)
    assert await in_cad(place, desk, theirs) == [(a.verb.value, a.id) for a in acts]


async def test_away_from_take_to_submit(tmp_path: Path) -> None:
    async with town(tmp_path) as place, place.desk() as desk:
        await desk.told.wait(lambda event: isinstance(event, events.QueueChanged))
        await desk.told.wait(cad(up=True))
        since = desk.told.now
        place.kill("cad")
        taken = await desk.officer.take()
        await whole_consultation(desk, taken)
        acts = await desk.officer.cad_acts(taken.incident)
        assert [(a.verb, a.state) for a in acts] == [(verb, DeliveryState.PENDING) for verb in VERBS]
        await desk.told.wait(cad(up=False), since=since)
        place_of_return = desk.told.now
        await place.start("cad")
        await desk.told.wait(cad(up=True), since=place_of_return)
        await desk.told.wait(settled(CadVerb.CLOSED), since=place_of_return)
        await once_in_order(place, desk, taken.incident, taken.incident)
        assert not desk.told.all(events.Fault, since), "nothing was refused"


async def test_local_book_joins_cad_when_it_is_back(tmp_path: Path) -> None:
    """An incident that came by voice while CAD was away; the console is stopped before CAD is back."""
    async with town(tmp_path) as place:
        async with place.desk() as desk:
            await desk.told.wait(cad(up=True))
            place.kill("cad")
            person = Person("Robin Hale", "07700 900123")
            noted = await desk.console.dispatch.add_provisional(
                "Domestic", 3, "Northmoor", "4 Mill Lane, Northmoor", person
            )
            assert noted.reference.startswith("P")
            taken = await desk.console.dispatch.take(noted.reference)
            await whole_consultation(desk, taken)
        await place.start("cad")
        async with place.desk() as desk:
            await desk.told.wait(settled(CadVerb.CLOSED))
            joined = await desk.officer.case("get", taken.id)
            assert joined.incident != noted.reference
            assert not joined.incident.startswith("P"), "CAD's own reference"
            await once_in_order(place, desk, joined.incident, joined.incident)
            listed = await desk.console.dispatch.list_incidents()
            assert noted.reference not in {incident.reference for incident in listed}
            assert not await desk.officer.custody_faults()


async def test_acts_go_at_once_while_cad_is_there(tmp_path: Path) -> None:
    """Not at the dispatcher's next turn, 5 s later."""
    async with town(tmp_path) as place, place.desk() as desk:
        await desk.told.wait(lambda event: isinstance(event, events.QueueChanged))
        await desk.told.wait(cad(up=True))
        taken = await desk.officer.take()
        await desk.told.wait(settled(CadVerb.SELF_DISPATCHED))
        for number in range(3):
            since = desk.told.now
            await desk.officer.log_line(taken.id, f"Line {number}.")
            await desk.told.wait(settled(CadVerb.LOG_UPDATE), 2.5, since=since)
        acts = await desk.officer.cad_acts(taken.incident)
        waited = [(a.applied_at - a.at_source).total_seconds() for a in acts]
        assert sorted(waited)[len(waited) // 2] < 1.0, waited
