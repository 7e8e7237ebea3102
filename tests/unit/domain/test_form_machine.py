"""Any sequence of acts on a form: no answer is lost, no grade falls, a closed form does not change."""

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

sys.path.append(str(Path(__file__).resolve().parents[2]))

from form_samples import OFFICER, SERGEANT, T0, sample_form, sample_pack

from rvr_console.domain.form import Answer, AnswerKind, Form, FormState, History
from rvr_console.domain.form_rules import answer, approve, complete, corrections_of, history_of, reopen
from rvr_console.domain.form_scoring import raise_grade, score
from rvr_console.domain.form_structure import all_items, open_items, shown_items
from rvr_console.errors import RefusedError

PACK = sample_pack()
ITEMS = {item.id: item for item in all_items(PACK)}
PEOPLE = st.sampled_from([OFFICER, SERGEANT, "PC 9"])
TEXTS = st.one_of(st.text(max_size=12), st.sampled_from(["", "He", "He said", "He said so", "नम", "🙂"]))
GRADES = ("", *PACK.scoring.grades)
TYPED = {AnswerKind.TEXT, AnswerKind.PERSON}


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, str, str, str]:
    """Item, value, comment, reason: mostly what fits, sometimes what does not."""
    item = draw(st.sampled_from(sorted(ITEMS)))
    choices = [option.key for option in ITEMS[item].choices]
    fitting = (
        st.sampled_from(choices)
        if choices
        else st.dates().map(str)
        if ITEMS[item].kind is AnswerKind.DATE
        else TEXTS
    )
    value = draw(st.one_of(fitting, fitting, fitting, st.just(""), TEXTS))
    return item, value, draw(TEXTS), draw(TEXTS)


class FormLife(RuleBasedStateMachine):
    """The model: every answer that was ever accepted, and the highest grade that was ever shown."""

    def __init__(self) -> None:
        super().__init__()
        self.form: Form = sample_form(PACK)
        self.accepted: list[Answer] = []
        self.corrected: set[tuple[str, datetime]] = set()
        self.highest = ""
        self.closed: Form | None = None
        self.seconds = 0.0

    def _now(self):
        self.seconds += 40
        return T0 + timedelta(seconds=self.seconds)

    def _store(self, given: Answer) -> None:
        before = score(PACK, self.form)
        try:
            self.form = answer(PACK, self.form, given)
        except RefusedError:
            return
        self.accepted.append(given)
        self._note_correction(given.item, given.at)
        now = score(PACK, self.form)
        gone = set(before.flags) - set(now.flags) or {c.id for c in before.criteria} - {
            c.id for c in now.criteria
        }
        if gone or GRADES.index(before.indicative) > max(1, GRADES.index(now.indicative)):
            assert given.correction.strip()
            assert corrections_of(self.form)[-1].correction == given.correction

    def _note_correction(self, item: str, at: datetime) -> None:
        stored = self.form.answers[item]
        if stored.correction and stored.at == at:
            self.corrected.add((item, at))

    @initialize(count=st.sampled_from([0, 9, 10, 13, 14, 16]))
    def begin(self, count: int) -> None:
        """Many yes at once, so that every grade is reached."""
        for number in range(1, count + 1):
            self._store(Answer(str(number), "yes", self._now(), OFFICER))

    @rule(given=answers(), by=PEOPLE)
    def answers_one(self, given: tuple[str, str, str, str], by: str) -> None:
        item, value, comment, reason = given
        self._store(Answer(item, value, self._now(), by, comment, reason=reason))

    @rule(text=st.text(min_size=1, max_size=5), by=PEOPLE, item=st.sampled_from(["words", "b2", "who"]))
    def types_on(self, text: str, by: str, item: str) -> None:
        last = self.form.answers.get(item)
        self._store(Answer(item, (last.value if last else "") + text, self._now(), by))

    @precondition(lambda self: self.form.answers)
    @rule(data=st.data(), which=st.sampled_from(["comment", "reason"]), words=TEXTS)
    def writes_other_words(self, data: st.DataObject, which: str, words: str) -> None:
        """The same value by the same person, so that only the words beside it could be lost."""
        with_words = [a.item for a in self.form.answers.values() if a.comment or a.reason]
        last = self.form.answers[data.draw(st.sampled_from(sorted(with_words or self.form.answers)))]
        self._store(replace(last, at=self._now(), **{which: words}))

    @rule(given=answers(), by=PEOPLE)
    def corrects_one(self, given: tuple[str, str, str, str], by: str) -> None:
        item, value, comment, reason = given
        self._store(
            Answer(item, value, self._now(), by, comment, reason=reason, correction="pressed the wrong key")
        )

    @rule(item=st.sampled_from(sorted(ITEMS)), by=PEOPLE)
    def clears_one(self, item: str, by: str) -> None:
        at = self._now()
        try:
            taken_back = Answer(item, "", at, by, correction="not asked after all")
            self.form = answer(PACK, self.form, taken_back)
            self._note_correction(item, at)
        except RefusedError:
            assert self.form.state is not FormState.OPEN

    @rule(
        grade=st.sampled_from([*PACK.scoring.grades, "none"]),
        reason=st.sampled_from(["keys", " ", ""]),
        by=PEOPLE,
    )
    def judges(self, grade: str, reason: str, by: str) -> None:
        before = score(PACK, self.form).grade
        try:
            self.form = raise_grade(PACK, self.form, grade, reason, by, self._now())
        except RefusedError:
            return
        assert reason.strip()
        assert GRADES.index(grade) >= GRADES.index(before)

    @rule(by=PEOPLE)
    def answers_the_rest_and_completes(self, by: str) -> None:
        if self.form.state is FormState.OPEN:
            while missing := open_items(PACK, self.form):
                for item in missing:
                    self._store(Answer(item.id, "", self._now(), by, reason="not asked"))
        self.completes(by)

    @rule(by=PEOPLE)
    def completes(self, by: str) -> None:
        missing = open_items(PACK, self.form)
        try:
            self.form = complete(PACK, self.form, by, self._now())
        except RefusedError:
            return
        assert not missing
        self.closed = self.form

    @rule(by=PEOPLE)
    def approves(self, by: str) -> None:
        was = self.form.state
        try:
            self.form = approve(PACK, self.form, by, self._now())
        except RefusedError:
            return
        assert was is FormState.COMPLETED
        assert by not in {self.form.completed.by, *(a.by for a in self.form.answers.values())}

    @precondition(lambda self: self.form.state is not FormState.OPEN)
    @rule(by=PEOPLE, reason=st.sampled_from(["wrong child", ""]))
    def opens_again(self, by: str, reason: str) -> None:
        try:
            self.form = reopen(self.form, reason, by, self._now())
        except RefusedError:
            assert not reason
            return
        self.closed = None

    @invariant()
    def no_answer_is_lost(self) -> None:
        for given in self.accepted:
            assert any(self._keeps(kept, given) for kept in history_of(self.form, given.item)), given

    @staticmethod
    def _keeps(kept: Answer, given: Answer) -> bool:
        typed = ITEMS[given.item].kind in TYPED
        same = kept.value.startswith(given.value) if typed else kept.value == given.value
        nothing_said = not (given.value or given.comment or given.reason)
        return nothing_said or (
            same
            and kept.comment.startswith(given.comment)
            and kept.reason.startswith(given.reason)
            and kept.by == given.by
        )

    @invariant()
    def every_correction_is_kept_with_its_reason(self) -> None:
        assert {(one.item, one.at) for one in corrections_of(self.form)} == self.corrected

    @invariant()
    def no_grade_falls(self) -> None:
        found = score(PACK, self.form, History(T0))
        assert GRADES.index(found.grade) >= GRADES.index(self.highest)
        assert GRADES.index(found.grade) >= GRADES.index(found.indicative)
        self.highest = found.grade

    @invariant()
    def every_answer_is_in_sight(self) -> None:
        shown = {item.id for item in shown_items(PACK, self.form)}
        assert {a.item for a in self.form.answers.values() if a.value} <= shown

    @invariant()
    def a_closed_form_keeps_its_answers(self) -> None:
        if self.closed is not None:
            assert (self.form.answers, self.form.earlier) == (self.closed.answers, self.closed.earlier)


FormLife.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestFormLife = FormLife.TestCase
