from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rvr_console.domain.consultation import (
    SAFETY_QUESTIONS,
    Consent,
    Consultation,
    ConsultationState,
    LinkState,
    Note,
)
from rvr_console.domain.incident import Incident, Person
from rvr_console.services.values import CheckState
from rvr_console.ui.consultation.next_words import slot_of
from rvr_console.ui.consultation.state import (
    NextAct,
    PageState,
    Stage,
    Standing,
    first_unanswered,
    next_act,
    stage_of,
)

NOW = datetime(2026, 11, 21, 13, 52, tzinfo=UTC)
INCIDENT = Incident(
    "155 of 21/11/2026", "Damage", 3, NOW, "Haverbrook", "1 Alder Court", Person("Hannah Cole")
)
OPEN = Consultation("c1", INCIDENT.reference, "2417", NOW)
ANSWERED = replace(OPEN, safety=dict.fromkeys(SAFETY_QUESTIONS, "Yes"))
NOTED = replace(ANSWERED, consent=Consent.AGREED, notes=(Note(NOW, "x"),))


@pytest.mark.parametrize(
    ("consultation", "stage", "refused", "act"),
    [
        (OPEN, Stage.NO_LINK, False, NextAct.ANSWER_SAFETY),
        (ANSWERED, Stage.NO_LINK, False, NextAct.SEND_LINK),
        (ANSWERED, Stage.LINK_SENT, False, NextAct.WAIT_FOR_DEVICE),
        (ANSWERED, Stage.DEVICE_WAITING, False, NextAct.ADMIT),
        (ANSWERED, Stage.CONNECTING, False, NextAct.WAIT_FOR_CALL),
        (ANSWERED, Stage.LIVE, False, NextAct.WAIT_FOR_CONSENT),
        (ANSWERED, Stage.LIVE, True, NextAct.DECIDE_CONSENT),
        (replace(ANSWERED, consent=Consent.AGREED), Stage.LIVE, False, NextAct.WRITE_NOTE),
        (NOTED, Stage.LIVE, False, NextAct.IN_CALL),
        (NOTED, Stage.PAUSED, False, NextAct.RESUME),
        (NOTED, Stage.DROPPED, False, NextAct.WAIT_FOR_RETURN),
        (NOTED, Stage.ENDED, False, NextAct.SUBMIT),
        (NOTED, Stage.SUBMITTED, False, NextAct.NOTHING),
    ],
)
def test_exactly_one_next_act(consultation, stage, refused, act):
    assert next_act(PageState(consultation, INCIDENT, stage=stage, refused=refused)) is act


def test_blank_answers_do_not_count():
    assert first_unanswered(
        replace(ANSWERED, safety=ANSWERED.safety | {"safe_place": "  "})
    ) == SAFETY_QUESTIONS.index("safe_place")
    assert first_unanswered(ANSWERED) is None


@pytest.mark.parametrize(
    ("link", "stage"),
    [
        (None, Stage.NO_LINK),
        (LinkState.ISSUED, Stage.LINK_SENT),
        (LinkState.LIVE, Stage.DROPPED),
        (LinkState.PAUSED, Stage.DROPPED),
        (LinkState.CLOSED, Stage.ENDED),
        (LinkState.EXPIRED, Stage.NO_LINK),
    ],
)
def test_after_a_restart_nothing_is_live_before_it_is(link, stage):
    assert stage_of(replace(OPEN, link=link)) is stage


def test_ended_and_submitted():
    assert stage_of(replace(OPEN, state=ConsultationState.ENDED)) is Stage.ENDED
    assert stage_of(replace(OPEN, state=ConsultationState.SUBMITTED)) is Stage.SUBMITTED


def test_after_the_notes_comes_the_first_sheet_in_which_something_is_due():
    state = PageState(NOTED, INCIDENT, stage=Stage.LIVE)
    state.standings = {
        "risk": Standing(CheckState.DONE, "Standard"),
        "statement": Standing(CheckState.UNDER_WAY, "2 paragraphs", "Next: statement"),
        "safeguarding": Standing(CheckState.NOT_STARTED, "", "Next: safeguarding"),
    }
    assert next_act(state) is NextAct.OPEN_SHEET
    assert slot_of(NextAct.OPEN_SHEET, state) == ("Next: statement", "")
    state.consultation = replace(NOTED, notes=())
    assert next_act(state) is NextAct.WRITE_NOTE
