"""Nothing forgotten: what the policy asks for is done, or said with a reason that the reviewing sergeant sees."""

import pytest
from desk_parts import KEY, OFFICER, OLDEST, SERGEANT, DeskWorld, OneSecret, incident

from rvr_console.domain.consultation import SAFETY_QUESTIONS, Consultation, ConsultationState, LinkState
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.form import PackKind
from rvr_console.domain.incident import Flag
from rvr_console.errors import RefusedError, StorageError
from rvr_console.packs.pack_registry import PackRegistry, PackSources
from rvr_console.packs.policy_files import load_policies
from rvr_console.services.checklist import NOT_NEEDED, Checklist, lacks
from rvr_console.services.consultation_kinds import ConsultationKinds
from rvr_console.services.consultations import Consultations
from rvr_console.services.form_checklist import kind_item, other_forms_item, unfinished
from rvr_console.services.form_reading import OpenForm
from rvr_console.services.forms import Forms
from rvr_console.services.safeguarding import safeguarding_item
from rvr_console.system.durable_file import DurableDisk
from rvr_console.system.key_store import KekSealer

WHY = "Agreed for tomorrow"


async def abused(world: DeskWorld) -> Consultation:
    """A domestic-abuse case whose call has ended; the real policy is in force."""
    checklist = Checklist(load_policies().closing)
    checklist.offer("safeguarding", safeguarding_item)
    world.consultations = Consultations(world.desk, KekSealer(KEY), OneSecret(), checklist=checklist)
    await world.dispatch.refresh_from_cad(
        [incident(OLDEST, 5, flags=frozenset({Flag.DOMESTIC_ABUSE}), version=2)]
    )
    world.ask_first = SAFETY_QUESTIONS
    call = await world.in_call()
    await world.recordings.closed("EV-2026-0001")
    await world.consultations.add_note(call.id, "Seen")
    await world.consultations.end(call.id)
    return await world.consultations.link_state(call.id, LinkState.CLOSED)


def kinds(world: DeskWorld) -> ConsultationKinds:
    return ConsultationKinds(world.desk, Checklist(load_policies().closing))


async def missing(world: DeskWorld, case: Consultation) -> list[str]:
    return [item.key for item in await world.consultations.checklist(case.id) if lacks(item)]


async def test_closing_without_needs_a_reason_for_each(world: DeskWorld) -> None:
    case = await abused(world)
    gaps = await missing(world, case)
    assert gaps == ["risk", "needs", "statement", "safeguarding"]
    some = dict.fromkeys(gaps[:3], WHY)
    for reasons in ({}, some, some | {"safeguarding": "  "}):
        with pytest.raises(RefusedError, match="Safeguarding"):
            await world.consultations.submit(case.id, "18", ["RVR1"], reasons)
    assert (await world.stored(case.id)).state is ConsultationState.ENDED
    assert await world.logged(CustodyAct.CLOSED_WITHOUT) == []
    assert not [act for act in await world.outbox() if act.verb.value == "closed"]

    done = await world.consultations.submit(case.id, "18", ["RVR1"], dict.fromkeys(gaps, WHY))
    assert done.state is ConsultationState.SUBMITTED
    logged = await world.logged(CustodyAct.CLOSED_WITHOUT)
    assert [entry.details["item"] for entry in logged] == gaps
    assert not [entry for entry in await world.log() if WHY in str(entry.details)], (
        "words stay out of the log"
    )

    world.act_as(SERGEANT)
    (item,) = await world.review.list_waiting()
    assert {line.item: (line.reason, line.by) for line in item.without} == dict.fromkeys(
        gaps, (WHY, OFFICER.collar)
    )


async def with_forms(world: DeskWorld) -> tuple[Consultation, Forms, ConsultationKinds]:
    """An open case under the real policy, with the bundled forms."""
    checklist = Checklist(load_policies().closing)
    forms = Forms(world.desk, PackRegistry(PackSources(), DurableDisk(), world.sink), lambda _cid: None)
    checklist.offer("risk", kind_item(forms.read_all, PackKind.RISK, "Risk"))
    checklist.offer_other("risk", other_forms_item(forms.read_all, "risk", "Risk"))
    checklist.offer_unfinished(unfinished(forms.read_all, forms.title_of))
    world.consultations = Consultations(world.desk, KekSealer(KEY), OneSecret(), checklist=checklist)
    return await world.taken(), forms, ConsultationKinds(world.desk, checklist)


async def settle_all(forms: Forms, opened: OpenForm) -> None:
    while opened.form_score.missing:
        opened = await forms.answer(opened.form.id, opened.form_score.missing[0], "", reason="Not known")
    await forms.complete(opened.form.id)


async def test_an_account_in_a_search_is_not_closed_without_its_own_form(world: DeskWorld) -> None:
    case, forms, choosing = await with_forms(world)
    await choosing.choose(case.id, "missing_person")
    await world.consultations.add_note(case.id, "Her brother rang")

    async def line() -> tuple[str, str, bool]:
        item = next(one for one in await world.consultations.checklist(case.id) if one.key == "risk")
        return item.state.value, item.words, lacks(item)

    assert await line() == ("not_started", "Account for a missing-person search: not started", True)
    with pytest.raises(RefusedError, match="Risk"):
        await world.consultations.submit(case.id, "18", ["RVR1"], {"evidence": WHY})
    account = await forms.start(case.id, "missing", "Ben Cole")
    assert (await line())[1:] == (
        f"Account for a missing-person search: 0 of {len(account.form_score.missing)} answered",
        True,
    )
    await settle_all(forms, account)
    thrive = await forms.start(case.id, "thrive")
    assert (await line())[2], "one that was begun is finished too, or a reason is given"
    await settle_all(forms, thrive)
    assert (await line())[2] is False


async def test_a_victims_case_needs_its_investigation_record_and_each_notice_that_was_begun(
    world: DeskWorld,
) -> None:
    case, forms, _ = await with_forms(world)
    await world.dispatch.refresh_from_cad(
        [incident(OLDEST, 5, flags=frozenset({Flag.DOMESTIC_ABUSE}), version=5)]
    )

    async def risk_line() -> str:
        items = await world.consultations.checklist(case.id)
        item = next(one for one in items if one.key == "risk")
        return item.words if lacks(item) else ""

    assert await risk_line() == "Not started; Investigation record: not started"
    await settle_all(forms, await forms.start(case.id, "investigation"))
    assert await risk_line() == "Not started"
    notice = await forms.start(case.id, "notice", "Tom Cole")
    assert (await risk_line()).startswith(f"Not started; {notice.pack.title}: 0 of ")


async def test_a_reason_for_what_is_done_is_not_kept(world: DeskWorld) -> None:
    case = await abused(world)
    gaps = await missing(world, case)
    await world.consultations.submit(case.id, "18", ["RVR1"], dict.fromkeys([*gaps, "notes"], WHY))
    kept = await world.store.run(lambda tx: tx.safeguarding.closed_without(case.id))
    assert sorted(line.item for line in kept) == sorted(gaps)
    for statement in ("UPDATE closed_without SET reason = ''", "DELETE FROM closed_without"):
        with pytest.raises(StorageError, match="never changed"):
            await world.store.run(lambda tx, sql=statement: tx.safeguarding._connection.exec_driver_sql(sql))


async def test_the_kind_stays_once_the_consultation_has_ended(world: DeskWorld) -> None:
    case = await abused(world)
    with pytest.raises(RefusedError, match="ended"):
        await kinds(world).choose(case.id, "interpreter")
    assert "risk" in await missing(world, case)


async def test_the_kind_is_chosen_while_the_consultation_is_open(world: DeskWorld) -> None:
    world.consultations = Consultations(
        world.desk, KekSealer(KEY), OneSecret(), checklist=Checklist(load_policies().closing)
    )
    taken = await world.taken()
    with pytest.raises(RefusedError):
        await kinds(world).choose(taken.id, "tea")
    await kinds(world).choose(taken.id, "interpreter")
    await kinds(world).choose(taken.id, "interpreter")
    assert (await world.stored(taken.id)).kind == "interpreter"
    assert [entry.details for entry in await world.logged(CustodyAct.KIND_CHOSEN)] == [
        {"kind": "interpreter"}
    ]
    items = await world.consultations.checklist(taken.id)
    assert [item.key for item in items if item.needed] == ["notes", "cad"]
    assert len(items) == 8
    assert next(item for item in items if item.key == "risk").words == NOT_NEEDED
    await world.consultations.add_note(taken.id, "Spoke Farsi for officers at the door")
    assert (await world.consultations.submit(taken.id, "18", ["RVR1"])).state is ConsultationState.SUBMITTED


async def test_the_link_waits_for_the_safety_questions_or_for_a_reason(world: DeskWorld) -> None:
    world.consultations = Consultations(
        world.desk, KekSealer(KEY), OneSecret(), checklist=Checklist(load_policies().closing)
    )
    taken = await world.taken()
    for reason in ("", "   "):
        with pytest.raises(RefusedError, match="Alone; Safe place"):
            await world.consultations.send_link(taken.id, reason)
    assert (await world.stored(taken.id)).link is None
    assert await world.logged(CustodyAct.LINK_ISSUED) == []
    await world.consultations.send_link(taken.id, "Battery at 4 %")
    await world.consultations.send_link(taken.id)  # told to the person again: no new act
    stored = await world.stored(taken.id)
    assert [note.text.rpartition(". ")[2] for note in stored.notes] == ["Battery at 4 %"]
    (entry,) = await world.logged(CustodyAct.NOTE_WRITTEN)
    assert entry.details["link_before"].split(",") == list(SAFETY_QUESTIONS)
    assert "Battery" not in str(entry.details)
