"""Safeguarding over a real store: what is added stays, referrals and clocks, and a disclosure that nothing carries out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk_parts import (
    ADMIN,
    AUDITOR,
    DISCLOSURE,
    OFFICER,
    OLDEST,
    OTHER,
    OTHER_SERGEANT,
    SERGEANT,
    DeskWorld,
    incident,
)

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.form import Answer, Form
from rvr_console.domain.incident import Flag
from rvr_console.domain.safeguarding import ReferralBasis
from rvr_console.errors import AccessDeniedError, RefusedError, StorageError
from rvr_console.packs.pack_registry import PackRegistry, PackSources
from rvr_console.packs.policy_files import load_policies
from rvr_console.services.safeguarding import OutgoingWords, Safeguarding, safeguarding_item
from rvr_console.services.values import CheckState
from rvr_console.services.video_call import VideoCall
from rvr_console.system.durable_file import DurableDisk

SECRET = "He was convicted in 2019 of assault on a former partner."
POLICY = load_policies().safeguarding


@pytest.fixture
def service(world: DeskWorld) -> Safeguarding:
    return Safeguarding(world.desk, POLICY)


async def item(world: DeskWorld, case: str) -> tuple[CheckState, str]:
    class Seen:
        def __init__(self, tx: Any) -> None:
            self.tx = tx

    stored = await world.stored(case)
    line = await world.store.run(lambda tx: safeguarding_item(Seen(tx), stored))  # type: ignore[arg-type]
    return line.state, line.words


async def test_what_was_done_is_kept_and_logged_without_its_words(
    world: DeskWorld, service: Safeguarding
) -> None:
    case = (await world.taken()).id
    assert await item(world, case) == (CheckState.NOT_STARTED, "No advice given yet")
    await service.give_advice(case, "leaving", "Sister has a room")
    await service.give_advice(case, "own", "Code word with the neighbour")
    await service.take_measure(case, "address_marker")
    await service.victim_updated(case, "Told of the next steps")
    file = await service.read(case)
    assert [(one.what, one.words) for one in file.advice] == [
        ("Plan for leaving: bag, papers, where to go", "Sister has a room"),
        ("Code word with the neighbour", ""),
    ]
    assert [one.key for one in file.measures] == ["address_marker"]
    assert await item(world, case) == (CheckState.DONE, "Advice 2, measures 1")
    logged = await world.logged(CustodyAct.SAFEGUARDING_ADDED)
    assert [entry.details["kind"] for entry in logged] == ["advice", "advice", "measure", "victim_updated"]
    assert not any(word in str(logged) for word in ("Sister", "neighbour", "next steps"))
    for table in ("safeguarding_entries", "restricted_records"):
        for statement in (f"UPDATE {table} SET what = ''", f"DELETE FROM {table}"):
            if table == "restricted_records":
                await service.record_disclosure(case, "ask", SECRET)
            with pytest.raises(StorageError, match="never changed"):
                await world.store.run(
                    lambda tx, sql=statement: tx.safeguarding._connection.exec_driver_sql(sql)
                )


async def test_a_referral_has_a_basis_and_is_sent_once(world: DeskWorld, service: Safeguarding) -> None:
    case = (await world.taken()).id
    await service.give_advice(case, "support")
    with pytest.raises(RefusedError, match="without consent"):
        await service.refer(case, "marac", ReferralBasis.WITHOUT_CONSENT, "  ")
    with pytest.raises(RefusedError):
        await service.refer(case, "own", ReferralBasis.CONSENT)
    with pytest.raises(RefusedError):
        await service.refer(case, "tea", ReferralBasis.CONSENT)
    made = await service.refer(case, "marac", ReferralBasis.WITHOUT_CONSENT, "Risk to life")
    declined = await service.refer(case, "idva", ReferralBasis.DECLINED)
    assert await item(world, case) == (CheckState.UNDER_WAY, "1 referral to send")
    world.clock.forward(minutes=9)
    await service.referral_sent(case, made.id)
    for done in (made.id, declined.id, "unknown"):
        with pytest.raises(RefusedError, match="not waiting"):
            await service.referral_sent(case, done)
    first, second = (await service.read(case)).referrals
    assert (first.sent_at, first.entry.reason) == (world.clock.now(), "Risk to life")
    assert not second.open
    assert (await item(world, case))[0] is CheckState.DONE
    (sent,) = await world.logged(CustodyAct.REFERRAL_SENT)
    assert sent.details == {"id": made.id, "to": "marac"}


async def test_the_clocks_run_by_the_policy(world: DeskWorld, service: Safeguarding) -> None:
    case = await world.taken()  # Saturday 21 November 2026, 13:30
    file = await service.read(case.id)
    referral, update = file.clocks
    assert referral.due_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "two days from the report at 08:00"
    assert not file.enhanced
    assert update.due_at.astimezone().date().isoformat() == "2026-11-27"
    await world.dispatch.refresh_from_cad(
        [incident(OLDEST, 5, flags=frozenset({Flag.DOMESTIC_ABUSE}), version=2)]
    )
    file = await service.read(case.id)
    assert file.enhanced
    assert file.clocks[1].due_at.astimezone().date().isoformat() == "2026-11-23"
    assert file.clocks[1].late(file.clocks[1].due_at + timedelta(seconds=1))
    await service.victim_updated(case.id, "Told")
    assert not (await service.read(case.id)).clocks[1].late(world.clock.now() + timedelta(days=90))


async def test_a_disclosure_is_covered_and_each_viewing_is_logged(
    world: DeskWorld, service: Safeguarding
) -> None:
    case = (await world.taken()).id
    for key, text in (("ask", " "), ("tea", SECRET), ("own", SECRET), ("ask", "x" * 20001)):
        with pytest.raises(RefusedError):
            await service.record_disclosure(case, key, text)
    covered = await service.record_disclosure(case, "ask", SECRET)
    assert SECRET not in repr(await service.read(case))
    assert covered.words == 11
    with pytest.raises(RefusedError, match="what you open it for"):
        await service.show_disclosure(case, covered.id, " ")
    assert await service.show_disclosure(case, covered.id, "Told again") == SECRET
    (viewed,) = await world.logged(CustodyAct.RESTRICTED_VIEWED)
    assert (viewed.actor, viewed.purpose, viewed.details) == (
        OFFICER.collar,
        "Told again",
        {"id": covered.id},
    )
    assert "convicted" not in str(await world.log())
    (record,) = await world.store.run(lambda tx: tx.safeguarding.restricted([case]))
    (kept,) = await world.logged(CustodyAct.RESTRICTED_RECORDED)
    assert kept.details["sha256"] == record.digest
    assert "convicted" not in repr(record)

    world.act_as(SERGEANT)
    assert await service.show_disclosure(case, covered.id, "Review") == SECRET
    await world.store.run(lambda tx: tx.consultations.assign(case, DISCLOSURE.collar))
    for user in (OTHER, OTHER_SERGEANT, DISCLOSURE, ADMIN, AUDITOR):
        world.act_as(user)
        with pytest.raises(AccessDeniedError):
            await service.show_disclosure(case, covered.id, "Curious")


@pytest.mark.parametrize("user", [OTHER, SERGEANT, OTHER_SERGEANT, DISCLOSURE, ADMIN, AUDITOR])
async def test_only_the_cases_officer_writes(world: DeskWorld, service: Safeguarding, user: Any) -> None:
    case = (await world.taken()).id
    world.act_as(user)
    for act in (
        lambda: service.give_advice(case, "home"),
        lambda: service.take_measure(case, "alarm"),
        lambda: service.refer(case, "idva", ReferralBasis.CONSENT),
        lambda: service.referral_sent(case, "x"),
        lambda: service.victim_updated(case, "Told"),
        lambda: service.record_disclosure(case, "ask", SECRET),
        lambda: OutgoingWords(world.desk, POLICY).let_out(case, "Hello", "chat"),
    ):
        with pytest.raises(AccessDeniedError):
            await act()


class Chat:
    """Stands for the call: keeps what went out."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send_chat(self, text: str) -> None:
        self.sent.append(text)

    async def open_room(self, _key: object) -> None:
        pass


async def test_a_chat_message_that_carries_a_disclosure_does_not_leave(
    world: DeskWorld, service: Safeguarding
) -> None:
    case, chat = (await world.taken()).id, Chat()
    call = VideoCall(
        world.desk, world.consultations, world.recordings,
        lambda _case, _report: chat, lambda work: work.close(), OutgoingWords(world.desk, POLICY),
    )  # type: ignore[arg-type]  # fmt: skip
    await call.send_link(case)
    await call.send_chat(case, "He was convicted in 2019 of assault")  # nothing is recorded yet
    await service.record_disclosure(case, "know", SECRET)
    chat.sent.clear()
    for message in (SECRET, "… CONVICTED in 2019 of …", "hewasconvictedin2019ofassault"):
        with pytest.raises(RefusedError, match="restricted disclosure") as refused:
            await call.send_chat(case, message)
        assert "convicted" not in refused.value.in_words()
    await call.send_chat(case, "a former")
    with pytest.raises(RefusedError):
        await call.send_chat(case, "partner, assault on a former partner")
    await call.send_chat(case, "Are you somewhere safe?")
    assert chat.sent == ["a former", "Are you somewhere safe?"]
    held = await world.logged(CustodyAct.RESTRICTED_HELD_BACK)
    assert len(held) == 4
    assert {entry.details["channel"] for entry in held} == {"chat"}
    assert "convicted" not in str([entry.details for entry in await world.log()])


async def test_other_channels_are_looked_at_alike(world: DeskWorld, service: Safeguarding) -> None:
    case = (await world.taken()).id
    await service.record_disclosure(case, "know", SECRET)
    outgoing = OutgoingWords(world.desk, POLICY)
    for channel in ("sms", "email"):
        with pytest.raises(RefusedError):
            await outgoing.let_out(case, f"Your link. {SECRET}", channel)
        await outgoing.let_out(case, "Your link", channel)


async def test_the_needs_assessment_gives_enhanced_rights(world: DeskWorld, service: Safeguarding) -> None:
    case = await world.taken()
    pack = PackRegistry(PackSources(), DurableDisk(), world.sink).current("needs", world.clock.now())
    form = Form("f1", case.id, pack.id, pack.version, pack.digest, world.clock.now())
    await world.store.run(lambda tx: tx.forms.add(form, pack))
    assert not (await service.read(case.id)).enhanced
    said = Answer("status", "enhanced", world.clock.now(), OFFICER.collar)
    await world.store.run(lambda tx: tx.forms.replace(replace(form, answers={"status": said})))
    assert (await service.read(case.id)).enhanced
