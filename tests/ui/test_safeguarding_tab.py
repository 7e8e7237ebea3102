"""The Safeguarding tab and the closing that asks for what is missing, over real services and a real store."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

sys.path.insert(0, str(Path(__file__).parent))

from safeguarding_rig import SafeguardingRig

from rvr_console.domain.custody import CustodyAct
from rvr_console.ui.consultation.state import Stage

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")
SECRET = "He was convicted in 2019 of assault on a former partner."


@pytest.fixture
def rig(tmp_path: Path, qapp: QApplication) -> Iterator[SafeguardingRig]:
    made = SafeguardingRig(tmp_path, qapp)
    made.page.resize(1344, 852)
    made.page.show()
    yield made
    made.close()


def said(rig: SafeguardingRig, text: str) -> bool:
    """Whether any widget of the page, shown or not, still holds the text."""
    return any(
        text in part
        for widget in rig.page.findChildren(QWidget)
        for part in (
            widget.accessibleName(),
            widget.accessibleDescription(),
            widget.text() if isinstance(widget, QLabel) else "",
        )
    )


def test_advice_is_one_press_and_the_checklist_follows(rig: SafeguardingRig) -> None:
    rig.until("no_link")
    rig.page.open_tab("safeguarding")
    rig.settle()
    assert rig.sees("Enhanced rights")
    rig.click("Advice given: Support services and their helplines")
    rig.type("Other advice, in your own words", "Neighbour has a key")
    rig.click("Add advice")
    assert rig.sees("Still to do, Safeguarding, Advice 2")
    assert rig.sees("Neighbour has a key")
    assert rig.named("Other advice, in your own words").text() == ""
    file = rig.run(rig.safeguarding.read(rig.cid))
    assert [entry.key for entry in file.advice] == ["support", "own"]


def test_a_referral_without_consent_needs_a_reason_and_is_marked_as_sent(rig: SafeguardingRig) -> None:
    rig.until("no_link")
    rig.page.open_tab("safeguarding")
    rig.click("Part of safeguarding, Referrals")
    rig.click("Add referral")
    assert rig.sees("Say whether the person agrees")
    rig.click("Does the person agree?, Without consent")
    rig.click("Add referral")
    assert rig.sees("Say why it is made without consent")
    rig.type("Reason for referring without consent", "Risk to life")
    rig.click("Add referral")
    assert rig.sees("Still to do, Safeguarding, 1 referral to send")
    rig.click("Mark as sent: Domestic abuse adviser (IDVA)")
    assert rig.sees("Sent 13:30:00")
    (referral,) = rig.run(rig.safeguarding.read(rig.cid)).referrals
    assert not referral.open


def test_a_disclosure_is_covered_until_asked_for_and_no_chat_carries_it(rig: SafeguardingRig) -> None:
    rig.until("live")
    rig.page.open_tab("safeguarding")
    rig.click("Part of safeguarding, Disclosure")
    rig.type("What was disclosed", SECRET)
    rig.click("Disclosed under, Right to ask")
    rig.click("Record disclosure")
    assert rig.named("What was disclosed").toPlainText() == ""
    assert rig.sees("Right to ask · 11 words, covered")
    assert not said(rig, "convicted")
    rig.click("Show disclosure: Right to ask, 13:30:00")
    rig.click("Show it now")
    assert rig.sees("Say what you open it for")
    rig.type("What do you open it for?", "Told again at her wish")
    rig.click("Show it now")
    assert said(rig, SECRET)
    rig.page.open_tab("notes")
    rig.settle()
    assert not said(rig, "convicted"), "left, it is covered"
    (viewed,) = rig.run(rig.world.logged(CustodyAct.RESTRICTED_VIEWED))
    assert viewed.purpose == "Told again at her wish"

    done: list[bool] = []
    rig.presenter.call.send_chat("Convicted in 2019 of assault", done.append)
    rig.presenter.call.send_chat("Are you safe?", done.append)
    rig.settle()
    assert done == [False, True]
    assert rig.far.done("send_chat") == [("send_chat", "Are you safe?")]
    assert rig.sees("was not sent")


def test_another_case_finds_nothing_of_the_one_before(rig: SafeguardingRig) -> None:
    rig.until("no_link")
    rig.page.open_tab("safeguarding")
    rig.type("Other advice, in your own words", "Begun for the first")
    rig.click("Part of safeguarding, Disclosure")
    rig.type("What was disclosed", SECRET)
    rig.sheet.forget()
    rig.click("Part of safeguarding, Disclosure")
    assert rig.named("What was disclosed").toPlainText() == ""
    rig.click("Part of safeguarding, Advice")
    assert rig.named("Other advice, in your own words").text() == ""


def test_closing_asks_why_for_each_thing_that_is_missing(rig: SafeguardingRig) -> None:
    rig.until("ended")
    rig.page.open_tab("close")
    rig.settle()
    rig.type("What was done", "Account taken")
    rig.type("Result codes", "RC14")
    lines = [f"Why without {what}" for what in ("risk", "needs", "notes", "statement", "safeguarding")]
    for line in lines[:-1]:
        rig.type(line, "At the visit tomorrow")
    rig.click("Submit for review form")
    assert rig.presenter.state.stage is Stage.ENDED
    assert rig.sees("Say why it is not done")
    rig.run(rig.safeguarding.give_advice(rig.cid, "support"))
    rig.presenter.refresh_soon()
    rig.settle()
    with pytest.raises(AssertionError):
        rig.named(lines[-1])
    assert rig.named(lines[0]).text() == "At the visit tomorrow", "what was typed stays"
    rig.click("Submit for review form")
    assert rig.presenter.state.stage is Stage.SUBMITTED
    kept = rig.run(rig.world.store.run(lambda tx: tx.safeguarding.closed_without(rig.cid)))
    assert sorted(line.item for line in kept) == ["needs", "notes", "risk", "statement"]


def test_the_close_is_written_and_submitted_by_keys_alone(rig: SafeguardingRig) -> None:
    rig.until("ended")
    control = Qt.KeyboardModifier.ControlModifier
    rig.key(Qt.Key.Key_Return, control)
    rig.settle()
    lacking = rig.page.right.close_form.findChildren(QLineEdit)[1:]
    assert len(lacking) == 5
    for number in range(2 + len(lacking)):
        field = QApplication.focusWidget()
        assert field is not None
        QTest.keyClicks(field, f"said {number} here")
        QTest.keyClick(field, Qt.Key.Key_Tab)
    assert [line.text() for line in lacking] == [f"said {2 + n} here" for n in range(5)]
    rig.key(Qt.Key.Key_Return, control)
    rig.settle()
    assert rig.presenter.state.stage is Stage.SUBMITTED


def test_an_interpreters_call_is_chosen_at_the_start(rig: SafeguardingRig) -> None:
    rig.take()
    assert rig.named("Kind of consultation").currentText() == "Call with a victim"
    rig.named("Kind of consultation").setFocus()
    rig.key(Qt.Key.Key_End)
    assert rig.run(rig.world.stored(rig.cid)).kind == "interpreter"
    assert rig.sees("Still to do, Safety, Not needed here")
    assert rig.sees("Send link"), "no safety questions come first"
    rig.send_link()
    rig.knock()
    rig.go_live()
    rig._act(rig.presenter.call.end_for_both)
    assert not rig.named("Kind of consultation").isEnabled()
