"""Forms over a real store: every act is kept with its custody entry, in which no word of the victim stands."""

from dataclasses import replace

import pytest
from desk_parts import MIDDLE, OFFICER, OLDEST, OTHER, OTHER_SERGEANT, SERGEANT, DeskWorld, incident
from form_parts import NOTICE, RISK, FixedPacks

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import FormChanged
from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.form import Criterion, CriterionKind, FormState
from rvr_console.domain.incident import Flag
from rvr_console.domain.policy import Choice
from rvr_console.domain.safeguarding import ReferralBasis
from rvr_console.errors import AccessDeniedError, EvidenceError, RefusedError, StorageError
from rvr_console.packs.policy_files import load_policies
from rvr_console.services.forms import Forms
from rvr_console.services.safeguarding import Safeguarding

FORM_ACTS = [act for act in CustodyAct if act.value.startswith(("form_", "grade_"))]
CANARY = "He said he would burn the house down"


class FormWorld(DeskWorld):
    def __init__(self, path) -> None:
        super().__init__(path)
        self.place = RecordingMoment("EV-1", 1, 754_000_000)
        self.packs = FixedPacks()
        self.forms = Forms(self.desk, self.packs, lambda _cid: self.place)

    async def answered(self, form_id: str, yes: int, others: str = "no") -> None:
        for number in range(1, 28):
            await self.forms.answer(form_id, f"q{number}", "yes" if number <= yes else others)
        await self.forms.answer(form_id, "s1", "no")


@pytest.fixture
async def world(tmp_path):
    made = FormWorld(tmp_path / "console.db")
    await made.fill()
    yield made
    made.store.close()


@pytest.fixture
async def risk(world):
    taken = await world.taken()
    return await world.forms.start(taken.id, "risk")


async def test_a_form_is_not_read_with_another_wording_than_it_was_begun_with(world, risk):
    world.packs.packs = ()  # this desk does not have the version any more
    await Forms(world.desk, world.packs, lambda _cid: None).of_consultation(risk.form.consultation_id)

    def exchanged(tx) -> None:
        run = tx.forms._connection.exec_driver_sql
        run("DROP TRIGGER form_packs_no_UPDATE")
        run("UPDATE form_packs SET text = ?", (NOTICE.text,))

    await world.store.run(exchanged)
    with pytest.raises(EvidenceError, match="not the one"):
        await Forms(world.desk, world.packs, lambda _cid: None).of_consultation(risk.form.consultation_id)


async def test_an_answer_is_kept_with_its_place_in_the_recording_and_a_custody_entry_without_its_words(
    world, risk
):
    opened = await world.forms.answer(risk.form.id, "q3", "yes", CANARY)
    answer = opened.form.answers["q3"]
    assert (answer.value, answer.comment, answer.segment, answer.offset_us) == ("yes", CANARY, 1, 754_000_000)
    assert answer.by == OFFICER.collar
    (entry,) = await world.logged(CustodyAct.FORM_ANSWERED)
    assert entry.subject == opened.form.consultation_id
    assert (entry.details["item"], entry.details["offset_us"]) == ("q3", "754000000")
    assert len(entry.details["sha256"]) == 64
    assert world.sink.of(FormChanged)[-1].form == opened.form
    for one in await world.log():
        assert "burn" not in one.payload.decode()


async def test_the_same_answer_again_is_no_act(world, risk):
    for _ in range(2):
        await world.forms.answer(risk.form.id, "q1", "no")
    assert len(await world.logged(CustodyAct.FORM_ANSWERED)) == 1


async def test_fourteen_yes_are_high_with_the_facts_of_the_referral_and_never_lowered(world, risk):
    await world.answered(risk.form.id, 14)
    opened = (await world.forms.of_consultation(risk.form.consultation_id))[0]
    assert (opened.form_score.counted, opened.form_score.grade) == (14, "high")
    assert "count" in [met.id for met in opened.form_score.criteria]
    with pytest.raises(RefusedError, match="never lowered"):
        await world.forms.raise_grade(risk.form.id, "standard", "He has calmed down")
    assert await world.logged(CustodyAct.GRADE_RAISED) == []
    with pytest.raises(RefusedError, match="needs a reason"):
        await world.forms.answer(risk.form.id, "q1", "no")
    after = await world.forms.answer(risk.form.id, "q1", "no", correction="That was her sister")
    assert (after.form_score.grade, after.form_score.indicative) == ("high", "medium")
    assert after.form.earlier[-1].value == "yes"
    read = (await world.forms.of_consultation(risk.form.consultation_id))[0].form.answers["q1"]
    assert (read.correction, read.was) == ("That was her sister", "high")
    entry = (await world.logged(CustodyAct.FORM_ANSWERED))[-1]
    assert entry.details["indicated_before"] == "high"
    assert "sister" not in str(entry.details)


async def test_a_grade_is_raised_with_a_reason_whose_words_stay_out_of_the_log(world, risk):
    await world.forms.answer(risk.form.id, "q1", "yes")
    with pytest.raises(RefusedError, match="reason"):
        await world.forms.raise_grade(risk.form.id, "high", " ")
    opened = await world.forms.raise_grade(risk.form.id, "high", CANARY)
    assert (opened.form_score.grade, opened.form.judgement.reason) == ("high", CANARY)
    (entry,) = await world.logged(CustodyAct.GRADE_RAISED)
    assert (entry.details["before"], entry.details["grade"]) == ("standard", "high")
    assert "burn" not in entry.payload.decode()


async def test_what_is_open_blocks_completion_unless_a_reason_is_given(world, risk):
    await world.answered(risk.form.id, 5)
    await world.forms.answer(risk.form.id, "q27", "")
    with pytest.raises(RefusedError, match="27"):
        await world.forms.complete(risk.form.id)
    await world.forms.answer(risk.form.id, "q27", "", reason="Prefers not to say")
    done = await world.forms.complete(risk.form.id)
    assert done.form.state is FormState.COMPLETED
    with pytest.raises(RefusedError, match="completed"):
        await world.forms.answer(risk.form.id, "q1", "no")
    again = await world.forms.reopen(risk.form.id, "A date was wrong")
    assert again.form.state is FormState.OPEN
    assert [entry.act for entry in (await world.log())[-2:]] == [
        CustodyAct.FORM_COMPLETED,
        CustodyAct.FORM_REOPENED,
    ]


async def test_a_sergeant_of_the_team_approves_and_nobody_else(world, risk):
    await world.answered(risk.form.id, 14)
    await world.forms.complete(risk.form.id)
    for person in (OFFICER, OTHER, OTHER_SERGEANT):
        world.act_as(person)
        with pytest.raises(AccessDeniedError):
            await world.forms.approve(risk.form.id)
    world.act_as(SERGEANT)
    approved = await world.forms.approve(risk.form.id)
    assert approved.form.approved.by == SERGEANT.collar
    (entry,) = await world.logged(CustodyAct.FORM_APPROVED)
    assert (entry.actor, entry.details["grade"]) == (SERGEANT.collar, "high")


async def test_others_neither_read_nor_fill_in(world, risk):
    world.act_as(OTHER)
    with pytest.raises(AccessDeniedError):
        await world.forms.of_consultation(risk.form.consultation_id)
    with pytest.raises(AccessDeniedError):
        await world.forms.answer(risk.form.id, "q1", "yes")
    assert len(await world.logged(CustodyAct.ACCESS_DENIED)) == 2


async def test_one_form_of_a_pack_and_one_notice_for_each_person(world, risk):
    cid = risk.form.consultation_id
    again = await world.forms.start(cid, "risk")
    assert again.form.id == risk.form.id
    with pytest.raises(RefusedError, match="one person"):
        await world.forms.start(cid, "notice")
    first = await world.forms.start(cid, "notice", "Hannah  Cole")
    same = await world.forms.start(cid, "notice", "hannah cole")
    second = await world.forms.start(cid, "notice", "Ben Cole")
    assert first.form.id == same.form.id != second.form.id
    assert len(await world.logged(CustodyAct.FORM_STARTED)) == 3
    assert "Cole" not in "".join(e.payload.decode() for e in await world.logged(CustodyAct.FORM_STARTED))


async def test_a_form_keeps_the_pack_it_was_begun_with(world, risk):
    newer = replace(RISK, version="2.0", digest="ee" * 32, title="Newer", text='{"id":"newer"}')
    world.packs.packs = (newer, NOTICE)
    fresh = Forms(world.desk, world.packs, lambda _cid: None)
    opened = await fresh.answer(risk.form.id, "q1", "yes")
    assert (opened.pack.version, opened.pack.title) == ("1.2", "DASH structure")
    assert opened.form.answers["q1"].offset_us is None


async def test_nothing_is_filled_in_after_submission(world):
    call = await world.in_call()
    risk = await world.forms.start(call.id, "risk")
    await world.consultations.end(call.id)
    await world.forms.answer(risk.form.id, "q1", "yes")
    await world.consultations.submit(call.id, "18", ["RVR1"])
    with pytest.raises(RefusedError, match="submitted"):
        await world.forms.answer(risk.form.id, "q2", "yes")


async def test_earlier_assessments_of_the_same_person_are_found_and_the_look_is_logged(world, risk):
    await world.answered(risk.form.id, 3)
    await world.consultations.end(risk.form.consultation_id)
    abuse = frozenset({Flag.DOMESTIC_ABUSE})
    await world.dispatch.refresh_from_cad(
        [
            incident(OLDEST, 5, flags=abuse, version=5),
            incident(MIDDLE, 3, flags=abuse, version=5),
            incident("99 of 21/11/2026", 9, flags=abuse),
        ]
    )
    world.act_as(OTHER)
    taken = await world.dispatch.take(MIDDLE)
    (earlier,) = await world.forms.earlier(taken.id)
    assert (earlier.incident, earlier.form_score.yes) == (OLDEST, 3)
    (entry,) = await world.logged(CustodyAct.FORM_VIEWED)
    assert (entry.actor, entry.details["form"]) == (OTHER.collar, risk.form.id)
    begun = await world.forms.start(taken.id, "risk")
    assert len(begun.history.events) == 3
    scored = await world.forms.answer(begun.form.id, "q1", "yes")
    assert [met.id for met in scored.form_score.criteria] == ["escalation"]


async def test_a_referral_sent_in_an_earlier_case_counts_as_repeat_without_being_asked_for(world, risk):
    to = tuple(Choice(key, label) for key, label in (("marac", "MARAC"), ("housing", "Housing service")))
    safeguarding = Safeguarding(world.desk, replace(load_policies().safeguarding, recipients=to))
    case = risk.form.consultation_id
    sent = await safeguarding.refer(case, "marac", ReferralBasis.CONSENT)
    housing = await safeguarding.refer(case, "housing", ReferralBasis.CONSENT)
    await safeguarding.referral_sent(case, housing.id)
    await world.consultations.end(case)
    world.act_as(OTHER)
    taken = await world.dispatch.take(MIDDLE)
    repeat = Criterion("repeat", "Repeat", CriterionKind.REPEAT, 1)
    scoring = replace(RISK.scoring, criteria=(repeat,))
    world.packs.packs = (replace(RISK, scoring=scoring, digest="d9" * 32), NOTICE)
    begun = await world.forms.start(taken.id, "risk")
    assert begun.form_score.criteria == (), "written down, not sent"
    world.act_as(OFFICER)
    await safeguarding.referral_sent(case, sent.id)
    world.act_as(OTHER)
    (read,) = await world.forms.of_consultation(taken.id)
    (met,) = read.form_score.criteria
    assert met.facts == (f"21/11/2026 {OLDEST} MARAC",)
    world.act_as(OFFICER)
    (own,) = await world.forms.of_consultation(case)
    assert own.history.referrals == (), "a case is no repeat of itself"


async def test_what_leaves_the_console_is_logged(world, risk):
    await world.forms.exported(risk.form.id, "pdf", "For the file")
    (entry,) = await world.logged(CustodyAct.FORM_EXPORTED)
    assert (entry.purpose, entry.details["what"]) == ("For the file", "pdf")
    assert set(FORM_ACTS) >= {entry.act}


async def test_a_store_that_fails_keeps_neither_answer_nor_entry(world, risk, monkeypatch):
    from rvr_console.storage.form_repository import SqlForms

    def fails(*_args):
        raise OSError("disk")

    monkeypatch.setattr(SqlForms, "_add_answers", fails)
    with pytest.raises(StorageError):
        await world.forms.answer(risk.form.id, "q1", "yes")
    monkeypatch.undo()
    assert await world.logged(CustodyAct.FORM_ANSWERED) == []
    assert (await world.forms.of_consultation(risk.form.consultation_id))[0].form.answers == {}
