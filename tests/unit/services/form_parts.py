"""Packs for tests, made here and not read from files: a risk form of 27 items with branches, a needs form, a notice for each person."""

from datetime import datetime

from rvr_console.domain.form import (
    AnswerKind,
    Band,
    Branch,
    Criterion,
    CriterionKind,
    Definition,
    FlagRule,
    Item,
    Option,
    Pack,
    PackKind,
    Scoring,
    Section,
    Trigger,
)
from rvr_console.errors import RefusedError

LABELS = [
    "Injury now",
    "Very frightened",
    "Afraid of what, for whom",
    "Isolation",
    "Low mood",
    "Separated or tried, 12 months",
    "Conflict over child contact",
    "Constant contact or following",
    "Pregnant or baby under 18 months",
    "Children in household",
    "Hurt the children",
    "Threatened the children",
    "Happening more often",
    "Getting worse",
    "Control or jealousy",
    "Weapons or objects",
    "Threats to kill believed",
    "Strangled or choked",
    "Sexual",
    "Any other person feared",
    "Hurt anyone else",
    "Animals",
    "Money",
    "Alcohol, drugs, mental health",
    "Threats of suicide",
    "Breach of bail or order",
    "Criminal history",
]
FLAGS = {2: "own fear", 8: "stalking", 17: "threats to kill", 18: "strangulation"}


def _item(number: int) -> Item:
    return Item(
        f"q{number}",
        str(number),
        LABELS[number - 1],
        AnswerKind.YES_NO,
        help="Ask in your own words." if number == 1 else "",
        scored=True,
        flag=FLAGS.get(number, ""),
        flag_when=("yes",) if number in FLAGS else (),
    )


def _section(key: str, label: str, first: int, last: int, *branches: Branch) -> Section:
    return Section(key, label, tuple(_item(n) for n in range(first, last + 1)), branches)


STALKING = Branch(
    "stalking",
    "Stalking and harassment",
    (Trigger("q8", ("yes",)),),
    (
        Item("s1", "S1", "Loitering near home or work", AnswerKind.YES_NO),
        Item("s2", "S2", "What the person does", AnswerKind.TEXT, required=False),
    ),
)
RISK = Pack(
    "dash",
    "1.2",
    "DASH structure",
    PackKind.RISK,
    (
        _section("current", "Current", 1, 8, STALKING),
        _section("children", "Children", 9, 12),
        _section("history", "History", 13, 22),
        _section("abuser", "Abuser", 23, 27),
        Section("other", "Other", (Item("other", "", "Other information", AnswerKind.TEXT, required=False),)),
    ),
    approval=True,
    wording="Topic labels only. Wording: supply your licensed pack",
    scoring=Scoring(
        counts=("yes",),
        bands=(Band("standard", 1), Band("medium", 10), Band("high", 14)),
        grades=("standard", "medium", "high"),
        criteria=(
            Criterion("count", "14 or more yes", CriterionKind.COUNT, 14),
            Criterion("judgement", "Professional judgement", CriterionKind.JUDGEMENT, grade="high"),
            Criterion("escalation", "3 events in 12 months", CriterionKind.EVENTS, 3),
        ),
        definitions=(
            Definition("standard", "Standard", "Current evidence does not indicate serious harm."),
            Definition("medium", "Medium", "Risk indicators are identifiable."),
            Definition("high", "High", "Serious harm could happen at any time."),
        ),
        flags=(
            FlagRule(
                "control",
                "separation with control",
                (Trigger("q6", ("yes",)), Trigger("q15", ("yes",))),
            ),
        ),
        referral="MARAC",
    ),
    digest="d1" * 32,
    text='{"id":"dash"}',
)
NEEDS = Pack(
    "needs",
    "1.0",
    "Victim needs",
    PackKind.NEEDS,
    (
        Section(
            "needs",
            "Needs",
            (
                Item("enhanced", "1", "Enhanced entitlement", AnswerKind.YES_NO),
                Item(
                    "contact",
                    "2",
                    "How to be told",
                    AnswerKind.CHOICE,
                    options=(Option("phone", "Phone"), Option("letter", "Letter"), Option("email", "E-mail")),
                ),
                Item(
                    "language",
                    "3",
                    "Language for all that is said and written",
                    AnswerKind.CHOICE,
                    options=tuple(Option(f"l{n}", f"Language number {n}") for n in range(9)),
                ),
                Item("from", "4", "Not before", AnswerKind.DATE, required=False),
                Item("supporter", "5", "Who supports", AnswerKind.PERSON, required=False),
            ),
        ),
    ),
    digest="d2" * 32,
    text='{"id":"needs"}',
)
NOTICE = Pack(
    "notice",
    "1.0",
    "Public protection notice",
    PackKind.NOTICE,
    (Section("who", "Who", (Item("child", "1", "A child", AnswerKind.YES_NO),)),),
    per_person=True,
    digest="d3" * 32,
    text='{"id":"notice"}',
)


class FixedPacks:
    """Implements FormPacks."""

    def __init__(self, *packs: Pack) -> None:
        self.packs = packs or (RISK, NEEDS, NOTICE)

    def current(self, kind_or_id: str, at: datetime) -> Pack:
        return self._one(lambda pack: kind_or_id in (pack.id, pack.kind.value))

    def get(self, pack_id: str, version: str) -> Pack:
        return self._one(lambda pack: (pack.id, pack.version) == (pack_id, version))

    def all(self) -> tuple[Pack, ...]:
        return self.packs

    def parse(self, text: str) -> Pack:
        return next(pack for pack in (RISK, NEEDS, NOTICE) if pack.text == text)

    def _one(self, fits) -> Pack:
        for pack in self.packs:
            if fits(pack):
                return pack
        raise RefusedError("There is no such form here.", kept="Nothing was changed.")
