"""Any sequence of acts on the forms of a case, with the real service and store: no answer is lost, no grade falls, nobody's own work is approved.

Beside the rules of one form (test_form_machine) stand here: forms of several persons, a pack replaced meanwhile, other hands, a restart, a store that dies.
"""

import asyncio
import sys
import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
from desk_parts import OFFICER, OTHER, SERGEANT, DeskWorld
from form_parts import NOTICE
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rvr_console.domain.access import User
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.form import Answer, AnswerKind, FormState, Pack
from rvr_console.domain.form_rules import corrections_of, history_of
from rvr_console.domain.form_structure import all_items
from rvr_console.errors import AccessDeniedError, RefusedError, RvrError, StorageError
from rvr_console.services.desk import Work
from rvr_console.services.form_reading import OpenForm
from rvr_console.services.forms import Forms
from rvr_console.storage.form_repository import SqlForms

sys.path.append(str(Path(__file__).resolve().parents[2]))

from form_samples import sample_pack

OLD = replace(sample_pack(), text='{"pack":"old"}')
NEW = replace(
    sample_pack(), version="2.0", title="Sample, new wording", digest="cd" * 32, text='{"pack":"new"}'
)
ITEMS = {item.id: item for item in all_items(OLD)}
TYPED = {AnswerKind.TEXT, AnswerKind.PERSON}
WORDS = st.sampled_from(["", "", "He", "He said so", "नम 🙂"])
PEOPLE = st.sampled_from([OFFICER, OFFICER, OFFICER, SERGEANT, OTHER])
GRADES = ("", *OLD.scoring.grades)
PERSONS = st.sampled_from(["Tom Cole", " tom  COLE ", "Ann Cole"])


class Packs:
    """Implements FormPacks. current_risk changes; the version that was in force before may be taken off the desk."""

    def __init__(self) -> None:
        self.here: tuple[Pack, ...] = (OLD, NOTICE)

    def current(self, kind_or_id: str, _at: datetime) -> Pack:
        return next(one for one in reversed(self.here) if kind_or_id in (one.id, one.kind.value))

    def get(self, pack_id: str, version: str) -> Pack:
        for one in self.here:
            if (one.id, one.version) == (pack_id, version):
                return one
        raise RefusedError("This desk does not have it.")

    def all(self) -> tuple[Pack, ...]:
        return self.here

    def parse(self, text: str) -> Pack:
        return next(one for one in (OLD, NEW, NOTICE) if one.text == text)


@dataclass
class Book:
    """What was accepted of one form, as its acts were answered. highest: of all grades that were ever told."""

    digest: str
    answers: list[Answer] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    highest: str = ""
    hands: set[str] = field(default_factory=set)


class FormsLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.world = DeskWorld(Path(self.folder.name) / "console.db")
        self.packs = Packs()
        self.seconds = 0
        self.books: dict[str, Book] = {}
        self.acts = 0
        self.restart()

    def place(self, _consultation: str) -> RecordingMoment:
        return RecordingMoment("r-1", 1, self.seconds)

    def run(self, act):
        self.world.clock.forward(seconds=40)
        self.seconds += 40
        return self.loop.run_until_complete(act)

    def act(self, user: User, act) -> OpenForm | None:
        """None when it was refused; whoever it is, the officer of the case sits at the desk afterwards."""
        self.world.act_as(user)
        try:
            return self.run(act)
        except (RefusedError, AccessDeniedError):
            return None
        finally:
            self.world.act_as(OFFICER)

    @initialize(yes=st.sampled_from([0, 9, 13, 16]))
    def begin(self, yes: int) -> None:
        self.run(self.world.fill())
        self.case = self.run(self.world.taken()).id
        self.start("risk", "")
        (form_id,) = self.books
        for number in range(1, yes + 1):
            self.note(form_id, self.act(OFFICER, self.forms.answer(form_id, str(number), "yes")), OFFICER)

    def start(self, kind: str, person: str) -> None:
        opened = self.act(OFFICER, self.forms.start(self.case, kind, person))
        assert opened is not None
        if opened.form.id not in self.books:
            newest = self.packs.current(kind, self.world.clock.now())
            assert opened.form.pack_digest == newest.digest
            self.books[opened.form.id] = Book(newest.digest)

    def note(self, form_id: str, opened: OpenForm | None, user: User) -> None:
        """The act was taken: what it told is kept in the book."""
        if opened is None:
            return
        book = self.books[form_id]
        book.hands.add(user.collar)
        assert GRADES.index(opened.form_score.grade) >= GRADES.index(book.highest), "a grade fell"
        book.highest = opened.form_score.grade

    def one(self, place: int) -> str:
        known = list(self.books)
        return known[place % len(known)]

    def form(self, form_id: str):
        return self.run(self.world.store.run(lambda tx: tx.forms.get(form_id)))

    # --- the acts ---
    @rule(person=PERSONS)
    def starts_a_notice(self, person: str) -> None:
        """One for each person, however the name is written."""
        self.start("notice", person)
        about = {self.form(one).person.casefold() for one in self.books} - {""}
        assert len(about) == len(self.books) - 1

    @rule()
    def starts_the_risk_form_again(self) -> None:
        self.start("risk", "")
        assert sum(self.form(one).person == "" for one in self.books) == 1

    @rule(
        item=st.sampled_from(sorted(ITEMS)),
        value=st.integers(0, 5),
        words=st.tuples(WORDS, WORDS),
        why=st.sampled_from(["", "pressed the wrong key"]),
        by=PEOPLE,
    )
    def answers(self, item: str, value: int, words: tuple[str, str], why: str, by: User) -> None:
        known = ITEMS[item]
        fitting = [option.key for option in known.choices] or (
            ["2026-01-02"] if known.kind is AnswerKind.DATE else ["He", "He said so", "नम"]
        )
        given = ("", *fitting, "strange")[value % (len(fitting) + 2)]
        form_id = self.one(0)
        before = self.form(form_id)
        opened = self.act(by, self.forms.answer(form_id, item, given, *words, why))
        if opened is None or opened.form.version == before.version:
            return
        assert by is OFFICER, "another hand wrote"
        assert before.state is FormState.OPEN
        stored = opened.form.answers[item]
        assert (stored.value, stored.comment, stored.reason, stored.by) == (given, *words, OFFICER.collar)
        assert (stored.segment, stored.offset_us) == (1, self.seconds)
        self.books[form_id].answers.append(stored)
        self.note(form_id, opened, by)

    @rule(grade=st.sampled_from(OLD.scoring.grades), reason=st.sampled_from(["keys", "keys", " "]), by=PEOPLE)
    def judges(self, grade: str, reason: str, by: User) -> None:
        form_id = self.one(0)
        opened = self.act(by, self.forms.raise_grade(form_id, grade, reason))
        if opened is not None:
            assert (reason.strip(), by) == ("keys", OFFICER)
            self.books[form_id].reasons.append(reason)
            self.note(form_id, opened, by)

    @rule(place=st.integers(0, 2), by=PEOPLE)
    def completes(self, place: int, by: User) -> None:
        form_id = self.one(place)
        opened = self.act(by, self.forms.complete(form_id))
        if opened is not None:
            assert (opened.form_score.missing, by) == ((), OFFICER)
            self.note(form_id, opened, by)

    @rule(then=st.sampled_from(["", "approved", "approved", "open again"]))
    def settles_all_and_completes(self, then: str) -> None:
        """To the end at once, so that a short run comes there too."""
        form_id = self.one(0)
        if self.form(form_id).state is FormState.OPEN:
            opened = self.run(self.forms.of_consultation(self.case))[0]
            while opened.form_score.missing:
                self.answers(opened.form_score.missing[0], 0, ("", "not asked"), "", OFFICER)
                opened = self.run(self.forms.of_consultation(self.case))[0]
            self.judges("high", "keys", OFFICER)
            self.completes(0, OFFICER)
            assert self.form(form_id).state is FormState.COMPLETED
        if then == "approved":
            self.approves(0, SERGEANT, False)
            assert self.form(form_id).state is FormState.APPROVED
        elif then:
            self.opens_again(0, OFFICER, "wrong child")
            assert self.form(form_id).state is FormState.OPEN

    @rule(place=st.integers(0, 2), by=PEOPLE, stale=st.booleans())
    def approves(self, place: int, by: User, stale: bool) -> None:
        form_id = self.one(place)
        was = self.form(form_id)
        opened = self.act(by, self.forms.approve(form_id, was.version - stale))
        if opened is not None:
            assert (by, stale, was.state) == (SERGEANT, False, FormState.COMPLETED)
            assert by.collar not in self.books[form_id].hands
            assert opened.form_score.grade == self.books[form_id].highest

    @rule(place=st.integers(0, 2), by=PEOPLE, reason=st.sampled_from(["wrong child", ""]))
    def opens_again(self, place: int, by: User, reason: str) -> None:
        form_id = self.one(place)
        opened = self.act(by, self.forms.reopen(form_id, reason))
        if opened is not None:
            assert (reason, by) == ("wrong child", OFFICER)
            self.note(form_id, opened, by)

    @rule(old_gone=st.booleans())
    def a_force_replaces_the_pack(self, old_gone: bool) -> None:
        self.packs.here = (NEW, NOTICE) if old_gone else (OLD, NEW, NOTICE)

    @rule()
    def restart(self) -> None:
        """The console started anew: nothing but the store is known."""
        self.forms = Forms(self.world.desk, self.packs, self.place)

    @rule(
        what=st.sampled_from(["answer", "judge", "complete", "reopen"]),
        place=st.sampled_from(["log", "answers"]),
    )
    def dies_in_the_middle(self, what: str, place: str) -> None:
        form_id = self.one(0)
        before = self.everything(form_id)
        acts = {
            "answer": lambda: self.forms.answer(form_id, "words", f"typed at {self.seconds}"),
            "judge": lambda: self.forms.raise_grade(form_id, "high", "keys"),
            "complete": lambda: self.forms.complete(form_id),
            "reopen": lambda: self.forms.reopen(form_id, "wrong child"),
        }

        def dies(*_args, **_more):
            raise OSError("power")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(*((Work, "log") if place == "log" else (SqlForms, "_add_answers")), dies)
            with pytest.raises(RvrError) as found:
                self.run(acts[what]())
        assert isinstance(found.value, StorageError | RefusedError)
        assert self.everything(form_id) == before
        self.restart()

    def everything(self, form_id: str) -> tuple[object, ...]:
        def read(tx):
            return tx.forms.get(form_id), tx.forms.every_answer(form_id), len(tx.custody.all())

        return self.run(self.world.store.run(read))

    # --- what always holds ---
    @invariant()
    def nothing_is_lost(self) -> None:
        if not self.books:
            return

        def read(tx):
            return {
                one: (tx.forms.get(one), tx.forms.every_answer(one)) for one in self.books
            }, tx.custody.all()

        kept, log = self.run(self.world.store.run(read))
        for form_id, book in self.books.items():
            form, every = kept[form_id]
            assert form.pack_digest == book.digest, "another wording than the one it was begun with"
            for given in book.answers:
                assert given in every, "not in the store"
                known = history_of(form, given.item)
                assert any(self.keeps(one, given) for one in known), "neither stands nor is an earlier one"
            assert [one.reason for one in form.judgements] == book.reasons
            assert len(corrections_of(form)) == sum(bool(one.correction) for one in book.answers)
            answered = [
                one for one in log if one.act is CustodyAct.FORM_ANSWERED and one.details["form"] == form_id
            ]
            assert len(answered) == len(every), "an answer without its entry, or an entry without its answer"

    @staticmethod
    def keeps(kept: Answer, given: Answer) -> bool:
        if not (given.value or given.comment or given.reason):
            return True
        same = (
            kept.value.startswith(given.value)
            if ITEMS[given.item].kind in TYPED
            else kept.value == given.value
        )
        return same and kept.comment.startswith(given.comment) and kept.reason.startswith(given.reason)

    @invariant()
    @precondition(lambda self: self.books)
    def what_is_read_is_the_wording_and_the_highest_grade(self) -> None:
        for opened in self.run(self.forms.of_consultation(self.case)):
            book = self.books[opened.form.id]
            assert opened.pack.digest == book.digest
            assert opened.form_score.grade == book.highest

    def teardown(self) -> None:
        self.world.store.close()
        self.loop.close()
        self.folder.cleanup()


QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))
# The same lives in every quick run, and none made shorter: making it shorter takes longer than a test may. The sweep draws new ones.
FormsLife.TestCase.settings = settings(
    QUIET, max_examples=4, stateful_step_count=16, derandomize=True, phases=(Phase.generate,)
)
TestFormsLife = FormsLife.TestCase


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_many_lives_of_a_case() -> None:
    run_state_machine_as_test(FormsLife, settings=settings(QUIET, max_examples=60, stateful_step_count=50))
