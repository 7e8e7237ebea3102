from dataclasses import replace
from datetime import timedelta

import pytest
from desk_parts import OFFICER, OLDEST, OTHER, SECRET, SERGEANT, DeskWorld

from rvr_console.domain.cad import CadVerb, DeliveryState
from rvr_console.domain.consultation import (
    SAFETY_QUESTIONS,
    Consent,
    ConsultationState,
    LinkState,
)
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import ConsultationChanged
from rvr_console.domain.incident import IncidentState
from rvr_console.errors import AccessDeniedError, RefusedError
from rvr_console.services.values import CheckState


async def test_sending_the_link_sets_arrived_in_the_same_act(world: DeskWorld) -> None:
    taken = await world.taken()
    before = len(await world.log())
    link = await world.consultations.send_link(taken.id)
    assert link.secret == SECRET
    assert link.url("https://video.force.example/") == f"https://video.force.example/#{SECRET}"
    assert link.read_out == "7k3m q9tx w2hd 5rvn 8ecj 4p6s ab"
    assert SECRET not in repr(link)
    assert (link.epoch, link.device) == (1, "")
    stored = await world.stored(taken.id)
    assert (stored.link, stored.epoch) == (LinkState.ISSUED, 1)
    assert [(a.verb, a.sequence) for a in await world.outbox()][-1] == (CadVerb.ARRIVED, 2)
    acts = [entry.act for entry in (await world.log())[before:]]
    assert acts == [CustodyAct.CAD_ACT, CustodyAct.LINK_ISSUED]


async def test_an_open_link_is_the_same_link_and_a_closed_one_is_made_anew(world: DeskWorld) -> None:
    taken = await world.taken()
    first = await world.consultations.send_link(taken.id)
    again = await world.consultations.send_link(taken.id)
    assert again == first
    assert len(await world.logged(CustodyAct.LINK_ISSUED)) == 1
    await world.consultations.link_state(taken.id, LinkState.EXPIRED)
    anew = await world.consultations.send_link(taken.id)
    assert anew.epoch == 2


async def test_the_link_moves_only_as_its_table_allows_and_keeps_its_history(world: DeskWorld) -> None:
    taken = await world.taken()
    with pytest.raises(RefusedError, match="No link"):
        await world.consultations.link_state(taken.id, LinkState.WAITING)
    await world.consultations.send_link(taken.id)
    with pytest.raises(RefusedError, match="cannot become live"):
        await world.consultations.link_state(taken.id, LinkState.LIVE)
    path = [
        LinkState.WAITING,
        LinkState.LIVE,
        LinkState.DROPPED,
        LinkState.LIVE,
        LinkState.LIVE,
        LinkState.CLOSED,
    ]
    for state in path:
        await world.consultations.link_state(taken.id, state)
    with pytest.raises(RefusedError):
        await world.consultations.link_state(taken.id, LinkState.LIVE)
    stored = await world.stored(taken.id)
    assert [step.state.value for step in stored.link_history] == [
        "issued", "waiting", "live", "dropped", "live", "closed",
    ]  # fmt: skip


async def test_after_a_restart_the_open_call_is_found_with_secret_device_and_new_epoch(
    world: DeskWorld,
) -> None:
    call = await world.in_call()
    await world.consultations.admit(call.id, "device-fingerprint")
    assert await world.consultations.next_epoch(call.id) == 2
    again = DeskWorld(world.path, store=world.store)
    again.act_as(OFFICER)
    (record,) = await again.consultations.for_restart()
    assert (record.consultation.id, record.incident.reference) == (call.id, OLDEST)
    assert (record.link.secret, record.link.device, record.link.epoch) == (SECRET, "device-fingerprint", 2)
    assert [r.evidence_id for r in record.recordings] == ["EV-2026-0001"]
    await again.consultations.end(call.id)
    assert await again.consultations.for_restart() == []
    assert len(await again.consultations.links_to_close()) == 1
    await again.consultations.submit(call.id, "18", ["RVR1"])
    again.act_as(None)
    assert len(await again.consultations.links_to_close()) == 1, "handed in, signed out: still to be closed"
    await again.consultations.link_state(call.id, LinkState.CLOSED)
    assert await again.consultations.links_to_close() == []
    again.act_as(OTHER)
    assert await again.consultations.for_restart() == []


async def test_every_change_is_stored_as_it_is_made(world: DeskWorld) -> None:
    taken = await world.taken()
    with pytest.raises(RefusedError):
        await world.consultations.answer_safety(taken.id, "favourite_colour", "blue")
    await world.consultations.answer_safety(taken.id, "alone", " Yes, sister is due at 15:00 ")
    await world.consultations.answer_safety(taken.id, "safe_place", "Yes")
    await world.consultations.answer_safety(taken.id, "safe_place", "")
    await world.consultations.confirm_location(taken.id, "14 Alder Court", "said_aloud")
    await world.consultations.add_note(taken.id, "Calm, speaks freely")
    await world.consultations.add_note(taken.id, "Door frame split", 61_000_000)
    stored = await world.stored(taken.id)
    assert stored.safety == {"alone": "Yes, sister is due at 15:00"}
    assert (stored.location, stored.location_source) == ("14 Alder Court", "said_aloud")
    assert [(n.text, n.offset_us) for n in stored.notes] == [
        ("Calm, speaks freely", None),
        ("Door frame split", 61_000_000),
    ]
    assert world.sink.of(ConsultationChanged)[-1].consultation == stored
    with pytest.raises(RefusedError, match="empty"):
        await world.consultations.add_note(taken.id, "  ")
    text = " ".join(str(entry.details) for entry in await world.log())
    assert "sister" not in text, "the log names the act, not the victim's words"


async def test_a_change_made_from_an_old_copy_is_refused_and_the_newer_one_stays(world: DeskWorld) -> None:
    old = await world.taken()
    newer = await world.consultations.add_note(old.id, "First")
    assert newer.version == old.version + 1
    with pytest.raises(RefusedError, match="changed elsewhere"):
        await world.store.run(lambda tx: tx.consultations.replace(replace(old, location="Elsewhere")))
    assert await world.stored(old.id) == newer


async def test_the_checklist_has_eight_lines_that_follow_the_work(world: DeskWorld) -> None:
    call = await world.in_call()
    items = {item.key: item for item in await world.consultations.checklist(call.id)}
    assert list(items) == [
        "safety", "risk", "needs", "evidence", "notes", "statement", "safeguarding", "cad",
    ]  # fmt: skip
    assert (items["safety"].state, items["safety"].words) == (CheckState.NOT_STARTED, "0 of 8 answered")
    assert (items["evidence"].state, items["evidence"].words) == (CheckState.UNDER_WAY, "Recording")
    assert items["cad"].words == "Arrived waiting for CAD"
    for question in SAFETY_QUESTIONS:
        await world.consultations.answer_safety(call.id, question, "Yes")
    await world.consultations.add_note(call.id, "A note")
    await world.recordings.closed("EV-2026-0001")
    for action in await world.cad_actions.pending():
        await world.cad_actions.mark_done(action.id, world.clock.now())
    items = {item.key: item for item in await world.consultations.checklist(call.id)}
    assert (items["safety"].state, items["safety"].words) == (CheckState.DONE, "8 of 8 answered")
    assert items["evidence"].words == "1 recording sealed"
    assert items["notes"].words.startswith("Stored ")
    assert (items["cad"].state, items["cad"].words[:8]) == (CheckState.DONE, "Arrived ")


async def test_no_answer_gives_the_incident_back_with_the_next_safe_time(world: DeskWorld) -> None:
    taken = await world.taken()
    later = world.clock.now() + timedelta(hours=3)
    ended = await world.consultations.contact_attempt(taken.id, "no_answer", later)
    assert ended.state is ConsultationState.ENDED
    back = await world.store.run(lambda tx: tx.incidents.get(OLDEST))
    assert (back.state, back.taken_by, back.next_contact_at) == (IncidentState.WAITING, None, later)
    assert (await world.outbox())[-1].payload["release"] == "yes"
    assert await world.consultations.my_consultations() == []
    world.clock.forward(hours=3)
    assert (await world.dispatch.take(OLDEST)).id != taken.id


async def test_converting_sends_somebody_and_keeps_the_link(world: DeskWorld) -> None:
    call = await world.in_call()
    await world.consultations.confirm_location(call.id, "Behind the shed", "said_aloud")
    converted = await world.consultations.convert_to_attendance(call.id, "")
    assert converted.converted
    assert converted.link is LinkState.LIVE
    act = (await world.outbox())[-1]
    assert (act.verb, act.payload["place"]) == (CadVerb.CONVERTED, "Behind the shed")
    await world.consultations.end(call.id)
    await world.consultations.submit(call.id, "18", ["RVR1"])
    assert CadVerb.CLOSED not in [a.verb for a in await world.outbox()]


async def test_submitting_hands_the_resource_back_and_closes(world: DeskWorld) -> None:
    call = await world.in_call()
    with pytest.raises(RefusedError, match="End the call first"):
        await world.consultations.submit(call.id, "18", ["RVR1"])
    await world.consultations.end(call.id)
    with pytest.raises(RefusedError, match="result code"):
        await world.consultations.submit(call.id, "18", [" "])
    done = await world.consultations.submit(call.id, "18", ["RVR1", "RVR9"])
    assert done.state is ConsultationState.SUBMITTED
    assert [(a.verb.value, a.sequence, a.payload) for a in (await world.outbox())[2:]] == [
        ("resourced_back", 3, {"code": "18"}),
        ("result_codes", 4, {"codes": "RVR1, RVR9"}),
        ("closed", 5, {"reason": "18"}),
    ]
    with pytest.raises(RefusedError, match="has ended"):
        await world.consultations.answer_safety(call.id, "alone", "Yes")
    with pytest.raises(RefusedError):
        await world.consultations.submit(call.id, "18", ["RVR1"])


async def test_the_log_line_for_cad_is_pending_until_cad_has_it(world: DeskWorld) -> None:
    taken = await world.taken()
    sent = await world.cad_actions.log_update(taken.id, "Victim safe at neighbour's")
    assert (sent.verb, sent.state) == (CadVerb.LOG_UPDATE, DeliveryState.PENDING)
    assert sent in await world.cad_actions.for_incident(OLDEST)


async def test_a_sergeant_reads_the_teams_case_and_another_officer_does_not(world: DeskWorld) -> None:
    taken = await world.taken()
    world.act_as(SERGEANT)
    assert (await world.consultations.get(taken.id)).id == taken.id
    world.act_as(OTHER)
    with pytest.raises(AccessDeniedError):
        await world.consultations.get(taken.id)
    denied = await world.logged(CustodyAct.ACCESS_DENIED)
    assert [(entry.actor, entry.subject) for entry in denied] == [(OTHER.collar, taken.id)]


async def test_consent_refused_needs_the_officers_reason(world: DeskWorld) -> None:
    taken = await world.taken()
    with pytest.raises(RefusedError, match="reason"):
        await world.recordings.consent(taken.id, Consent.REFUSED_RECORDED)
    kept = await world.recordings.consent(taken.id, Consent.REFUSED_NOT_RECORDED, "Distressed; notes instead")
    assert (kept.consent, kept.consent_reason) == (Consent.REFUSED_NOT_RECORDED, "Distressed; notes instead")
