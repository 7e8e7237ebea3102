"""Who may call what: every role against every act of the services, written out by hand and not read from the table."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from desk_parts import (
    ADMIN,
    AUDITOR,
    DISCLOSURE,
    EVIDENCE,
    MIDDLE,
    OFFICER,
    OTHER,
    OTHER_SERGEANT,
    PASSWORD,
    SERGEANT,
    UNTRIAGED,
    DeskWorld,
)

from rvr_console.domain.access import Act, Relation, Role, User, allows
from rvr_console.domain.cad import CadAction
from rvr_console.domain.consultation import Consent
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.incident import Person
from rvr_console.domain.repositories import ReviewOutcome
from rvr_console.errors import AccessDeniedError, KnownError
from rvr_console.services.consultations import Consultations
from rvr_console.services.recordings import Recordings

EVERYBODY = {u.collar: u for u in (OFFICER, OTHER, SERGEANT, OTHER_SERGEANT, DISCLOSURE, ADMIN, AUDITOR)}
DESKS = {OFFICER.collar, OTHER.collar, SERGEANT.collar, OTHER_SERGEANT.collar}
SERGEANTS = {SERGEANT.collar, OTHER_SERGEANT.collar}
OWN = {OFFICER.collar}
CASE = {
    OFFICER.collar,
    SERGEANT.collar,
    DISCLOSURE.collar,
}  # own, team's sergeant, assigned disclosure officer
NEW = User("9999", "N. New", "PC", Role.OFFICER)

Call = Callable[[DeskWorld, str], Awaitable[object]]
MATRIX: dict[str, tuple[set[str], Call]] = {
    "list_incidents": (DESKS, lambda w, _: w.dispatch.list_incidents()),
    "take": (DESKS, lambda w, _: w.dispatch.take(MIDDLE)),
    "take_next": (DESKS, lambda w, _: w.dispatch.take_next()),
    "log_contact": (DESKS, lambda w, _: w.dispatch.log_contact(MIDDLE, "no_answer", None)),
    "add_provisional": (DESKS, lambda w, _: w.dispatch.add_provisional("Theft", 3, "", "", Person("A"))),
    "for_incident": (DESKS, lambda w, _: w.cad_actions.for_incident(MIDDLE)),
    "officers": (SERGEANTS, lambda w, _: w.dispatch.officers()),
    "triage": (SERGEANTS, lambda w, _: w.dispatch.triage(UNTRIAGED, suitable=True, reason="")),
    "allocate": (SERGEANTS, lambda w, _: w.dispatch.allocate(MIDDLE, OTHER.collar)),
    "get": (CASE, lambda w, c: w.consultations.get(c)),
    "checklist": (CASE, lambda w, c: w.consultations.checklist(c)),
    "of_consultation": (CASE, lambda w, c: w.recordings.of_consultation(c)),
    "answer_safety": (OWN, lambda w, c: w.consultations.answer_safety(c, "alone", "Yes")),
    "confirm_location": (OWN, lambda w, c: w.consultations.confirm_location(c, "Here", "officer")),
    "add_note": (OWN, lambda w, c: w.consultations.add_note(c, "Note")),
    "contact_attempt": (OWN, lambda w, c: w.consultations.contact_attempt(c, "no_answer", None)),
    "send_link": (OWN, lambda w, c: w.consultations.send_link(c)),
    "link_details": (OWN, lambda w, c: w.consultations.link_details(c)),
    "admit": (OWN, lambda w, c: w.consultations.admit(c, "device")),
    "refuse_second_device": (OWN, lambda w, c: w.consultations.refuse_second_device(c, "device")),
    "convert": (OWN, lambda w, c: w.consultations.convert_to_attendance(c, "Danger")),
    "end": (OWN, lambda w, c: w.consultations.end(c)),
    "log_update": (OWN, lambda w, c: w.cad_actions.log_update(c, "Line")),
    "announced": (OWN, lambda w, c: w.recordings.announced(c)),
    "consent": (OWN, lambda w, c: w.recordings.consent(c, Consent.AGREED)),
    "marker": (OWN, lambda w, _: w.recordings.marker(EVIDENCE, 1, 5)),
    "view": (CASE, lambda w, _: w.recordings.view(EVIDENCE, "Why")),
    "save_copy": (CASE, lambda w, _: w.recordings.save_copy(EVIDENCE, "Why", Path("x"))),
    "list_for_review": (
        DESKS | {DISCLOSURE.collar},
        lambda w, _: w.recordings.list_for_review(),
    ),
    "list_waiting": (SERGEANTS, lambda w, _: w.review.list_waiting()),
    "custody_of_case": (CASE | {AUDITOR.collar}, lambda w, c: w.custody.for_subject(c)),
    "custody_of_recording": (CASE | {AUDITOR.collar}, lambda w, _: w.custody.for_subject(EVIDENCE)),
    "custody_of_queue": ({AUDITOR.collar}, lambda w, _: w.custody.for_subject(MIDDLE)),
    "verify_custody": (set(EVERYBODY), lambda w, _: w.custody.verify()),
    "create_account": ({ADMIN.collar}, lambda w, _: w.sign_in.create_account(NEW, "West", PASSWORD)),
}


async def _case(world: DeskWorld) -> str:
    call = await world.in_call()
    await world.store.run(lambda tx: tx.consultations.assign(call.id, DISCLOSURE.collar))
    return call.id


@pytest.mark.parametrize("name", MATRIX)
async def test_every_role_against_every_act(world: DeskWorld, name: str) -> None:
    allowed, call = MATRIX[name]
    consultation_id = await _case(world)
    # The denied first: an allowed act may end the case.
    for collar in sorted(EVERYBODY, key=lambda c: (c in allowed, c)):
        world.act_as(EVERYBODY[collar])
        before = await world.log()
        if collar in allowed:
            try:
                await call(world, consultation_id)
            except AccessDeniedError:
                pytest.fail(f"{collar} may {name} but was denied")
            except KnownError:
                assert collar != min(allowed), "the first to do it finds nothing in the way"
        else:
            with pytest.raises(AccessDeniedError):
                await call(world, consultation_id)
            (denied,) = (await world.log())[len(before) :]
            assert (denied.act, denied.actor) == (CustodyAct.ACCESS_DENIED, collar)


async def test_review_is_for_the_teams_sergeant_only(world: DeskWorld) -> None:
    done = await world.submitted()
    await world.store.run(lambda tx: tx.consultations.assign(done.id, DISCLOSURE.collar))
    for user in (OFFICER, OTHER, OTHER_SERGEANT, DISCLOSURE, ADMIN, AUDITOR):
        world.act_as(user)
        with pytest.raises(AccessDeniedError):
            await world.review.record(done.id, ReviewOutcome.D, "Type 18; told by phone")
    for user in (OTHER, SERGEANT, OTHER_SERGEANT, DISCLOSURE, ADMIN, AUDITOR):
        world.act_as(user)
        with pytest.raises(AccessDeniedError):
            await world.consultations.submit(done.id, "18", ["RVR1"])
    world.act_as(SERGEANT)
    await world.review.record(done.id, ReviewOutcome.D, "Type 18; told by phone")


def test_no_public_act_on_a_case_is_missing_from_the_matrix() -> None:
    """Reports of the program itself and reads of the person's own list are named here; everything else is in the matrix."""
    program = {"link_state", "call_secured", "next_epoch"}
    own_list = {"my_consultations", "open_consultations", "for_restart", "links_to_close"}
    elsewhere = {"submit"}
    wording = {"safety_words"}  # of no case
    recorder = {
        "started", "segment_started", "add_envelope", "head", "gap", "paused", "resumed", "segment_closed",
        "closed", "fault", "recovered", "verified", "copy_not_made", "last_head",
    }  # fmt: skip
    renamed = {"convert_to_attendance": "convert"}
    for service in (Consultations, Recordings):
        public = {n for n in vars(service) if not n.startswith("_")}
        for name in public - program - own_list - elsewhere - wording - recorder:
            assert renamed.get(name, name) in MATRIX, name


def test_nobody_alters_the_log_or_deletes_a_recording() -> None:
    for role in Role:
        for stands in Relation:
            assert not allows(role, Act.ALTER_CUSTODY, stands)
            assert not allows(role, Act.DELETE_RECORDING, stands)


@pytest.mark.parametrize("place", ["custody", "outbox"])
async def test_an_act_is_kept_whole_or_not_at_all(
    world: DeskWorld, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    from rvr_console.storage.custody_repository import SqlCustody
    from rvr_console.storage.outbox import SqlOutbox

    taken = await world.taken()
    before = (await world.stored(taken.id), await world.outbox(), await world.log())
    world.sink.seen.clear()

    class PowerCutError(Exception):
        pass

    def fail(*_args: object, **_named: object) -> CadAction:
        raise PowerCutError

    owner = SqlCustody if place == "custody" else SqlOutbox
    name = "append" if place == "custody" else "add"
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, fail)
        with pytest.raises(PowerCutError):
            await world.consultations.send_link(taken.id)
        with pytest.raises(PowerCutError):
            await world.consultations.convert_to_attendance(taken.id, "Danger")
    assert (await world.stored(taken.id), await world.outbox(), await world.log()) == before
    assert await world.store.run(lambda tx: tx.links.get(taken.id)) is None
    assert world.sink.seen == []
    await world.consultations.send_link(taken.id)
