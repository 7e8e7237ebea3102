"""The signing beside the pages: one next act, reading progress a page, the gate in words, what is bound; acts reach the service."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rvr_console.domain import signing
from rvr_console.domain.events import GateDecided
from rvr_console.domain.sealed_document import Signature, SignatureKind
from rvr_console.domain.signing import Ceremony, PageProgress, Stage, take
from rvr_console.domain.signing_gate import Gate, GateOverride
from rvr_console.domain.statement import Statement, StatementState
from rvr_console.domain.statement_content import StatementContent, StatementKind
from rvr_console.ui.statement import ceremony_words as words
from rvr_console.ui.statement.ceremony_pane import CeremonyPane
from rvr_console.ui.statement.ceremony_presenter import CeremonyPresenter
from rvr_console.ui.statement.ceremony_state import CeremonyState, bound, heading, primary, step_of_ceremony
from rvr_console.ui.statement.state import PaperState, Step, step_marks

AT = datetime(2026, 11, 21, 14, 1, tzinfo=UTC)
HASH = "9c41e07b" + "0" * 48 + "52d8a6f0"
MET = Gate("1", (("Over 18", True), ("Not a serious offence", True)))
CLOSED = Gate("1", (("Over 18", False), ("Not a serious offence", True)))


def ceremonies() -> dict[str, Ceremony]:
    """One at each stage, made by the machine."""
    made = {"offered": Ceremony("c", "k", "s", 2, HASH, 9, (PageProgress(),) * 3, AT, "2417")}
    now = made["shown"] = take(made["offered"], signing.Shown("phone-key", HASH), AT)
    now = made["reading"] = take(
        take(now, signing.Read("phone-key", 0, 1.0, 110), AT), signing.Read("phone-key", 1, 0.6, 9), AT
    )
    for page in (1, 2):
        now = take(now, signing.Read("phone-key", page, 1.0, 60), AT)
    made["read"] = now
    now = made["asked"] = take(now, signing.AskDeclaration(), AT)
    now = made["declared"] = take(now, signing.Accepted("phone-key", HASH), AT)
    drawn = Signature(SignatureKind.DRAWN, "", (((0, 0), (90, 90)),), 412)
    now = made["signed"] = take(now, signing.Signed("phone-key", HASH, drawn), AT)
    made["stuck"] = take(now, signing.NotSealed("The certificate has expired."), AT)
    made["sealed"] = take(now, signing.Sealed("e", "f" * 64, "PAdES B-B", "No time stamp."), AT)
    made["change"] = take(made["reading"], signing.ChangeWanted("phone-key", "The door was blue"), AT)
    return made


def state(name: str | None, gate: Gate = MET) -> CeremonyState:
    one = ceremonies()[name] if name else None
    return CeremonyState("k", "s", 2, 3, HASH, "Hannah", one, gate)


@pytest.mark.parametrize(
    ("name", "act", "off", "step"),
    [
        (None, "begin", "", None),
        ("offered", "declare", "after page 3", Step.READ),
        ("reading", "declare", "after page 3", Step.READ),
        ("read", "declare", "", Step.DECLARE),
        ("asked", "seal", "after the signature", Step.DECLARE),
        ("declared", "seal", "after the signature", Step.SIGN),
        ("signed", "seal", "", Step.SEAL),
        ("stuck", "seal", "", Step.SEAL),
        ("sealed", "", "", None),
        ("change", "correct", "", None),
    ],
)
def test_each_stage_has_one_next_act(name: str | None, act: str, off: str, step: Step | None) -> None:
    shown = state(name)
    assert (primary(shown)[0], primary(shown)[2]) == (act, off)
    assert step_of_ceremony(shown.ceremony) is step
    assert heading(shown)[0]


def test_a_typed_name_is_shown_to_who_seals_it() -> None:
    typed = Signature(SignatureKind.TYPED, "Tom Jones")
    shown = state("declared")
    shown.ceremony = take(ceremonies()["declared"], signing.Signed("phone-key", HASH, typed), AT)
    assert "“Tom Jones”" in heading(shown)[1]
    assert ("Signature", "Typed name: Tom Jones") in bound(shown, HASH)


def test_the_seal_is_not_called_done_before_it_is() -> None:
    content = StatementContent(paragraphs=("I live alone.",))
    signed = Statement(
        "s", "k", StatementKind.WITNESS, AT, "2417", content, StatementState.SIGNED, signed=(1,)
    )
    for name, last in (("signed", "now"), ("stuck", "now"), ("sealed", "done")):
        paper = PaperState("k", [signed], "s", ceremony=step_of_ceremony(ceremonies()[name]))
        assert step_marks(paper)[-1][1] == last


def test_a_version_that_is_kept_although_a_change_was_asked_for_may_be_shown_again() -> None:
    shown = state("change")
    shown.kept = True
    assert primary(shown)[0] == "begin"


def test_before_the_showing_nothing_is_said_of_a_recording_that_may_run() -> None:
    assert ("Recording", words.NOT_RECORDED_YET) in bound(state(None), HASH)
    assert ("Recording", words.NOT_RECORDED_YET) in bound(state("offered"), HASH)
    assert ("Recording", words.NOT_RECORDED) in bound(state("shown"), HASH)


def test_the_words_say_where_it_stands() -> None:
    assert heading(state("reading")) == (
        "Hannah is reading page 2",
        "The declaration opens at the end of page 3.",
    )
    assert heading(state("stuck"))[1] == "The certificate has expired."
    assert "“The door was blue”" in heading(state("change"))[1]
    assert heading(state("sealed")) == ("Sealed as PAdES B-B", "No time stamp.")
    assert primary(state(None, CLOSED))[2] == words.GATE_NOT
    assert primary(state(None, replace(CLOSED, override=GateOverride("9", AT, "x"))))[2] == ""


def test_the_pane_shows_pages_gate_and_what_is_bound(qtbot) -> None:
    pane = CeremonyPane()
    qtbot.addWidget(pane)
    pane.resize(420, 700)
    asked: list[str] = []
    pane.wanted.connect(asked.append)
    pane.show()
    for name in (None, *ceremonies()):
        pane.show_ceremony(state(name))
        assert pane.stop.isVisible() == (name in {"offered", "shown", "reading", "read", "asked", "declared"})
    pane.show_ceremony(state("reading"))
    rows = [(mark.word, bar.value(), said.text()) for mark, bar, said in pane._pages._rows]
    pane.stop.click()
    pane.read_back.click()
    assert asked == ["stop", "read_back"]
    assert rows == [("Page 1", 100, "Read, 1 min 50 s"), ("Page 2", 60, "Reading"), ("Page 3", 0, "Not yet")]
    assert not pane.sign.isVisible()
    facts = {fact.label: fact.value for fact in pane._bound.facts}
    assert facts[words.FILE] == "9c41 e07b … 52d8 a6f0"
    pane.show_ceremony(state("signed"))
    assert {fact.label: fact.value for fact in pane._bound.facts}[words.SIGNATURE] == "Drawn, 412 points"
    pane.show_ceremony(state(None, CLOSED))
    assert pane.sign.isVisible()
    decided: list[tuple[str, ...]] = []
    pane.sign.decided.connect(lambda *given: decided.append(given))
    pane.sign.reason.setText("Her carer sits with her")
    pane.sign.collar.setText(" 1186 ")
    pane.sign.do.click()
    assert decided == [], "no password"
    pane.sign.password.setText("correct horse")
    pane.sign.do.click()
    assert decided == [("1186", "correct horse", "Her carer sits with her")]
    assert pane.sign.password.text() == "", "forgotten with the attempt"
    pane.sign.password.setText("correct")
    pane.show_ceremony(state(None))
    assert (pane.sign.password.text(), pane.sign.reason.text()) == ("", "")
    assert ceremonies()["sealed"].stage is Stage.SEALED


def test_a_gate_opened_elsewhere_is_open_here_at_once_and_reading_aloud_is_marked() -> None:
    """The decision is made under Review, while the officer's page waits: it is read again without being asked for."""
    gates, hear = [MET], {}

    class Doors:
        async def gate(self, _consultation_id: str) -> Gate:
            return gates[-1]

        async def of_consultation(self, _consultation_id: str) -> list[Ceremony]:
            return []

        def subscribe(self, kind: type, told) -> None:
            hear[kind] = told

        def do(self, act) -> None:
            asyncio.run(act)

    noted: list[tuple[str, str]] = []

    async def note(*marked: str) -> None:
        noted.append(marked)

    doors = Doors()
    presenter = CeremonyPresenter(doors, (doors, doors), doors, note, lambda _step: None, lambda _said: None)
    presenter.state = state(None, CLOSED)
    assert primary(presenter.state)[2] == words.GATE_NOT
    gates.append(replace(CLOSED, override=GateOverride("1186", AT, "Her mother sits with her")))
    hear[GateDecided](GateDecided("another"))
    assert primary(presenter.state)[2] == words.GATE_NOT
    hear[GateDecided](GateDecided("k"))
    assert primary(presenter.state)[2] == ""
    presenter.state = state("reading")
    presenter.act("read_back")
    assert noted == [("k", words.READ_BACK_NOTE)], "the recording is marked where it was read aloud"
