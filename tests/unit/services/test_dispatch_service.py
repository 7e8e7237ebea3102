import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from desk_parts import MIDDLE, OFFICER, OLDEST, OTHER, SERGEANT, UNTRIAGED, DeskWorld, incident

from rvr_console.domain.cad import CadVerb, DeliveryState
from rvr_console.domain.consultation import ConsultationState
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import CadActionChanged, Fault, QueueChanged
from rvr_console.domain.incident import IncidentState, Person, Triage
from rvr_console.domain.repositories import Delivery
from rvr_console.errors import RefusedError


async def test_the_oldest_suitable_incident_is_taken_and_cad_confirms(world: DeskWorld) -> None:
    world.act_as(OFFICER)
    taken = await world.dispatch.take_next()
    assert taken.incident == OLDEST
    assert taken.officer == OFFICER.collar
    (action,) = await world.outbox()
    assert (action.verb, action.sequence, action.state) == (CadVerb.SELF_DISPATCHED, 1, DeliveryState.DONE)
    assert [entry.subject for entry in await world.logged(CustodyAct.INCIDENT_TAKEN)] == [taken.id]
    assert world.sink.of(QueueChanged)
    assert [event.action.state for event in world.sink.of(CadActionChanged)] == [
        DeliveryState.PENDING,
        DeliveryState.DONE,
    ]


async def test_cad_down_takes_here_and_stays_pending_until_the_conflict_is_told(world: DeskWorld) -> None:
    world.act_as(OFFICER)
    world.cad.answer = Delivery(DeliveryState.PENDING)
    taken = await world.dispatch.take(OLDEST)
    (action,) = await world.cad_actions.pending()
    assert action.state is DeliveryState.PENDING
    await world.cad_actions.note_attempt(action.id)
    await world.cad_actions.mark_refused(action.id, "It was taken by officer 2500.")
    (refused,) = await world.cad_actions.for_incident(OLDEST)
    assert (refused.state, refused.attempts) == (DeliveryState.REFUSED, 1)
    assert "2500" in world.sink.of(Fault)[0].what
    assert (await world.stored(taken.id)).state is ConsultationState.OPEN
    await world.cad_actions.mark_done(action.id, world.clock.now())
    assert (await world.outbox())[0].state is DeliveryState.REFUSED, "an answer once settled stays"


async def test_an_incident_that_cad_gave_to_another_is_given_back_and_the_next_is_taken(
    world: DeskWorld,
) -> None:
    world.act_as(OFFICER)
    world.cad.refuse = {OLDEST}
    taken = await world.dispatch.take_next()
    assert taken.incident == MIDDLE
    assert [c.incident for c in await world.consultations.my_consultations()] == [MIDDLE]
    assert (await world.outbox(OLDEST))[0].refused_reason.endswith("2500.")


async def test_two_desks_take_one_incident_and_exactly_one_gets_it(world: DeskWorld) -> None:
    second = DeskWorld(world.path, store=world.store)
    world.act_as(OFFICER)
    second.act_as(OTHER)
    world.cad.answer = second.cad.answer = Delivery(DeliveryState.PENDING)
    results = await asyncio.gather(
        world.dispatch.take(OLDEST), second.dispatch.take(OLDEST), return_exceptions=True
    )
    refusals = [result for result in results if isinstance(result, RefusedError)]
    assert len(refusals) == 1
    assert "another officer" in refusals[0].in_words()
    assert len(await world.logged(CustodyAct.INCIDENT_TAKEN)) == 1


async def test_taking_twice_gives_the_same_consultation(world: DeskWorld) -> None:
    first = await world.taken()
    assert (await world.dispatch.take(OLDEST)).id == first.id
    assert len(await world.outbox()) == 1


async def test_untriaged_and_later_call_backs_are_not_taken(world: DeskWorld) -> None:
    world.act_as(OFFICER)
    with pytest.raises(RefusedError, match="cannot be taken"):
        await world.dispatch.take(UNTRIAGED)
    await world.dispatch.log_contact(OLDEST, "call_back", world.clock.now() + timedelta(hours=2))
    with pytest.raises(RefusedError):
        await world.dispatch.take(OLDEST)
    world.clock.forward(hours=2)
    assert (await world.dispatch.take(OLDEST)).incident == OLDEST


async def test_nothing_waiting_is_said_plainly(world: DeskWorld) -> None:
    world.act_as(OFFICER)
    world.cad.refuse = {OLDEST, MIDDLE}
    with pytest.raises(RefusedError, match="Nothing is waiting"):
        await world.dispatch.take_next()


async def test_triage_and_allocation_tell_cad(world: DeskWorld) -> None:
    world.act_as(SERGEANT)
    assert (await world.dispatch.triage(UNTRIAGED, suitable=True, reason="")).triage is Triage.SUITABLE
    assert (await world.dispatch.allocate(UNTRIAGED, OTHER.collar)).allocated_to == OTHER.collar
    with pytest.raises(RefusedError, match="Say why"):
        await world.dispatch.triage(MIDDLE, suitable=False, reason=" ")
    returned = await world.dispatch.triage(MIDDLE, suitable=False, reason="Suspect nearby")
    assert returned.state is IncidentState.RETURNED
    sent = await world.cad_actions.pending()
    assert [(a.verb, a.sequence) for a in sent] == [
        (CadVerb.TRIAGED, 1),
        (CadVerb.ALLOCATED, 2),
        (CadVerb.RETURNED, 1),
    ]
    world.act_as(OFFICER)
    with pytest.raises(RefusedError):
        await world.dispatch.take(UNTRIAGED)
    assert {user.collar for user in await _officers(world)} >= {OFFICER.collar, OTHER.collar}


async def _officers(world: DeskWorld) -> list:
    world.act_as(SERGEANT)
    return await world.dispatch.officers()


async def test_three_failed_contacts_go_to_the_sergeant(world: DeskWorld) -> None:
    world.act_as(OFFICER)
    for _ in range(3):
        kept = await world.dispatch.log_contact(OLDEST, "no_answer", None)
    assert (kept.triage, kept.contact_attempts) == (Triage.TO_TRIAGE, 3)
    assert (await world.outbox())[-1].payload["to_sergeant"] == "yes"
    with pytest.raises(RefusedError, match="not an outcome"):
        await world.dispatch.log_contact(MIDDLE, "shouted", None)


async def test_cads_list_never_undoes_what_cad_does_not_know_yet(world: DeskWorld) -> None:
    world.act_as(OFFICER)
    world.cad.answer = Delivery(DeliveryState.PENDING)
    await world.dispatch.take(OLDEST)
    await world.dispatch.refresh_from_cad([replace(incident(OLDEST, 5, version=2), place="Kingsmead")])
    kept = await world.store.run(lambda tx: tx.incidents.get(OLDEST))
    assert (kept.state, kept.taken_by, kept.place) == (IncidentState.TAKEN, OFFICER.collar, "Kingsmead")
    await world.dispatch.refresh_from_cad([replace(incident(OLDEST, 5), place="Old news")])
    assert (await world.store.run(lambda tx: tx.incidents.get(OLDEST))).place == "Kingsmead"
    (action,) = await world.cad_actions.pending()
    await world.cad_actions.mark_done(action.id, world.clock.now())
    truth = replace(incident(OLDEST, 5, version=3), state=IncidentState.TAKEN, taken_by=OTHER.collar)
    await world.dispatch.refresh_from_cad([truth])
    assert await world.store.run(lambda tx: tx.incidents.get(OLDEST)) == truth


async def test_the_local_book_waits_for_cads_reference(world: DeskWorld) -> None:
    world.act_as(OFFICER)
    made = await world.dispatch.add_provisional("Theft", 3, "Haverbrook", "1 High St", Person("J. Doe"))
    second = await world.dispatch.add_provisional("Theft", 3, "Haverbrook", "2 High St", Person("K. Doe"))
    assert made.reference.startswith("P1 of ")
    assert second.reference.startswith("P2 of ")
    consultation = await world.dispatch.take(made.reference)
    await world.consultations.send_link(consultation.id)
    assert world.cad.asked == []
    assert await world.cad_actions.pending() == []
    assert [(e.incident.reference, e.officer) for e in await world.local_book.unregistered()] == [
        (made.reference, "2417"),
        (second.reference, "2417"),
    ]
    await world.local_book.mark_conflict(second.reference, "The caller has an open incident.")
    assert len(await world.local_book.unregistered()) == 1
    await world.local_book.mark_registered(made.reference, "201 of 21/11/2026")
    sent = await world.cad_actions.pending()
    assert [(a.incident, a.verb, a.sequence) for a in sent] == [
        ("201 of 21/11/2026", CadVerb.SELF_DISPATCHED, 1),
        ("201 of 21/11/2026", CadVerb.ARRIVED, 2),
    ]
    assert (await world.stored(consultation.id)).incident == "201 of 21/11/2026"
    with pytest.raises(RefusedError):
        await world.local_book.mark_registered(made.reference, "202 of 21/11/2026")
