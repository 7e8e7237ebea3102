"""The forms' tab beside the call: one key for each answer, scored at once, stored at once; a grade only rises."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from form_rig import PolicyRig
from pack_desk import PackDesk, as_bytes, bundled

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.form import FormState
from rvr_console.errors import RefusedError, StorageError
from rvr_console.services.safety_wording import SafetyWording

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")


@pytest.fixture
def rig(form_rig):
    return form_rig


def press(rig, keys: str) -> None:
    for key in keys:
        rig.key(getattr(Qt.Key, f"Key_{key}"))


def answered_before(rig, values: str) -> None:
    """These answers are in the store already when the tab is opened: a key of Y, N or K for each item."""
    rig.until("live")
    rig.presenter.add_note("Door damaged")
    rig.settle()

    async def fill() -> None:
        begun = await rig.forms.start(rig.cid, "risk")
        for number, key in enumerate(values, 1):
            value = {"Y": "yes", "N": "no", "K": "not_known"}[key]
            await rig.forms.answer(begun.form.id, f"q{number}", value)

    rig.run(fill())
    rig.sheet.presenter.read_again()
    rig.settle()
    rig.page.open_tab("risk")
    rig.settle()


def focus_name() -> str:
    widget = QApplication.focusWidget()
    return widget.accessibleName() if widget else ""


def test_one_key_answers_and_goes_to_the_next_and_all_is_stored(rig, unnamed):
    rig.begin()
    assert focus_name().startswith("Item 1, Injury now")
    press(rig, "NYYNKY")
    assert focus_name().startswith("Item 7, Conflict over child contact")
    assert rig.named("Next: risk, item 7")
    assert rig.sees("3 yes · 2 no · 1 not known")
    assert rig.sees("6 of 27")
    assert rig.sees("Always surfaced: own fear (item 2)")
    assert rig.sees("Stored 13:30:00")
    stored = rig.form
    assert [stored.form.answers[f"q{n}"].value for n in range(1, 7)] == [
        "no", "yes", "yes", "no", "not_known", "yes",
    ]  # fmt: skip
    assert "6 of 27 answered" in rig.page.right._tabs.accessibleTabName(3)
    assert unnamed(rig.sheet.tab) == []


def test_a_set_appears_when_it_is_triggered_and_the_keys_pass_over_texts(rig):
    answered_before(rig, "NNNNNNN")
    assert not rig.sees("Stalking and harassment")
    press(rig, "Y")
    assert rig.sees("Stalking and harassment")
    assert focus_name().startswith("Item S1")
    press(rig, "N")
    assert focus_name().startswith("Item 9")
    assert rig.named("Section, Children 9–12, 0/4, chosen")


def test_fourteen_yes_are_high_with_the_referral_and_nobody_lowers_it(rig):
    answered_before(rig, "Y" * 13 + "N" * 13)
    assert focus_name().startswith("Item S1")
    press(rig, "NY")
    assert rig.sees("MARAC: 14 or more yes – 14 counted")
    assert rig.named("Grade, High, chosen")
    rig.click("Grade, Standard")
    assert rig.sees("A grade is never lowered: it is High.")
    assert rig.named("Grade, High, chosen")
    assert rig.form.form_score.grade == "high"
    assert rig.run(rig.world.logged(CustodyAct.GRADE_RAISED)) == []
    rig.click("Complete form")
    assert rig.form.form.state is FormState.COMPLETED
    assert rig.sees("Completed 13:30:00 by 2417, a sergeant approves it")
    assert not rig.named("Item 27, Criminal history").isEnabled()
    assert rig.named("In the call")


def test_a_grade_is_raised_with_a_reason_only(rig):
    rig.begin()
    press(rig, "Y")
    rig.click("Grade, Raise to High…")
    rig.click("Raise the grade")
    assert rig.sees("Give a reason")
    rig.type("Your professional judgement, in writing", "She is packing in fear")
    rig.click("Raise the grade")
    assert rig.form.form.judgement.reason == "She is packing in fear"
    assert rig.named("Grade, High, chosen")
    assert rig.sees("MARAC: Professional judgement")


def test_a_comment_is_stored_as_it_is_typed_and_never_overwritten(rig, qtbot):
    rig.begin()
    press(rig, "Y")
    line = rig.type("Comment on Item 1, Injury now", "Bruise on the left arm")
    qtbot.waitUntil(lambda: not line._timer.isActive(), timeout=450)  # within the half second
    rig.settle()
    assert rig.form.form.answers["q1"].comment == "Bruise on the left arm"
    assert rig.form.form.answers["q1"].value == "yes"
    assert line.text() == "Bruise on the left arm"


def test_what_is_not_answered_is_listed_and_may_stay_so_with_a_reason(rig):
    answered_before(rig, "N" * 26)
    rig.click("Complete form")
    assert rig.sees("Not answered yet: 27")
    assert rig.form.form.state is FormState.OPEN
    rig.click("Not answered: 1")
    line = rig.type("Reason why item 27 stays unanswered", "Prefers not to say")
    line.flush()
    rig.settle()
    rig.click("Complete form")
    assert rig.form.form.state is FormState.COMPLETED


def test_what_the_store_does_not_take_is_said_and_stored_again(rig, monkeypatch):
    rig.begin()
    answer = rig.forms.answer

    async def fails(*_args):
        raise StorageError("The disk is full.", kept="What was stored is safe.")

    monkeypatch.setattr(rig.forms, "answer", fails)
    press(rig, "Y")
    assert rig.sees("Not stored")
    assert rig.sees("The disk is full.")
    assert rig.named("Item 1, Injury now, Yes, chosen")
    monkeypatch.setattr(rig.forms, "answer", answer)
    rig.click("Store again")
    assert rig.form.form.answers["q1"].value == "yes"
    assert not rig.sees("Not stored")


def test_other_forms_are_chosen_above_and_a_notice_is_one_persons(rig):
    rig.begin()
    rig.click("Still to do, Needs")
    rig.click("Start form")
    press(rig, "Y2")
    stored = {one.pack.id: one.form for one in rig.run(rig.forms.of_consultation(rig.cid))}
    assert {item: answer.value for item, answer in stored["needs"].answers.items()} == {
        "enhanced": "yes",
        "contact": "letter",
    }
    rig.click("Form, Notice")
    rig.type("Name of the person", "Ben Cole")
    rig.click("Start form")
    press(rig, "Y")
    rig.click("Person, Another person…")
    rig.type("Name of the person", "Ida Cole")
    rig.click("Start form")
    forms = rig.run(rig.forms.of_consultation(rig.cid))
    assert [one.form.person for one in forms if one.pack.per_person] == ["Ben Cole", "Ida Cole"]


def test_text_for_the_records_system_is_copied_and_logged(rig):
    rig.begin()
    press(rig, "NY")
    rig.click("Text for records")
    rig.click("Copy Answers")
    assert "2 Very frightened: Yes" in QGuiApplication.clipboard().text()
    (entry,) = rig.run(rig.world.logged(CustodyAct.FORM_EXPORTED))
    assert entry.details["what"] == "text answers"


def test_after_a_restart_the_form_is_there_as_it_was(rig):
    rig.begin()
    press(rig, "YYN")
    cid = rig.cid
    rig.restart()
    rig.page.resize(1344, 852)
    rig.page.show()
    rig.presenter.open(cid)
    rig.settle()
    rig.page.open_tab("risk")
    rig.settle()
    assert rig.named("Item 2, Very frightened, Yes, chosen")
    assert focus_name().startswith("Item 4")


@pytest.fixture
def by_policy(tmp_path, qapp):
    """The same tab, with the bundled policy saying which forms each kind of consultation needs."""
    made = PolicyRig(tmp_path, qapp)
    made.page.resize(1344, 852)
    made.page.show()
    yield made
    made.close()


def chips(rig) -> list[str]:
    return [button.chip.word for button in rig.sheet.tab._forms._buttons.values()]


def test_the_forms_that_this_kind_needs_come_first_and_the_slot_names_the_first(by_policy):
    rig = by_policy
    rig.until("live")
    rig.presenter.add_note("Door damaged")
    rig.settle()
    assert chips(rig) == ["Needs", "Other forms…"]  # damage to a door, no flag: no risk assessment asked for
    assert rig.named("Next: start needs assessment")
    rig.presenter.next()
    rig.settle()
    assert focus_name() == "Start form"
    rig.key(Qt.Key.Key_Return)
    assert focus_name().startswith("Item 1, Enhanced")


def test_an_interpreters_call_needs_no_form_and_all_can_be_had_all_the_same(by_policy, unnamed):
    rig = by_policy
    rig.until("live")
    rig.presenter.add_note("For the patrol at number 14")
    rig.presenter.closing.choose_kind("interpreter")
    rig.settle()
    rig.page.open_tab("risk")
    rig.settle()
    assert chips(rig) == ["Other forms…"]
    assert rig.sees("No form is needed in this kind of consultation")
    assert not rig.sees("Start form")
    assert rig.named("In the call")
    rig.click("Form, Other forms…")
    assert chips(rig) == ["Risk", "Needs", "Notice"]
    assert focus_name() == "Form, Risk"
    rig.click("Form, Risk")
    rig.click("Start form")
    press(rig, "Y")
    assert rig.form.form.answers["q1"].value == "yes"
    assert still_to_do(rig)["risk"] == ("under_way", "1 of 27 answered", False)
    assert unnamed(rig.sheet.tab) == []


def still_to_do(rig) -> dict[str, tuple[str, str, bool]]:
    return {item.key: (item.state.value, item.words, item.needed) for item in rig.state.checklist}


def test_any_form_begun_without_need_is_listed_as_it_stands(by_policy):
    rig = by_policy
    rig.until("live")
    rig.presenter.closing.choose_kind("interpreter")
    rig.settle()
    assert still_to_do(rig)["risk"] == ("not_started", "Not needed here", False)
    rig.page.open_tab("risk")
    rig.settle()
    rig.click("Form, Other forms…")
    rig.click("Form, Notice")
    rig.type("Name of the person", "Hannah Cole")
    rig.click("Start form")
    state, said, needed = still_to_do(rig)["risk"]
    title = rig.sheet.presenter.state.live.pack.title
    assert (state, needed) == ("under_way", False)
    assert said.startswith(f"{title}: 0 of ")
    rig.presenter.closing.choose_kind("victim")
    rig.settle()
    assert still_to_do(rig)["needs"][1:] == ("Not started", True)  # a notice is in nobody's stead


def test_a_kind_chosen_later_keeps_what_was_begun_in_sight(by_policy):
    rig = by_policy
    rig.until("live")
    rig.page.open_tab("risk")
    rig.click("Start form")
    press(rig, "Y")
    rig.presenter.closing.choose_kind("missing_person")
    rig.settle()
    assert chips(rig) == ["Needs", "Other forms…"]  # this desk has no form for a search
    assert rig.named("Item 1, Enhanced entitlement, Yes, chosen")


def test_a_slip_that_raised_the_grade_is_corrected_with_a_reason_and_the_screen_says_so(rig, unnamed):
    answered_before(rig, "Y" * 13 + "N" * 13)
    press(rig, "KY")  # S1, then item 27 by mistake: High
    assert rig.named("Grade, High, chosen")
    rig.sheet.presenter.go_to("q27")
    rig.settle()
    press(rig, "N")
    assert rig.sees("Correct item 27 from Yes to No?")
    assert rig.named("Item 27, Criminal history, Yes, chosen")  # what stands, until the reason is given
    rig.key(Qt.Key.Key_Return)
    assert rig.sees("Give a reason")
    rig.key(Qt.Key.Key_Escape)
    assert rig.form.form.answers["q27"].value == "yes"
    assert focus_name().startswith("Item 27")
    press(rig, "N")
    rig.type("Why the answer before was wrong", "Pressed the wrong key")
    rig.key(Qt.Key.Key_Return)
    assert rig.named("Item 27, Criminal history, No, chosen")
    stored = rig.form
    assert (stored.form_score.indicative, stored.form_score.grade) == ("medium", "high")
    assert [(a.value, a.correction) for a in rig.run(rig.world.store.run(lambda tx: tx.forms.every_answer(stored.form.id)))][-2:] == [
        ("yes", ""), ("no", "Pressed the wrong key"),
    ]  # fmt: skip
    assert rig.sees(
        "Answers indicated High until 13:30:00: item 27 corrected from Yes to No by 2417: Pressed the wrong key"
    )
    assert rig.sees("The form's grade stays High.")
    assert rig.sees("MARAC") is False
    assert unnamed(rig.sheet.tab) == []


def test_the_link_goes_before_the_safety_questions_with_a_reason_only(by_policy, unnamed):
    """By keyboard: a caller who is about to hang up."""
    rig = by_policy
    rig.take()
    assert rig.named("Next: safety, question 1")
    rig.page.open_tab("safety")
    rig.run(rig.world.consultations.answer_safety(rig.cid, "alone", "Yes"))
    with pytest.raises(RefusedError, match="Safe place; Who else"):
        rig.run(rig.calls.send_link(rig.cid))
    rig.click("Send link before these are answered…")
    assert rig.sees("Send the link now? 7 safety questions are not answered.")
    rig.key(Qt.Key.Key_Return)
    assert rig.state.link is None
    rig.type("Why the link goes first", "Battery at 4 %")
    rig.key(Qt.Key.Key_Return)
    assert rig.state.link is not None
    assert not rig.sees("Send link before these are answered…")
    stored = rig.run(rig.world.consultations.get(rig.cid))
    assert stored.notes[-1].text.startswith(
        "Link sent before these safety questions were answered: Safe place; Who else;"
    )
    assert stored.notes[-1].text.endswith("Battery at 4 %")
    entry = rig.run(rig.world.logged(CustodyAct.NOTE_WRITTEN))[-1]
    assert entry.details["link_before"].startswith("safe_place,who_else")
    assert unnamed(rig.page) == []


class WordedRig(PolicyRig):
    """The safety questions in the words of these packs."""

    def __init__(self, path, qapp, packs):
        self.safety_words = SafetyWording(packs).at
        super().__init__(path, qapp)


def test_a_forces_wording_reaches_tab_refusal_and_note(tmp_path, qapp, unnamed):
    desk = PackDesk(tmp_path)
    pack = bundled("safety") | {"version": "2.0"}
    reworded = "Who else is within earshot of you where you are at this moment?"
    for item in pack["sections"][0]["items"]:
        if item["id"] == "who_else":
            item["label"] = reworded
    desk.put("safety.json", as_bytes(pack))
    rig = WordedRig(tmp_path, qapp, desk.registry())
    rig.page.show()
    try:
        rig.take()
        rig.page.open_tab("safety")
        assert rig.named(reworded).isEnabled()
        assert rig.sees(reworded)
        refused = "Alone and able to talk; In a safe place; Who else is within earshot"
        with pytest.raises(RefusedError, match=refused):
            rig.run(rig.calls.send_link(rig.cid))
        rig.run(rig.calls.send_link(rig.cid, "Battery at 4 %"))
        (note,) = rig.run(rig.world.consultations.get(rig.cid)).notes
        assert refused in note.text
        assert unnamed(rig.page) == []
    finally:
        rig.close()


def test_an_interpreters_call_has_no_safety_questions_before_its_link(by_policy):
    rig = by_policy
    rig.take()
    rig.presenter.closing.choose_kind("interpreter")
    rig.settle()
    assert rig.named("Send link")
    assert not rig.sees("Send link before these are answered…")
    rig.send_link()
    assert rig.state.link is not None
