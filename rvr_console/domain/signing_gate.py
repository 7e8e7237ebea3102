"""Who may sign by video: the force's rules as data, and the sergeant who may decide otherwise, with a reason."""

from dataclasses import dataclass, field
from datetime import datetime

from rvr_console.domain.incident import Incident


@dataclass(frozen=True, slots=True)
class GateRule:
    """One rule of the policy. Exactly one of the three says when it is met.

    answer: suitability question whose answer must be yes. no_flag: flag that the incident must not carry.
    no_category: words of which none may stand in the incident's category.
    """

    id: str
    label: str
    answer: str = ""
    no_flag: str = ""
    no_category: tuple[str, ...] = ()

    def met(self, incident: Incident, denied: frozenset[str] = frozenset()) -> bool:
        """denied: answers that a statement's own facts contradict, whatever the call handler was told."""
        if self.answer:
            return incident.suitability.get(self.answer) is True and self.answer not in denied
        if self.no_flag:
            return self.no_flag not in {flag.value for flag in incident.flags}
        category = incident.category.casefold()
        return not any(word.casefold() in category for word in self.no_category)


@dataclass(frozen=True, slots=True)
class GatePolicy:
    version: str
    rules: tuple[GateRule, ...]


@dataclass(frozen=True, slots=True)
class GateOverride:
    """A sergeant's decision that this person may sign by video all the same."""

    by: str
    at: datetime
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gate:
    """lines: label and whether it is met, in the policy's order."""

    policy: str
    lines: tuple[tuple[str, bool], ...]
    override: GateOverride | None = None

    @property
    def met(self) -> bool:
        return all(met for _, met in self.lines)

    @property
    def open(self) -> bool:
        return self.met or self.override is not None


ADULT = "over_18"
"""The suitability question that a statement answers too: its front page carries the witness's age."""


def look(
    policy: GatePolicy,
    incident: Incident,
    override: GateOverride | None = None,
    denied: frozenset[str] = frozenset(),
) -> Gate:
    lines = tuple((rule.label, rule.met(incident, denied)) for rule in policy.rules)
    return Gate(policy.version, lines, override)
