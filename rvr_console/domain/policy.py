"""What a force decides and the program only follows: the values of a policy, loaded from resources/policy or a force's own files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from rvr_console.domain.incident import Incident
from rvr_console.errors import RefusedError

# The lines of "Still to do", in the order of the screen. Their order and number never change; which of them must be done does.
CHECKLIST_KEYS = ("safety", "risk", "needs", "evidence", "notes", "statement", "safeguarding", "cad")
VICTIM = "victim"  # the kind of a consultation that nobody gave another kind


@dataclass(frozen=True, slots=True)
class ServicePolicy:
    """failed_contacts: attempts in vain before a sergeant must look. link_life: how long a link nobody closes stays open."""

    failed_contacts: int = 3
    link_life: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Rule:
    """needs: what must be done before closing. It applies when the incident has one of the flags and one of the words.

    forms: those that apply; finish: those of them without which the case is not closed (one that was begun is finished too).
    flags, words: empty means any. words are looked for in the incident's category, whatever their case.
    """

    needs: tuple[str, ...]
    forms: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    finish: tuple[str, ...] = ()

    def applies(self, incident: Incident) -> bool:
        category = incident.category.casefold()
        return (not self.flags or bool(incident.flags & set(self.flags))) and (
            not self.words or any(word.casefold() in category for word in self.words)
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of consultation. rules: the first that applies counts; the last applies to everything.

    before_link: safety questions that are answered before the link is sent, or a reason is given.
    """

    key: str
    label: str
    help: str
    rules: tuple[Rule, ...]
    before_link: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What this case needs. needs: of CHECKLIST_KEYS. forms: kinds or ids of form packs that apply; finish: those that must be completed."""

    needs: tuple[str, ...]
    forms: tuple[str, ...]
    finish: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosingPolicy:
    """Which incident needs what before it is closed. Without kinds nothing is asked for."""

    kinds: tuple[Kind, ...] = ()
    version: str = ""

    def kind(self, key: str) -> Kind:
        """Raises RefusedError for a kind that the policy does not know."""
        for kind in self.kinds:
            if kind.key == key:
                return kind
        raise RefusedError("The policy knows no such kind of consultation.", kept="Nothing was changed.")

    def _kind_or_victim(self, key: str) -> Kind | None:
        known = {kind.key: kind for kind in self.kinds}
        return known.get(key) or known.get(VICTIM)

    def before_link(self, kind_key: str) -> tuple[str, ...]:
        """Safety questions that this kind asks before the link; none without a policy."""
        kind = self._kind_or_victim(kind_key)
        return kind.before_link if kind else ()

    def plan(self, kind_key: str, incident: Incident) -> Plan:
        """A kind that a newer policy no longer has is asked for what a call with a victim needs: never less."""
        kind = self._kind_or_victim(kind_key)
        for rule in kind.rules if kind else ():
            if rule.applies(incident):
                return Plan(rule.needs, rule.forms, rule.finish)
        return Plan((), ())


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list that the policy offers. help: one plain sentence, may be empty."""

    key: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """count: days; working: Monday to Friday without the policy's holidays, until the end of the last one."""

    count: int
    working: bool

    def after(self, start: datetime, holidays: Iterable[date] = ()) -> datetime:
        """When it is over, in UTC; working days are counted by this desk's calendar. start: aware."""
        if not self.working:
            return (start + timedelta(days=self.count)).astimezone(UTC)
        closed, day, left = frozenset(holidays), start.astimezone().date(), self.count
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5 and day not in closed
        return datetime.combine(day, time.max).astimezone().astimezone(UTC)


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """An answer in a form: id of its pack, id of the item, the value."""

    pack: str
    item: str
    value: str


@dataclass(frozen=True, slots=True)
class SafeguardingPolicy:
    """Lists and clocks of the safeguarding tab.

    run_words, run_letters: how many words in a row, or letters in a row with blanks left out, of a restricted record make a
    message one that carries it. enhanced_flags, enhanced_answer: incident flags, and the answer in a form, that give enhanced rights. Clocks: Victims' Code.
    """

    advice: tuple[Choice, ...] = ()
    measures: tuple[Choice, ...] = ()
    recipients: tuple[Choice, ...] = ()
    disclosures: tuple[Choice, ...] = ()
    referral_within: Span = Span(2, working=False)
    update_within: Span = Span(5, working=True)
    update_within_enhanced: Span = Span(1, working=True)
    enhanced_flags: tuple[str, ...] = ()
    enhanced_answer: FormAnswer | None = None
    holidays: tuple[date, ...] = ()
    run_words: int = 4
    run_letters: int = 20
    version: str = ""


@dataclass(frozen=True, slots=True)
class Policies:
    """refused: why a force's own file is not in use, one sentence each; the bundled one is used instead."""

    service: ServicePolicy
    closing: ClosingPolicy
    safeguarding: SafeguardingPolicy
    refused: tuple[str, ...] = ()
