"""The ceremony's order, its resuming, and that no sequence of acts seals a text that the person did not see."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rvr_console.domain import signing
from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.incident import Flag, Incident, Person
from rvr_console.domain.sealed_document import Signature, SignatureKind
from rvr_console.domain.signing import Ceremony, PageProgress, Stage, VoidReason, take
from rvr_console.domain.signing_gate import GateOverride, GatePolicy, GateRule, look
from rvr_console.errors import RefusedError

AT = datetime(2026, 11, 21, 14, 1, tzinfo=UTC)
HASH, OTHER = "a" * 64, "b" * 64
NAME = Signature(SignatureKind.TYPED, "Hannah Cole")


def offered(pages: int = 3) -> Ceremony:
    return Ceremony("c" * 32, "k-1", "s-1", 2, HASH, 1000, (PageProgress(),) * pages, AT, "2417")


def read(ceremony: Ceremony, device: str = "phone") -> Ceremony:
    ceremony = take(ceremony, signing.Shown(device, HASH), AT)
    for page in range(len(ceremony.pages)):
        ceremony = take(ceremony, signing.Read(device, page, 1.0, 9.0), AT)
    return ceremony


def signed(ceremony: Ceremony) -> Ceremony:
    ceremony = take(read(ceremony), signing.AskDeclaration(), AT)
    ceremony = take(ceremony, signing.Accepted("phone", HASH), AT)
    return take(ceremony, signing.Signed("phone", HASH, NAME), AT, RecordingMoment("r", 3, 77))


def test_from_the_offer_to_the_seal() -> None:
    done = take(signed(offered()), signing.Sealed("e-1", OTHER, "PAdES B-B", "no stamp"), AT)
    assert (done.stage, done.evidence_id, done.level) == (Stage.SEALED, "e-1", "PAdES B-B")
    assert done.moments[Stage.SIGNED] == RecordingMoment("r", 3, 77)
    assert list(done.times) == [Stage.SHOWN, Stage.READ, Stage.DECLARED, Stage.SIGNED, Stage.SEALED]


@pytest.mark.parametrize("stage", ["shown", "accepted", "signed"])
def test_another_hash_voids_before_the_signature(stage: str) -> None:
    ceremony = take(read(offered()), signing.AskDeclaration(), AT)
    acts = {
        "shown": signing.Shown("phone", OTHER),
        "accepted": signing.Accepted("phone", OTHER),
        "signed": signing.Signed("phone", OTHER, NAME),
    }
    void = take(ceremony, acts[stage], AT)
    assert (void.stage, void.void_reason) == (Stage.VOID, VoidReason.ALTERED)
    with pytest.raises(RefusedError, match="ended"):
        take(void, signing.Shown("phone", HASH), AT)


def test_another_hash_after_the_signature_changes_nothing() -> None:
    with pytest.raises(RefusedError, match="other pages"):
        take(signed(offered()), signing.Shown("phone", OTHER), AT)


def test_it_resumes_where_it_was_on_the_same_phone_and_begins_anew_on_another() -> None:
    half = take(take(offered(), signing.Shown("phone", HASH), AT), signing.Read("phone", 0, 1.0, 4), AT)
    assert take(half, signing.Shown("phone", HASH), AT + timedelta(minutes=1)) is half
    other = take(half, signing.Shown("tablet", HASH), AT)
    assert (other.stage, other.reading, other.device) == (Stage.SHOWN, 0, "tablet")
    with pytest.raises(RefusedError, match="not shown on this phone"):
        take(other, signing.Read("phone", 0, 1.0, 4), AT)


def test_a_page_is_read_only_when_its_end_was_on_the_screen() -> None:
    almost = take(offered(1), signing.Shown("phone", HASH), AT)
    almost = take(almost, signing.Read("phone", 0, 0.99, 600.0), AT)
    assert (almost.stage, almost.all_read, almost.reading) == (Stage.SHOWN, False, 0)
    with pytest.raises(RefusedError, match="opens after page 1 is read"):
        take(almost, signing.AskDeclaration(), AT)
    assert take(almost, signing.Read("phone", 0, 1.0, 601.0), AT).stage is Stage.READ


def test_a_declaration_shown_on_one_phone_is_not_accepted_on_another() -> None:
    asked = take(read(offered()), signing.AskDeclaration(), AT)
    again = read(asked, "tablet")
    assert (again.stage, again.asked_at) == (Stage.READ, None)
    with pytest.raises(RefusedError, match="not shown yet"):
        take(again, signing.Accepted("tablet", HASH), AT)


def test_what_comes_twice_changes_nothing() -> None:
    ceremony = signed(offered())
    assert take(ceremony, signing.Signed("phone", HASH, NAME), AT) is ceremony
    assert take(ceremony, signing.Accepted("phone", HASH), AT) is ceremony
    with pytest.raises(RefusedError, match="already"):
        take(ceremony, signing.Signed("phone", HASH, replace(NAME, name="Somebody Else")), AT)


@pytest.mark.parametrize(
    "act",
    [
        signing.AskDeclaration(),
        signing.Accepted("phone", HASH),
        signing.Signed("phone", HASH, NAME),
        signing.Sealed("e", OTHER, "", ""),
        signing.NotSealed("clock"),
        signing.Read("phone", 3, 1.0, 1.0),
    ],
)
def test_nothing_out_of_order(act: signing.Act) -> None:
    shown = take(offered(), signing.Shown("phone", HASH), AT)
    with pytest.raises(RefusedError):
        take(shown, act, AT)


def test_a_signature_that_is_none_is_refused() -> None:
    ceremony = take(take(read(offered()), signing.AskDeclaration(), AT), signing.Accepted("phone", HASH), AT)
    for none in (replace(NAME, name=" . "), Signature(SignatureKind.DRAWN, "Hannah Cole")):
        with pytest.raises(RefusedError):
            take(ceremony, signing.Signed("phone", HASH, none), AT)


def test_a_change_voids_and_a_signature_is_not_taken_back() -> None:
    void = take(read(offered()), signing.ChangeWanted("phone", "The time is wrong"), AT)
    assert (void.stage, void.void_reason, void.words) == (
        Stage.VOID,
        VoidReason.CHANGE_WANTED,
        "The time is wrong",
    )
    for act in (signing.ChangeWanted("phone", "no"), signing.Stopped("")):
        with pytest.raises(RefusedError, match="signed already"):
            take(signed(offered()), act, AT)


def test_a_phone_that_cannot_show_the_pages_ends_the_showing() -> None:
    void = take(offered(), signing.ChangeWanted("phone", "(the device could not show the pages)"), AT)
    assert (void.stage, void.void_reason) == (Stage.VOID, VoidReason.CHANGE_WANTED)


def test_what_could_not_be_sealed_waits_with_its_reason() -> None:
    waiting = take(signed(offered()), signing.NotSealed("The clock is wrong."), AT)
    assert (waiting.stage, waiting.trouble) == (Stage.SIGNED, "The clock is wrong.")
    assert take(waiting, signing.Sealed("e", OTHER, "PAdES B-B", ""), AT).trouble == ""


def test_the_gate_is_data_and_a_sergeant_may_open_it() -> None:
    rules = (
        GateRule("over_18", "Over 18", answer="over_18"),
        GateRule("not_vulnerable", "Not recorded as vulnerable", no_flag="vulnerable"),
        GateRule("not_serious", "Not a serious offence", no_category=("rape", "stabbing")),
    )
    policy = GatePolicy("1", rules)
    incident = Incident(
        "1 of 1", "Criminal damage", 3, AT, "", "", Person("Hannah Cole"), suitability={"over_18": True}
    )
    assert look(policy, incident).open
    for worse, label in (
        (replace(incident, suitability={}), "Over 18"),
        (replace(incident, flags=frozenset({Flag.VULNERABLE})), "Not recorded as vulnerable"),
        (replace(incident, category="Attempted Stabbing"), "Not a serious offence"),
    ):
        gate = look(policy, worse)
        assert not gate.open
        assert dict(gate.lines)[label] is False
        assert look(policy, worse, GateOverride("9", AT, "Carer sits with her")).open


class Ceremonies(RuleBasedStateMachine):
    """Any acts in any order, from two phones, with right and wrong hashes; beside it a book of what each phone really saw."""

    @initialize(pages=st.integers(1, 4))
    def begin(self, pages: int) -> None:
        self.ceremony = offered(pages)
        self.seen: dict[str, set[int]] = {}
        self.showing: str | None = None
        self.told = ""
        self.accepted: set[str] = set()

    def act(self, act: signing.Act) -> bool:
        before = self.ceremony
        try:
            self.ceremony = take(before, act, AT)
        except RefusedError:
            assert self.ceremony is before
            return False
        return True

    @rule(device=st.sampled_from(["phone", "tablet"]), sha256=st.sampled_from([HASH, HASH, HASH, OTHER]))
    def show(self, device: str, sha256: str) -> None:
        taken = self.act(signing.Shown(device, sha256)) and sha256 == HASH
        if taken and device != self.showing and not self.ceremony.past(Stage.SIGNED):
            self.showing, self.seen[device] = device, set()
            self.accepted.clear()
            self.told = ""

    @rule(
        device=st.sampled_from(["phone", "tablet"]),
        page=st.integers(-1, 4),
        part=st.sampled_from([0.3, 1.0, 1.0, 1.0, 7.0]),
    )
    def read(self, device: str, page: int, part: float) -> None:
        if self.act(signing.Read(device, page, part, 1.0)) and part >= 1.0:
            self.seen[device].add(page)

    @rule()
    def ask(self) -> None:
        if self.act(signing.AskDeclaration()):
            self.told = self.ceremony.device

    @rule(device=st.sampled_from(["phone", "tablet"]), sha256=st.sampled_from([HASH, HASH, HASH, OTHER]))
    def accept(self, device: str, sha256: str) -> None:
        if self.act(signing.Accepted(device, sha256)) and sha256 == HASH:
            assert self.told == device, "the declaration was shown elsewhere"
            self.accepted.add(device)

    @rule(device=st.sampled_from(["phone", "tablet"]), sha256=st.sampled_from([HASH, HASH, HASH, OTHER]))
    def sign(self, device: str, sha256: str) -> None:
        self.act(signing.Signed(device, sha256, NAME))

    @rule()
    def seal(self) -> None:
        self.act(signing.Sealed("e", OTHER, "PAdES B-B", ""))

    @rule()
    def fail_to_seal(self) -> None:
        self.act(signing.NotSealed("The clock is wrong."))

    @rule(
        device=st.sampled_from(["phone", "tablet"]),
        part=st.sampled_from([0.99, 1.0, 1.0]),
        steps=st.integers(1, 4),
        without=st.integers(-1, 4),
    )
    def go_on(self, device: str, part: float, steps: int, without: int) -> None:
        """Nearly the honest way, so that the signature is reached often: with one page left out, or one not read to its end."""
        self.show(device, HASH)
        for page in range(len(self.ceremony.pages)):
            if page != without:
                self.read(device, page, part if page == 0 else 1.0)
        for step in (self.ask, lambda: self.accept(device, HASH), lambda: self.sign(device, HASH))[:steps]:
            step()

    @rule(rare=st.integers(0, 5), device=st.sampled_from(["phone", "tablet"]))
    def end(self, rare: int, device: str) -> None:
        if rare == 0:
            self.act(signing.ChangeWanted(device, "x"))
        elif rare == 1:
            self.act(signing.Stopped(""))

    @invariant()
    def nothing_is_signed_that_was_not_seen(self) -> None:
        ceremony = self.ceremony
        if not ceremony.past(Stage.SIGNED):
            assert ceremony.signature is None, "half signed"
            assert ceremony.sealed_sha256 == ""
            return
        assert ceremony.signature == NAME
        assert ceremony.device == self.showing
        assert self.seen[ceremony.device] >= set(range(len(ceremony.pages))), "a page was not read there"
        assert ceremony.device in self.accepted
        assert ceremony.sha256 == HASH


Ceremonies.TestCase.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
TestCeremonies = Ceremonies.TestCase
