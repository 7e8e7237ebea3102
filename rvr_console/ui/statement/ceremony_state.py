"""What the pane of the signing shows, as words and marks. Pure values: no Qt."""

from dataclasses import dataclass, field

from rvr_console.domain.sealed_document import SignatureKind
from rvr_console.domain.signing import Ceremony, PageProgress, Stage, VoidReason
from rvr_console.domain.signing_gate import Gate
from rvr_console.ui.statement import ceremony_words as words
from rvr_console.ui.statement.state import Step
from rvr_console.ui.widgets.figures import running


@dataclass(slots=True)
class CeremonyState:
    """version: of the shown statement, None while it is no frozen one. name: of who signs, their first name.

    kept: the officer keeps this version although a change was asked for.
    """

    consultation_id: str = ""
    statement_id: str = ""
    version: int | None = None
    pages: int = 0
    sha256: str = ""
    name: str = "The person"
    ceremony: Ceremony | None = None
    gate: Gate | None = None
    pending: str = ""
    notes: list[str] = field(default_factory=list)
    kept: bool = False

    @property
    def wants_change(self) -> bool:
        """The person asked for a change, and nobody has decided to keep the version all the same."""
        one = self.ceremony
        asked = one is not None and one.stage is Stage.VOID and one.void_reason is VoidReason.CHANGE_WANTED
        return asked and not self.kept

    @property
    def stage(self) -> Stage | None:
        return self.ceremony.stage if self.ceremony is not None else None


def heading(state: CeremonyState) -> tuple[str, str]:
    """What goes on, and what comes next."""
    one = state.ceremony
    if one is None:
        return words.NOT_SHOWN, words.NOT_SHOWN_ADVICE
    last, name = len(one.pages), state.name
    if one.stage is Stage.VOID and one.void_reason is not None:
        advice = words.VOID_ADVICE[one.void_reason]
        said = f"“{one.words}” " if one.words else ""
        return words.VOID[one.void_reason].format(name=name), said + advice
    if one.stage is Stage.SEALED:
        return words.SEALED.format(level=one.level or "a file"), one.seal_words
    if one.stage is Stage.SIGNED:
        return words.SIGNED.format(name=name), one.trouble or _signed_advice(one)
    if one.stage is Stage.DECLARED:
        return words.ACCEPTED.format(name=name), words.DECLARING_ADVICE.format(name=name)
    if one.asked_at is not None:
        return words.DECLARING, words.DECLARING_ADVICE.format(name=name)
    if one.stage is Stage.READ:
        said = words.ALL_READ_ONE if last == 1 else words.ALL_READ
        return said.format(name=name, last=last), words.ALL_READ_ADVICE
    advice = words.READING_ADVICE.format(last=last)
    if one.stage is Stage.OFFERED:
        return words.FETCHING, advice
    return words.READING.format(name=name, page=(one.reading or 0) + 1), advice


def _signed_advice(one: Ceremony) -> str:
    """What was typed is for the officer to compare: the program does not know how a person writes their name."""
    typed = one.signature is not None and one.signature.kind is SignatureKind.TYPED
    return (
        words.SIGNED_AS.format(typed=one.signature.name) if typed and one.signature else words.SIGNED_ADVICE
    )


def page_words(one: Ceremony, place: int) -> str:
    page: PageProgress = one.pages[place]
    if page.read:
        return words.PAGE_READ.format(time=_long(page.seconds))
    return words.PAGE_READING if one.reading == place and one.stage is Stage.SHOWN else words.PAGE_LATER


def _long(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def primary(state: CeremonyState) -> tuple[str, str, str]:
    """The one act that is right now: its key ("begin", "correct", "declare", "seal" or ""), its word, and why it is off ("" when on)."""
    one = state.ceremony
    if state.version is None:
        return "", "", ""
    if state.wants_change:
        return "correct", words.CORRECT, ""
    if one is None or one.stage is Stage.VOID:
        closed = state.gate is None or not state.gate.open
        return "begin", words.BEGIN, words.GATE_NOT if closed else ""
    if one.stage is Stage.SIGNED:
        return "seal", words.SEAL, ""
    if one.stage in {Stage.OFFERED, Stage.SHOWN}:
        return "declare", words.DECLARE, words.DECLARE_OFF.format(last=len(one.pages))
    if one.stage is Stage.READ and one.asked_at is None:
        return "declare", words.DECLARE, ""
    if one.stage is Stage.SEALED:
        return "", "", ""
    return "seal", words.SEAL, words.SEAL_OFF


def on_other_screen(state: CeremonyState) -> tuple[int | None, str]:
    """The page that is read on the other screen, from 0, and in words; (None, "") when none is."""
    one = state.ceremony
    if one is None or one.stage not in {Stage.SHOWN, Stage.READ, Stage.DECLARED}:
        return None, ""
    return one.reading if one.stage is Stage.SHOWN else None, words.ON_SCREEN.format(name=state.name)


def step_of_ceremony(one: Ceremony | None) -> Step | None:
    """The step that is to be done now; None when none is under way."""
    if one is None or one.stage in {Stage.VOID, Stage.SEALED}:
        return None
    if one.past(Stage.SIGNED):
        return Step.SEAL
    if one.stage is Stage.DECLARED:
        return Step.SIGN
    return Step.DECLARE if one.stage is Stage.READ else Step.READ


def bound(state: CeremonyState, digest: str) -> list[tuple[str, str]]:
    """(label, value) of what the sealing binds together."""
    one = state.ceremony
    signature, recording, device = words.NOT_YET, words.NOT_RECORDED_YET, words.NO_DEVICE
    if one is not None:
        if one.stage is not Stage.OFFERED:
            recording = words.NOT_RECORDED
        if one.signature is not None:
            signature = words.KINDS[one.signature.kind.value]
            if one.signature.kind is SignatureKind.TYPED:
                signature += f": {one.signature.name}"
            elif one.signature.drawn_points:
                signature += f", {one.signature.drawn_points} points"
        moment = one.moments.get(Stage.SIGNED) or one.moments.get(Stage.SHOWN)
        if moment is not None:
            recording = words.AT.format(segment=moment.segment, time=running(moment.offset_us / 1_000_000))
        device = one.device[:8] or words.NO_DEVICE
    return [
        (words.FILE, digest),
        (words.RECORDING, recording),
        (words.SIGNATURE, signature),
        (words.DEVICE, device),
        (words.SEALED_WITH, words.DESK),
    ]
