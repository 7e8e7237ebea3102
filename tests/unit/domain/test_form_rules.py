"""Rules of a form: answers, branches, completion, approval, scoring, grades, criteria with their facts."""

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2]))

from form_samples import COUNTED, OFFICER, SERGEANT, T0, after, sample_form, sample_pack

from rvr_console.domain.form import Answer, Form, FormState, History, PastEvent
from rvr_console.domain.form_rules import (
    answer,
    approve,
    before_of,
    complete,
    corrections_of,
    history_of,
    needs_correction,
    reopen,
)
from rvr_console.domain.form_scoring import grade_of, months_before, raise_grade, score
from rvr_console.domain.form_structure import next_unanswered, open_items, shown_items
from rvr_console.errors import RefusedError

PACK = sample_pack()


def say(form: Form, item: str, value: str, seconds: float = 1, **more: str) -> Form:
    return answer(PACK, form, Answer(item, value, after(seconds), more.pop("by", OFFICER), **more))


def with_yes(count: int) -> Form:
    form = sample_form(PACK)
    for number in COUNTED:
        form = say(form, number, "yes" if int(number) <= count else "no")
    return form


def finished(count: int) -> Form:
    form = with_yes(count)
    form = say(say(form, "often", "never"), "events", "few")
    for item in open_items(PACK, form):
        form = say(form, item.id, "", reason="did not want to say")
    return form


@pytest.mark.parametrize(
    ("count", "grade"),
    [
        (0, "standard"),
        (1, "standard"),
        (9, "standard"),
        (10, "medium"),
        (13, "medium"),
        (14, "high"),
        (16, "high"),
    ],
)
def test_bands(count: int, grade: str) -> None:
    found = score(PACK, with_yes(count))
    assert (found.counted, found.yes, found.no) == (count, count, 16 - count)
    assert (found.indicative, found.grade) == (grade, grade)


def test_no_grade_before_the_first_answer() -> None:
    found = score(PACK, sample_form(PACK))
    assert (found.indicative, found.grade, found.counted) == ("", "", 0)
    assert len(found.missing) == 18  # 16 counted, how often, events


def test_frequency_counts_as_the_pack_says() -> None:
    assert score(PACK, say(with_yes(13), "often", "often")).grade == "high"
    assert score(PACK, say(with_yes(8), "often", "always")).counted == 10


def test_a_branch_opens_with_its_trigger_and_the_next_one_with_it() -> None:
    form = sample_form(PACK)
    assert "b1" not in [i.id for i in shown_items(PACK, form)]
    form = say(form, "8", "yes")
    assert {"b1", "b2"} <= {i.id for i in open_items(PACK, form)}
    form = say(form, "b1", "yes")
    assert "d1" in {i.id for i in open_items(PACK, form)}


def test_an_answered_branch_stays_in_sight_when_its_trigger_is_corrected() -> None:
    form = say(say(say(sample_form(PACK), "8", "yes"), "b1", "yes"), "d1", "yes")
    form = say(form, "8", "no")
    assert {"b1", "d1"} <= {i.id for i in shown_items(PACK, form)}
    assert "b2" not in {i.id for i in open_items(PACK, form)}
    assert "Deep" in {f.label for f in score(PACK, form).flags}


def test_next_unanswered_goes_on_after_the_current_and_comes_round() -> None:
    form = say(sample_form(PACK), "2", "no")
    assert next_unanswered(PACK, form, "1").id == "3"
    assert next_unanswered(PACK, form, "who").id == "1"
    assert (
        next_unanswered(
            PACK,
            replace(form, answers={i.id: Answer(i.id, "x", T0, OFFICER) for i in shown_items(PACK, form)}),
        )
        is None
    )


def test_flags_of_one_answer_and_of_two_together() -> None:
    form = say(say(sample_form(PACK), "2", "yes"), "6", "yes")
    assert [(f.label, f.items) for f in score(PACK, form).flags] == [("Own fear", ("2",))]
    form = say(form, "15", "yes")
    assert ("Separation with control", ("6", "15")) in [(f.label, f.items) for f in score(PACK, form).flags]


def test_corrections_and_cleared_answers_are_kept_in_order() -> None:
    form = say(sample_form(PACK), "1", "yes", 1, comment="bruise")
    form = say(form, "1", "no", 2)
    form = answer(PACK, form, Answer("1", "", after(3), OFFICER))
    assert [(a.value, a.comment) for a in history_of(form, "1")] == [("yes", "bruise"), ("no", ""), ("", "")]
    assert "1" in [i.id for i in open_items(PACK, form)]


def test_typing_on_makes_no_history_but_deleting_or_another_hand_does() -> None:
    form = say(sample_form(PACK), "words", "He sa", 1)
    form = say(form, "words", "He said", 2)
    assert form.earlier == ()
    form = say(form, "words", "He", 3)
    assert [a.value for a in form.earlier] == ["He said"]
    form = say(form, "words", "He left", 4, by=SERGEANT)
    form = say(form, "words", "He left again", 4 + 301, by=SERGEANT)
    assert [a.value for a in form.earlier] == ["He said", "He", "He left"]


@pytest.mark.parametrize("which", ["comment", "reason"])
def test_words_beside_an_answer_are_kept_when_they_are_changed(which: str) -> None:
    form = say(sample_form(PACK), "1", "yes", 1, **{which: "bruise on the arm"})
    form = say(form, "1", "yes", 2, **{which: "bruise on the arm, left"})
    assert form.earlier == ()
    form = say(form, "1", "yes", 3, **{which: "no bruise"})
    assert [getattr(a, which) for a in form.earlier] == ["bruise on the arm, left"]


def test_the_same_answer_again_changes_nothing() -> None:
    form = say(sample_form(PACK), "1", "yes")
    assert say(form, "1", "yes", 9) is form


@pytest.mark.parametrize(
    ("item", "value"),
    [("1", "maybe"), ("1", "YES"), ("often", "yes"), ("day", "21/11/2026"), ("day", "20261121"), ("none", "yes"), ("words", "a\x00b"), ("words", "\ud83d"), ("words", "x" * 400_001), ("who", "x" * 301)],
)  # fmt: skip
def test_what_does_not_fit_is_refused(item: str, value: str) -> None:
    form = say(sample_form(PACK), "1", "no")
    with pytest.raises(RefusedError):
        say(form, item, value)
    assert form.answers["1"].value == "no"


@pytest.mark.parametrize("text", ["नमस्ते", "🙂‍↔️👩‍👩‍👧", "اَلسَّلَامُ\u202e", "z" * 400_000, "one\ntwo\tthree"])
def test_any_script_is_kept_as_written(text: str) -> None:
    assert say(sample_form(PACK), "words", text).answers["words"].value == text


def test_a_form_of_another_version_is_not_touched() -> None:
    with pytest.raises(RefusedError, match="another version"):
        answer(replace(PACK, version="2.0"), sample_form(PACK), Answer("1", "yes", T0, OFFICER))
    with pytest.raises(RefusedError, match="another version"):
        answer(replace(PACK, digest="cd" * 32), sample_form(PACK), Answer("1", "yes", T0, OFFICER))


def test_completion_names_what_is_open_and_takes_a_reason() -> None:
    form = with_yes(3)
    with pytest.raises(RefusedError, match="OFTEN, EVENTS"):
        complete(PACK, form, OFFICER, after(9))
    with pytest.raises(RefusedError, match="and 10 more"):
        complete(PACK, sample_form(PACK), OFFICER, after(9))
    form = complete(PACK, finished(3), OFFICER, after(9))
    assert form.state is FormState.COMPLETED
    assert form.completed.at == after(9)
    with pytest.raises(RefusedError):
        say(form, "1", "no")


def test_a_reason_of_spaces_is_none() -> None:
    form = say(finished(3), "1", "", reason="  \n")
    assert [i.id for i in open_items(PACK, form)] == ["1"]


def test_all_refused_with_reasons_still_needs_a_grade() -> None:
    form = sample_form(PACK)
    for item in open_items(PACK, form):
        form = say(form, item.id, "", reason="refused")
    with pytest.raises(RefusedError, match="grade"):
        complete(PACK, form, OFFICER, T0)
    form = raise_grade(PACK, form, "medium", "what was seen", OFFICER, T0)
    assert complete(PACK, form, OFFICER, T0).state is FormState.COMPLETED


def test_approval_by_a_second_person_only() -> None:
    form = complete(PACK, finished(3), OFFICER, after(9))
    with pytest.raises(RefusedError, match="own"):
        approve(PACK, form, OFFICER, after(10))
    done = approve(PACK, form, SERGEANT, after(10))
    assert (done.state, done.approved.by) == (FormState.APPROVED, SERGEANT)
    with pytest.raises(RefusedError):
        approve(PACK, done, SERGEANT, after(11))
    with pytest.raises(RefusedError):
        raise_grade(PACK, done, "high", "late thought", SERGEANT, after(11))


def test_who_answered_does_not_approve_what_another_completed() -> None:
    form = complete(PACK, finished(3), "PC 1", after(9))
    with pytest.raises(RefusedError, match="own"):
        approve(PACK, form, OFFICER, after(10))


def test_who_judged_or_answered_earlier_does_not_approve() -> None:
    judged = raise_grade(PACK, finished(3), "high", "what was seen", SERGEANT, after(8))
    corrected = answer(
        PACK,
        answer(PACK, finished(3), Answer("1", "no", after(7), SERGEANT)),
        Answer("1", "yes", after(8), OFFICER),
    )
    for form in (judged, corrected):
        with pytest.raises(RefusedError, match="own"):
            approve(PACK, complete(PACK, form, OFFICER, after(9)), SERGEANT, after(10))


def test_opened_again_with_a_reason_and_nothing_lost() -> None:
    form = approve(PACK, complete(PACK, finished(14), OFFICER, after(9)), SERGEANT, after(10))
    with pytest.raises(RefusedError):
        reopen(form, " ", SERGEANT, after(11))
    form = reopen(form, "wrong person", SERGEANT, after(11))
    assert (form.state, form.completed, form.approved) == (FormState.OPEN, None, None)
    assert [s.state for s in form.steps] == [FormState.COMPLETED, FormState.APPROVED, FormState.OPEN]
    form = say(form, "1", "no", 12, correction="wrong person")
    assert (score(PACK, form).indicative, score(PACK, form).grade) == ("medium", "high")


def test_judgement_raises_and_never_lowers() -> None:
    form = with_yes(14)
    for lower in ("medium", "standard"):
        with pytest.raises(RefusedError, match="never lowered"):
            raise_grade(PACK, form, lower, "she laughed", OFFICER, T0)
    form = raise_grade(PACK, with_yes(2), "high", "he has the keys", OFFICER, T0)
    with pytest.raises(RefusedError, match="never lowered"):
        raise_grade(PACK, form, "medium", "calmer", OFFICER, T0)
    with pytest.raises(RefusedError, match="reason"):
        raise_grade(PACK, form, "high", " \n", OFFICER, T0)
    with pytest.raises(RefusedError):
        raise_grade(PACK, form, "extreme", "x", OFFICER, T0)
    assert grade_of(PACK, say(form, "1", "no", 2, correction="a slip")) == "high"


def test_a_corrected_answer_lowers_the_indication_and_not_the_grade() -> None:
    high = with_yes(14)
    given = Answer("14", "no", after(2), OFFICER)
    assert needs_correction(PACK, high, given)
    for reason in ("", "  "):
        with pytest.raises(RefusedError, match="needs a reason"):
            answer(PACK, high, replace(given, correction=reason))
    form = say(high, "14", "no", 2, correction="pressed the wrong key")
    found = score(PACK, form)
    assert (found.counted, found.indicative, found.grade) == (13, "medium", "high")
    (corrected,) = corrections_of(form)
    assert (corrected.value, corrected.correction, corrected.was) == ("no", "pressed the wrong key", "high")
    assert before_of(form, corrected).value == "yes"


def test_a_correction_stays_as_it_was_given_whatever_is_written_beside_it_later() -> None:
    form = say(with_yes(14), "14", "no", 2, correction="pressed the wrong key")
    form = say(form, "14", "no", 3, comment="She laughed at the question")
    (corrected,) = corrections_of(form)
    assert (corrected.at, corrected.correction) == (after(2), "pressed the wrong key")
    assert form.answers["14"].comment == "She laughed at the question"
    form = say(form, "14", "yes", 4)
    assert not needs_correction(PACK, form, Answer("14", "yes", after(5), OFFICER))
    assert [one.item for one in corrections_of(form)] == ["14"]


@pytest.mark.parametrize(
    ("item", "raising", "falling"),
    [("2", "yes", "no"), ("before", "yes", "no"), ("events", "many", "few"), ("before", "yes", "")],
)
def test_a_flag_or_a_referral_goes_with_a_reason_only(item: str, raising: str, falling: str) -> None:
    form = say(sample_form(PACK), item, raising)
    with pytest.raises(RefusedError, match="needs a reason"):
        say(form, item, falling, 2)
    form = say(form, item, falling, 2, correction="asked again")
    assert corrections_of(form)[0].was == ""  # no grade was lowered by it


def test_a_slip_that_changes_nothing_is_corrected_without_a_word() -> None:
    form = say(sample_form(PACK), "1", "yes")
    form = answer(PACK, say(form, "1", "no", 2), Answer("1", "", after(3), OFFICER))
    assert corrections_of(form) == ()


def test_criteria_with_the_facts_that_met_them() -> None:
    events = tuple(PastEvent(T0 - timedelta(days=d), f"{d} of 2026", "Damage") for d in (0, 100, 200, 400))
    referral = (PastEvent(T0 - timedelta(days=300), "MARAC 7"),)
    form = raise_grade(PACK, with_yes(14), "high", "he has the keys", OFFICER, T0)
    met = {c.id: c.facts for c in score(PACK, form, History(T0, events, referral)).criteria}
    assert list(met) == ["count", "judged", "events", "repeat"]
    assert met["count"] == ("14 counted, threshold 14", "Items " + ", ".join(COUNTED[:14]))
    assert "he has the keys" in met["judged"][0]
    assert len(met["events"]) == 3
    assert met["events"][0] == "05/05/2026 200 of 2026 Damage"
    assert met["repeat"] == ("25/01/2026 MARAC 7",)


def test_criteria_not_met_just_below() -> None:
    events = (
        PastEvent(T0, "1"),
        PastEvent(T0 - timedelta(days=10), "2"),
        PastEvent(T0 - timedelta(days=366), "3"),
    )
    late = (PastEvent(T0 - timedelta(days=366), "MARAC 7"), PastEvent(T0 + timedelta(days=1), "MARAC 8"))
    assert score(PACK, with_yes(13), History(T0, events, late)).criteria == ()
    assert score(PACK, with_yes(13)).criteria == ()


def test_what_the_officer_knows_counts_beside_what_the_system_knows() -> None:
    form = say(say(with_yes(1), "events", "many", comment="told by her sister"), "before", "yes")
    met = {c.id: c.facts for c in score(PACK, form, History(T0)).criteria}
    assert met == {"events": ("Topic events: Many (told by her sister)",), "repeat": ("Topic before: Yes",)}


def test_months_end_where_the_day_does_not_exist() -> None:
    assert months_before(datetime(2028, 2, 29, tzinfo=UTC), 12) == datetime(2027, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2026, 3, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2026, 1, 15, tzinfo=UTC), 12) == datetime(2025, 1, 15, tzinfo=UTC)


def test_an_answer_is_rescored_at_once() -> None:
    form = finished(14)
    history = History(T0, tuple(PastEvent(T0, str(n)) for n in range(200)))
    took = []
    for n in range(60):
        begun = time.thread_time()
        form = say(form, "1", "no" if n % 2 else "yes", 20 + n, correction=f"again {n}")
        score(PACK, form, history)
        took.append(time.thread_time() - begun)
    assert sorted(took)[56] < 0.02
