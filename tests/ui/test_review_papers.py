"""Forms and statements of a case under review, over real services and a real encrypted store: read, approved, refused."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit

sys.path.append(str(Path(__file__).resolve().parents[1]))

from review_rig import ReviewRig
from review_screen import Screen, case_papers

from desk_parts import DISCLOSURE, OFFICER, SERGEANT  # isort: skip  # review_rig makes these importable
from test_statements_service import FULL  # isort: skip
from rvr_console.demo.driver import find, names_shown, text_shown
from rvr_console.domain import signing
from rvr_console.domain.access import Role, User
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.form import FormState
from rvr_console.domain.safeguarding import ReferralBasis
from rvr_console.domain.sealed_document import Signature, SignatureKind
from rvr_console.domain.statement_content import StatementKind
from rvr_console.ui.theme import apply_theme

ON_CASE = User(OFFICER.collar, "A. Bennett", "Sgt", Role.SERGEANT)


async def filled_in(world, cid: str) -> None:
    """A risk assessment of 14 yes, completed; a needs assessment that was begun; a statement, sealed."""
    papers = case_papers(world)
    risk = (await papers.forms.start(cid, "risk")).form.id
    await papers.forms.answer(risk, "q1", "no")
    for number in range(1, 28):
        said = "He waits outside her work." if number == 8 else ""
        await papers.forms.answer(risk, f"q{number}", "yes" if number <= 14 else "no", said)
    await papers.forms.answer(risk, "q8", "no", correction="That was her brother")
    await papers.forms.answer(risk, "q8", "yes", "He waits outside her work.")
    await papers.forms.answer(risk, "s1", "not_known")
    await papers.forms.complete(risk)
    await papers.forms.start(cid, "needs")
    statement = await papers.statements.start(cid, StatementKind.WITNESS)
    await papers.statements.save(statement.id, FULL)
    version = (await papers.statements.freeze(statement.id)).versions[-1]
    at, digest = world.clock.now(), version.sha256
    pages = (signing.PageProgress(),) * version.pages
    begun = signing.Ceremony("c1", cid, statement.id, 1, digest, 9, pages, at, OFFICER.collar)
    acts = [
        signing.Shown("phone", digest),
        *(signing.Read("phone", page, 1.0, 7.0) for page in range(version.pages)),
        signing.AskDeclaration(),
        signing.Accepted("phone", digest),
        signing.Signed("phone", digest, Signature(SignatureKind.TYPED, "Hannah Cole")),
        signing.Sealed("e1", "ab" * 32, "PAdES B-LT", "Signed by this desk."),
    ]

    def keep(tx) -> None:
        tx.signings.add(begun)
        for act in acts:
            tx.signings.add_act("c1", act, at, OFFICER.collar, None)

    await world.store.run(keep)


@pytest.fixture
async def screen(tmp_path, recorded, qapp):
    apply_theme(qapp, dark=False)
    rig = ReviewRig(tmp_path, recorded)
    rig.consultation = await rig.fill(lambda cid: filled_in(rig.world, cid))
    rig.each_turn = qapp.processEvents
    made = Screen(rig)
    yield made
    made.presenter.set_user(None)
    made.page.hide()
    await rig.end()
    made.page.deleteLater()


async def read_forms(screen: Screen, user: User):
    await screen.sign_in(user)
    await screen.open_case()
    await screen.rig.settle(lambda: bool(screen.presenter.state.forms))
    screen.page.case._tabs.open("forms")
    return screen.presenter.state.forms[0]


def answers() -> str:
    text = find("DASH structure, answers")
    assert isinstance(text, QPlainTextEdit)
    return text.toPlainText()


async def test_a_sergeant_of_the_team_reads_everything(screen):
    await read_forms(screen, SERGEANT)
    pane = screen.page.case._tabs.forms
    assert text_shown("Completed ")
    assert text_shown("by 2417, a sergeant approves it")
    assert pane._grade.tag.word == "High"
    said = answers()
    assert "Always surfaced: own fear (item 2), stalking (item 8)" in said
    assert "MARAC: 14 or more yes – 14 counted, threshold 14; Items 1, 2," in said
    assert "8 Constant contact or following: Yes · He waits outside her work." in said
    assert "1 Injury now: Yes · (before: No " in said
    assert find("Approve").isEnabled()
    pane.table.select_key(screen.presenter.state.forms[1].form.id)
    await screen.rig.settle(lambda: text_shown("Not completed, 3 not answered"))
    assert find("Approve") is None
    (row,) = screen.page.case._tabs.statements.table.rows.rows
    tag, title, said = row.cells
    assert tag.word == "Signed and sealed"
    assert title.startswith("Witness statement, ")
    assert said.startswith("Version 1, signed ")
    assert said.endswith("sealed as PAdES B-LT")


async def to_statements(screen: Screen, user: User) -> None:
    await screen.sign_in(user)
    await screen.open_case()
    await screen.rig.settle(lambda: bool(screen.presenter.state.statements))
    screen.page.case._tabs.open("statements")
    await screen.wait("Statement")


async def waiting_statement(screen: Screen) -> None:
    """The officer began another text; nobody said that this person is over 18, so the gate is closed."""
    screen.rig.world.act_as(OFFICER)
    await case_papers(screen.rig.world).statements.start(
        screen.rig.consultation.id, StatementKind.VICTIM_PERSONAL
    )


async def test_a_sergeant_lets_a_person_sign_by_video_with_a_reason_that_is_logged(screen, unnamed):
    await waiting_statement(screen)
    await to_statements(screen, SERGEANT)
    do = await screen.wait("May sign by video all the same")
    assert text_shown("Not met: Over 18")
    await screen.click("May sign by video all the same")
    assert text_shown("Write the reason.")
    assert await screen.rig.world.logged(CustodyAct.SIGNING_GATE_OVERRIDDEN) == []
    assert unnamed(screen.page.case._tabs.statements) == []
    await screen.write("Why they may all the same, error: Write the reason.", "Her mother sits with her")
    await screen.click("May sign by video all the same")
    await screen.rig.settle(lambda: not do.isVisible())
    (entry,) = await screen.rig.world.logged(CustodyAct.SIGNING_GATE_OVERRIDDEN)
    assert (entry.actor, entry.purpose) == (SERGEANT.collar, "Her mother sits with her")
    assert screen.presenter.state.gate.open
    assert text_shown("The person may sign by video.")


async def test_nobody_opens_the_gate_of_a_case_of_their_own(screen):
    await waiting_statement(screen)
    await to_statements(screen, ON_CASE)
    await screen.rig.settle(lambda: screen.presenter.state.gate is not None)
    assert not screen.presenter.state.gate.open
    assert find("May sign by video all the same") is None


async def test_a_sergeant_saves_front_and_back_with_a_purpose_that_is_logged(screen, tmp_path, unnamed):
    await to_statements(screen, SERGEANT)
    world, out = screen.rig.world, tmp_path / "file"
    out.mkdir()
    await screen.click("Save front and back")
    assert text_shown("Hannah Cole, version 1")
    assert unnamed(screen.page) == []
    find("Folder for the pages").setText(str(out))
    await screen.click("Save the pages")
    assert text_shown("Write what the pages are for.")
    assert await world.logged(CustodyAct.STATEMENT_READ) == []
    assert list(out.iterdir()) == []
    await screen.write("Purpose of the pages", "File for the prosecutor")
    await screen.click("Save the pages")
    await screen.rig.settle(lambda: text_shown("Front and back are saved."))
    entries = await world.logged(CustodyAct.STATEMENT_READ)
    assert [(one.actor, one.purpose, one.details["back"]) for one in entries] == [
        (SERGEANT.collar, "File for the prosecutor", "yes"),
        (SERGEANT.collar, "File for the prosecutor", "no"),
    ]
    assert sorted(path.name.split("version-1")[1] for path in out.iterdir()) == [
        "-back.pdf",
        "-front-unsigned.pdf",
    ]
    assert find("Save the pages") is None


async def test_a_disclosure_officer_is_not_offered_the_back_page_and_refused_past_the_screen(
    screen, tmp_path
):
    world, cid = screen.rig.world, screen.rig.consultation.id
    await world.store.run(lambda tx: tx.consultations.assign(cid, DISCLOSURE.collar))
    await to_statements(screen, DISCLOSURE)
    assert find("Save front and back") is None
    (statement,) = screen.presenter.state.statements
    screen.presenter.pages.save(statement.id, 1, "Curious", str(tmp_path))
    await screen.rig.settle(lambda: text_shown("Your role does not allow this."))
    assert not list(tmp_path.glob("*.pdf"))
    assert await world.logged(CustodyAct.STATEMENT_READ) == []
    assert (await world.logged(CustodyAct.ACCESS_DENIED))[-1].actor == DISCLOSURE.collar


async def test_a_form_changed_since_it_was_read_is_read_again_before_it_is_approved(screen):
    risk = await read_forms(screen, SERGEANT)
    await screen.rig.world.store.run(lambda tx: tx.forms.replace(risk.form))
    await screen.click("Approve")
    await screen.rig.settle(lambda: text_shown("The form was changed after you opened it."))
    await screen.rig.settle(lambda: screen.presenter.state.forms[0].form.version > risk.form.version)
    assert await screen.rig.world.logged(CustodyAct.FORM_APPROVED) == []
    await screen.click("Approve")
    await screen.rig.settle(lambda: screen.presenter.state.forms[0].form.state is FormState.APPROVED)
    await screen.rig.settle(lambda: text_shown("DASH structure approved, grade High."))
    assert text_shown("by 1186")
    assert find("Approve") is None
    (entry,) = await screen.rig.world.logged(CustodyAct.FORM_APPROVED)
    assert (entry.actor, entry.details["form"]) == (SERGEANT.collar, risk.form.id)
    assert entry.details["grade"] == "high"


async def test_own_work_is_refused_in_plain_words(screen):
    risk = await read_forms(screen, ON_CASE)
    assert not find("Approve").isEnabled()
    assert text_shown("Your own work. Another sergeant approves it.")
    screen.presenter.reading.approve(risk.form.id)  # past the button: the service refuses all the same
    await screen.rig.settle(lambda: text_shown("Nobody approves a form of their own."))
    await screen.rig.settle(lambda: not screen.presenter.state.approving)
    assert screen.presenter.state.forms[0].form.state is FormState.COMPLETED
    assert await screen.rig.world.logged(CustodyAct.FORM_APPROVED) == []
    (denied,) = await screen.rig.world.logged(CustodyAct.ACCESS_DENIED)
    assert (denied.actor, denied.details["act"]) == (OFFICER.collar, "review")


async def test_what_is_written_meanwhile_stands_on_the_open_page_without_being_asked_for(screen):
    """A signature sealed in the background, an approval on another page: the sergeant reads what is so now."""
    risk = await read_forms(screen, SERGEANT)
    world, cid = screen.rig.world, screen.rig.consultation.id
    await case_papers(world).forms.approve(risk.form.id)
    await screen.rig.settle(lambda: screen.presenter.state.forms[0].form.state is FormState.APPROVED)
    await screen.rig.settle(lambda: find("Approve") is None)
    world.act_as(OFFICER)
    await world.consultations.add_note(cid, "Neighbour called back")
    notes = screen.page.case._tabs._pages["notes"].table
    await screen.rig.settle(lambda: notes.rows.rows[-1].cells[1] == "Neighbour called back")


async def test_a_correction_is_read_with_its_reason_before_the_grade_is_approved(screen):
    await read_forms(screen, SERGEANT)
    said = answers()
    assert "Answers indicated High until " in said
    assert "item 8 corrected from Yes to No by 2417: That was her brother" in said
    assert "8 Constant contact or following: Yes · He waits outside her work. · (before: Yes " in said


SECRET = "He was convicted of strangling a former partner in Leeds in 2019"


async def disclosed(screen: Screen, user: User) -> None:
    """The case with a disclosure, a referral without consent and advice, opened by this person at its tab."""
    world, cid = screen.rig.world, screen.rig.consultation.id
    safeguarding = case_papers(world).safeguarding
    world.act_as(OFFICER)
    right = safeguarding.policy.disclosures[0].key
    await safeguarding.record_disclosure(cid, right, SECRET)
    await safeguarding.give_advice(cid, safeguarding.policy.advice[0].key)
    recipient = safeguarding.policy.recipients[0].key
    await safeguarding.refer(cid, recipient, ReferralBasis.WITHOUT_CONSENT, "Children at risk")
    await screen.sign_in(user)
    await screen.open_case()
    await screen.rig.settle(lambda: screen.presenter.state.safeguarding is not None)
    screen.page.case._tabs.open("safeguarding")
    await screen.rig.settle(lambda: text_shown("words, covered"))


def seen(text: str) -> bool:
    return any(
        text in label.text() for label in QApplication.instance().allWidgets() if isinstance(label, QLabel)
    )


async def test_a_sergeant_sees_a_disclosure_by_an_act_with_a_purpose_that_is_logged(screen, unnamed):
    await disclosed(screen, SERGEANT)
    rows = screen.page.case._tabs.safeguarding.table.rows.rows
    said = [(row.cells[0].word, row.cells[1]) for row in rows]
    assert ("To send", "without consent") in [
        (tag, words.split(" · ")[1]) for tag, words in said if " · " in words
    ]
    assert any("Children at risk" in words for _tag, words in said)
    assert not seen(SECRET)
    assert await screen.rig.world.logged(CustodyAct.RESTRICTED_VIEWED) == []
    (name,) = [n for n in names_shown() if n.startswith("Show disclosure: ")]
    await screen.click(name)
    await screen.click("Show it now")
    assert not seen(SECRET)  # no purpose
    await screen.write("What do you open it for?", "Review of the safety plan")
    await screen.click("Show it now")
    await screen.rig.settle(lambda: seen(SECRET))
    (entry,) = await screen.rig.world.logged(CustodyAct.RESTRICTED_VIEWED)
    assert (entry.actor, entry.purpose) == (SERGEANT.collar, "Review of the safety plan")
    assert unnamed(screen.page) == []
    screen.page.case._tabs.open("notes")  # left: covered again, and nothing of it stays in a widget
    await screen.rig.settle(lambda: not seen(SECRET))


async def test_a_disclosure_officer_sees_that_there_is_one_and_not_what_it_says(screen):
    world, cid = screen.rig.world, screen.rig.consultation.id
    await world.store.run(lambda tx: tx.consultations.assign(cid, DISCLOSURE.collar))
    await disclosed(screen, DISCLOSURE)
    assert text_shown("shown to the officer of the case and to a sergeant of the team only")
    assert not [n for n in names_shown() if n.startswith("Show disclosure: ")]
    record = screen.presenter.state.safeguarding.restricted[0].id
    screen.presenter.reading.show_disclosure(
        record, "Curious"
    )  # past the screen: refused all the same, and logged
    await screen.rig.settle(lambda: text_shown("Your role does not allow this."))
    assert not seen(SECRET)
    assert await screen.rig.world.logged(CustodyAct.RESTRICTED_VIEWED) == []
    assert (await screen.rig.world.logged(CustodyAct.ACCESS_DENIED))[-1].actor == DISCLOSURE.collar


async def test_a_versions_text_is_read_with_a_purpose_and_the_earlier_ones_say_why_they_were_reopened(screen):
    world = screen.rig.world
    (statement,) = await world.store.run(lambda tx: tx.statements.of_consultation(screen.rig.consultation.id))
    world.act_as(OFFICER)
    await case_papers(world).statements.correct(statement.id, "It was the back door")
    await to_statements(screen, SERGEANT)
    pane = screen.page.case._tabs.statements
    draft, first = pane.table.rows.rows
    assert "It was the back door" in draft.cells[2]
    assert first.key == f"{statement.id}:1"
    assert first.cells[2].endswith("by 2417: It was the back door")
    assert not find("Read the text").isEnabled(), "a draft's row is chosen"
    pane.table.setFocus()
    QTest.keyClick(pane.table, Qt.Key.Key_Down)
    pane._why.clear()
    await screen.click("Read the text")
    assert text_shown("Write what the text is read for. Nothing was opened.")
    assert await world.logged(CustodyAct.STATEMENT_READ) == []
    QTest.keyClicks(pane._why, "Review of the case")
    QTest.keyClick(pane._why, Qt.Key.Key_Return)
    await screen.rig.settle(pane.reading.isVisible)
    assert pane.reading.toPlainText() == "\n\n".join(FULL.paragraphs)
    assert pane.reading.isReadOnly()
    assert QApplication.focusWidget() is pane.reading
    (entry,) = await world.logged(CustodyAct.STATEMENT_READ)
    assert (entry.actor, entry.purpose, entry.details["version"]) == (
        SERGEANT.collar,
        "Review of the case",
        "1",
    )
    await screen.click("Back to the list")
    assert pane.reading.toPlainText() == ""
    assert QApplication.focusWidget() is pane.table
