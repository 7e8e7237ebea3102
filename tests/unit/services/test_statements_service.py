"""Statements with the real store and the real typesetter: kept as typed, frozen once, corrected beside, logged, refused in words."""

import asyncio
import contextlib
import hashlib
import io
from dataclasses import replace
from datetime import date

import pytest
from desk_parts import DISCLOSURE, OFFICER, OTHER, SERGEANT, DeskWorld
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from rvr_console.documents.statement_page import StatementSetter
from rvr_console.documents.statement_policy import read_policy
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import StatementChanged
from rvr_console.domain.statement import SetStatement, Statement, StatementState
from rvr_console.domain.statement_content import (
    BackPage,
    DatesToAvoid,
    Interpreting,
    MedicalConsent,
    PersonalStatement,
    ReadOver,
    StatementContent,
    StatementKind,
    Witness,
)
from rvr_console.domain.statement_store import StatementOrder
from rvr_console.errors import AccessDeniedError, EvidenceError, RefusedError, RvrError
from rvr_console.services.statements import Statements, keep_signed, statement_item
from rvr_console.services.values import CheckState
from rvr_console.storage.store import Store

FULL = StatementContent(
    paragraphs=("I live alone.", "The door was broken."),
    witness=Witness("Hannah Cole", "Nurse", over_18=True),
    unique_reference="46 NM 00155 26",
    taken_by="PC 2417 A. Bennett",
    back=BackPage(
        contact="07700 900371",
        dates=(DatesToAvoid(date(2027, 1, 4), date(2027, 1, 8)),),
        will_attend=True,
        medical=MedicalConsent.YES,
        needs="None",
        personal_statement=PersonalStatement.LATER,
    ),
)


class HeldSetter:
    """The real typesetter, which waits until it may go on."""

    def __init__(self) -> None:
        self._real = StatementSetter(read_policy())
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def set(self, order: StatementOrder) -> SetStatement:
        self._loop.call_soon_threadsafe(self.begun.set)
        asyncio.run_coroutine_threadsafe(self.go_on.wait(), self._loop).result()
        return self._real.set(order)

    def preview(self, order: StatementOrder, pixels_per_inch: float) -> tuple[bytes, ...]:
        return self._real.preview(order, pixels_per_inch)


def service(world: DeskWorld) -> Statements:
    return Statements(world.desk, StatementSetter(read_policy()))


async def draft(world: DeskWorld, content: StatementContent = FULL) -> tuple[Statements, Statement]:
    case = await world.in_call()
    statements = service(world)
    started = await statements.start(case.id, StatementKind.WITNESS)
    return statements, await statements.save(started.id, content)


async def signed_by_hand(world: DeskWorld, statement: Statement) -> None:
    await world.desk.note(lambda work: keep_signed(work, statement.id, len(statement.versions)))


async def test_a_new_draft_knows_what_the_case_knows(world: DeskWorld) -> None:
    case = await world.in_call()
    statements = service(world)
    made = await statements.start(case.id, StatementKind.WITNESS)
    assert made.content.witness.name == "Hannah Cole"
    assert made.content.taken_by == "PC 2417 A. Bennett"
    assert made.content.unique_reference == case.incident
    assert made.content.visually_recorded
    assert made.content.back.contact == "07700 900371"
    assert made.content.witness.over_18 is None
    assert (await world.logged(CustodyAct.STATEMENT_STARTED))[-1].details["kind"] == "witness"
    with pytest.raises(RefusedError, match="already"):
        await statements.start(case.id, StatementKind.WITNESS)
    other = await statements.start(case.id, StatementKind.INTERPRETER)
    assert other.content.witness.name == ""


async def test_the_second_statement_begins_with_the_facts_of_the_first(world: DeskWorld) -> None:
    statements, first = await draft(world)
    second = await statements.start(first.consultation_id, StatementKind.VICTIM_PERSONAL)
    assert (second.content.witness, second.content.back) == (FULL.witness, FULL.back)
    assert second.content.paragraphs == ()


async def test_everything_typed_is_kept_and_read_again_after_a_restart(world: DeskWorld) -> None:
    statements, first = await draft(world)
    odd = (
        "half \ud83d",
        "nul \x00 and bell \x07",
        "हिन्दी 😀 العربية",
        "  spaces  ",
        "I live alone.",
        "I live alone.",
    )
    content = replace(
        FULL, paragraphs=odd, read_over=ReadOver(True, "R"), interpreting=Interpreting("A", "Polish")
    )
    kept = await statements.save(first.id, content)
    assert kept.content == content
    await statements.save(first.id, replace(content, paragraphs=odd[:1]))
    again = await statements.save(first.id, replace(content, paragraphs=odd[:1]))
    assert again.saves == 4  # the first, the whole, the odd, the cut one; the same twice is one
    history = await world.store.run(lambda tx: tx.statements.saves(first.id))
    assert [one.number for one in history] == [1, 2, 3, 4]
    assert history[2].content == content
    world.store.close()
    world.store = store = Store(world.path, bytes(range(32)))
    found = await store.run(lambda tx: tx.statements.get(first.id))
    assert found == again


async def test_freezing_keeps_bytes_places_and_an_entry_that_binds_them(world: DeskWorld) -> None:
    statements, first = await draft(world)
    frozen = await statements.freeze(first.id)
    version = frozen.versions[0]
    assert frozen.state is StatementState.FROZEN
    assert version.content == FULL
    pdf = await statements.open_pdf(first.id, 1, "To check")
    assert hashlib.sha256(pdf).hexdigest() == version.sha256
    entry = (await world.logged(CustodyAct.STATEMENT_FROZEN))[-1]
    assert entry.subject == first.consultation_id
    assert entry.details["sha256"] == version.sha256
    assert entry.details["pages"] == str(version.pages)
    assert entry.details["saves"] == "2"
    assert not any("Hannah" in value or "door" in value for value in entry.details.values())
    assert [event.statement.state for event in world.sink.of(StatementChanged)][-1] is StatementState.FROZEN
    assert {place.page for place in version.places} == set(range(version.pages))


async def test_a_frozen_text_is_not_saved_over_and_a_correction_keeps_both(world: DeskWorld) -> None:
    statements, first = await draft(world)
    await statements.freeze(first.id)
    with pytest.raises(RefusedError, match="frozen"):
        await statements.save(first.id, replace(FULL, paragraphs=("Other.",)))
    before = await statements.open_pdf(first.id, 1, "To compare")
    with pytest.raises(RefusedError, match="reason"):
        await statements.correct(first.id, " ")
    reopened = await statements.correct(first.id, "The door was green.")
    assert (reopened.state, reopened.content, reopened.correction) == (
        StatementState.DRAFT,
        FULL,
        "The door was green.",
    )
    with pytest.raises(RefusedError):
        await signed_by_hand(world, reopened)  # it may no longer be shown or signed
    await statements.save(first.id, replace(FULL, paragraphs=("The door was green.",)))
    second = await statements.freeze(first.id)
    assert [one.number for one in second.versions] == [1, 2]
    assert await statements.open_pdf(first.id, 1, "Disclosure") == before
    log = await world.logged(CustodyAct.STATEMENT_CORRECTED)
    assert "green" not in str(log[-1].details)


async def test_a_signed_version_is_signed_for_ever(world: DeskWorld) -> None:
    statements, first = await draft(world)
    frozen = await statements.freeze(first.id)
    await signed_by_hand(world, frozen)
    done = (await statements.of_consultation(first.consultation_id))[0]
    assert (done.state, done.signed) == (StatementState.SIGNED, (1,))
    with pytest.raises(RefusedError):
        await signed_by_hand(world, frozen)
    again = await statements.correct(first.id, "Wrong day.")
    assert (again.state, again.signed) == (StatementState.DRAFT, (1,))
    assert (await world.logged(CustodyAct.STATEMENT_SIGNED))[-1].details["sha256"] == frozen.versions[
        0
    ].sha256


async def test_what_is_missing_or_cannot_be_set_is_refused_and_kept(world: DeskWorld) -> None:
    statements, first = await draft(world, replace(FULL, back=replace(FULL.back, dates=(), no_dates=False)))
    with pytest.raises(RefusedError, match="Dates to avoid"):
        await statements.freeze(first.id)
    await statements.save(first.id, replace(FULL, paragraphs=("cuneiform 𒀀",)))
    with pytest.raises(RefusedError, match="U\\+12000"):
        await statements.freeze(first.id)
    kept = (await statements.of_consultation(first.consultation_id))[0]
    assert (kept.state, kept.content.paragraphs) == (StatementState.DRAFT, ("cuneiform 𒀀",))
    assert await world.logged(CustodyAct.STATEMENT_FROZEN) == []


async def test_a_text_that_changes_while_it_is_set_is_not_frozen(world: DeskWorld) -> None:
    _, first = await draft(world)
    held = HeldSetter()
    statements = Statements(world.desk, held)
    freezing = asyncio.ensure_future(statements.freeze(first.id))
    await held.begun.wait()
    await statements.save(first.id, replace(FULL, paragraphs=("Changed.",)))
    held.go_on.set()
    with pytest.raises(RefusedError, match="changed while"):
        await freezing
    kept = (await statements.of_consultation(first.consultation_id))[0]
    assert (kept.state, kept.content.paragraphs) == (StatementState.DRAFT, ("Changed.",))


async def test_exhibits_that_are_not_on_the_list_are_refused(world: DeskWorld) -> None:
    content = replace(FULL, paragraphs=("I produce it as HC/1.",), exhibits=("HC/1",))
    statements, first = await draft(world, content)
    with pytest.raises(RefusedError, match="no HC/1"):
        await statements.freeze(first.id)


async def test_only_the_own_officer_writes_and_readers_are_logged_with_a_purpose(world: DeskWorld) -> None:
    statements, first = await draft(world)
    await statements.freeze(first.id)
    for user in (OTHER, DISCLOSURE):
        world.act_as(user)
        with pytest.raises(AccessDeniedError):
            await statements.correct(first.id, "why")
        with pytest.raises(AccessDeniedError):
            await statements.open_pdf(first.id, 1, "Curious")
        with pytest.raises(AccessDeniedError):
            await statements.history(first.id)
        with pytest.raises(AccessDeniedError):
            await statements.read_version(first.id, 1, "Curious")
    assert len(await world.logged(CustodyAct.ACCESS_DENIED)) == 8
    world.act_as(SERGEANT)
    with pytest.raises(RefusedError, match="purpose"):
        await statements.open_pdf(first.id, 1, " ")
    front = await statements.open_pdf(first.id, 1, "Review")
    back = await statements.open_pdf(first.id, 1, "Review", back=True)
    assert front != back
    assert [entry.purpose for entry in await world.logged(CustodyAct.STATEMENT_READ)] == ["Review", "Review"]
    world.act_as(OFFICER)
    with pytest.raises(RefusedError):
        await statements.save("nothing", FULL)


async def test_the_back_page_is_for_officer_and_sergeant_not_for_disclosure(world: DeskWorld) -> None:
    """A disclosure officer who was given the case reads its pages, and never where the witness lives."""
    statements, first = await draft(world)
    await statements.freeze(first.id)
    await world.store.run(lambda tx: tx.consultations.assign(first.consultation_id, DISCLOSURE.collar))
    world.act_as(DISCLOSURE)
    assert (await statements.open_pdf(first.id, 1, "Schedule")).startswith(b"%PDF")
    with pytest.raises(AccessDeniedError):
        await statements.open_pdf(first.id, 1, "Schedule", back=True)
    (denied,) = await world.logged(CustodyAct.ACCESS_DENIED)
    assert (denied.actor, denied.subject) == (DISCLOSURE.collar, first.id)
    for user in (OFFICER, SERGEANT):
        world.act_as(user)
        pdf = await statements.open_pdf(first.id, 1, "File for the prosecutor", back=True)
        assert "07700 900371" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    said = [(entry.actor, entry.details["back"]) for entry in await world.logged(CustodyAct.STATEMENT_READ)]
    assert said == [(DISCLOSURE.collar, "no"), (OFFICER.collar, "yes"), (SERGEANT.collar, "yes")]


async def test_the_database_itself_refuses_changes_and_a_changed_pdf_is_told(world: DeskWorld) -> None:
    statements, first = await draft(world)
    await statements.freeze(first.id)
    for table in ("statements", "statement_paragraphs", "statement_saves", "statement_versions"):
        for act in (f"DELETE FROM {table}", f"UPDATE {table} SET statement_id = 'x'"):
            with pytest.raises((DatabaseError, RvrError)):
                await world.store.run(
                    lambda tx, act=act: tx._connection.execute(
                        text(act.replace("statements SET statement_id", "statements SET id"))
                    )
                )

    def forge(tx) -> None:
        tx._connection.execute(text("DROP TRIGGER statement_versions_no_UPDATE"))
        tx._connection.execute(text("UPDATE statement_versions SET pdf = x'25'"))

    await world.store.run(forge)
    with pytest.raises(EvidenceError, match="digest"):
        await statements.open_pdf(first.id, 1, "To check")


async def test_the_line_of_still_to_do(world: DeskWorld) -> None:
    assert statement_item([]).state is CheckState.NOT_STARTED
    statements, first = await draft(world)
    assert statement_item([first]).words == "Draft, not frozen"
    frozen = await statements.freeze(first.id)
    assert statement_item([frozen]).words == "Version 1, not signed"
    await signed_by_hand(world, frozen)
    listed = await statements.of_consultation(first.consultation_id)
    assert (statement_item(listed).state, statement_item(listed).words) == (CheckState.DONE, "Signed")


async def test_a_preview_needs_nothing_but_the_draft(world: DeskWorld) -> None:
    statements, first = await draft(world, StatementContent(paragraphs=("Only this.",)))
    pages = await statements.preview(first, 40)
    assert len(pages) == 1
    assert pages[0].startswith(b"\x89PNG")


@pytest.mark.slow
async def test_fifty_thousand_words_are_stored_and_frozen_while_the_screen_goes_on(world: DeskWorld) -> None:
    words = [f"word{number}" for number in range(50_000)]
    long = replace(FULL, paragraphs=tuple(" ".join(words[at : at + 100]) for at in range(0, 50_000, 100)))
    statements, first = await draft(world, long)
    stalls: list[float] = []
    done = asyncio.Event()

    async def watch() -> None:
        clock = asyncio.get_running_loop().time
        while not done.is_set():
            before = clock()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), 0.01)
            stalls.append(clock() - before)

    watching = asyncio.ensure_future(watch())
    await statements.save(first.id, replace(long, paragraphs=(*long.paragraphs, "One more.")))
    frozen = await statements.freeze(first.id)
    done.set()
    await watching
    assert max(stalls) < 0.5  # the loop is the screen's
    assert len(stalls) > 20
    version = frozen.versions[0]
    pdf = await statements.open_pdf(first.id, 1, "To check")
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == version.pages > 80
    assert f"of {version.pages} pages signed by me" in version.declaration
    last = reader.pages[-1].extract_text()
    assert "One more." in last
    assert f"Page {version.pages} of {version.pages}" in last
