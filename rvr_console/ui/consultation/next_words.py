"""The action slot's words for each next act."""

from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.state import NextAct, PageState, first_unanswered, next_sheet

FIXED = {
    NextAct.SEND_LINK: (words.NEXT_SEND, ""),
    NextAct.WAIT_FOR_DEVICE: words.NEXT_WAITING_DEVICE,
    NextAct.ADMIT: (words.NEXT_ADMIT, ""),
    NextAct.WAIT_FOR_CALL: words.NEXT_CONNECTING,
    NextAct.WAIT_FOR_CONSENT: words.NEXT_CONSENT,
    NextAct.DECIDE_CONSENT: words.NEXT_DECIDE,
    NextAct.WRITE_NOTE: (words.NEXT_NOTE, ""),
    NextAct.RESUME: (words.NEXT_RESUME, ""),
    NextAct.WAIT_FOR_RETURN: words.NEXT_RETURN,
    NextAct.IN_CALL: (words.NEXT_IN_CALL, words.NEXT_IN_CALL_WHY),
    NextAct.SUBMIT: (words.NEXT_SUBMIT, ""),
    NextAct.NOTHING: words.NEXT_NOTHING,
    NextAct.TAKE_ANOTHER: words.NEXT_ANOTHER,
}


def pending_of(act: NextAct, state: PageState) -> str:
    """What runs now, in words; "" when nothing does."""
    sheet = state.sheet_act.pending if act is NextAct.IN_SHEET and state.sheet_act is not None else ""
    return state.pending or sheet


def slot_of(act: NextAct, state: PageState) -> tuple[str, str]:
    """(verb and object, why it is off or "")."""
    if act is NextAct.ANSWER_SAFETY:
        place = first_unanswered(state.consultation, state.before_link) or 0
        return words.NEXT_SAFETY.format(n=place + 1), ""
    if act is NextAct.IN_SHEET and state.sheet_act is not None:
        return state.sheet_act.word, state.sheet_act.off
    if act is NextAct.OPEN_SHEET:
        return state.standings[next_sheet(state)].next, ""
    return FIXED[act]
