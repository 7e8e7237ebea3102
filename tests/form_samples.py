"""A small risk pack and moments for tests of forms: 16 counted items, a branch in a branch, a text, flags, criteria."""

from datetime import UTC, datetime, timedelta

from rvr_console.domain.form import (
    AnswerKind,
    Band,
    Branch,
    Criterion,
    CriterionKind,
    Definition,
    FlagRule,
    Form,
    Item,
    Option,
    Pack,
    PackKind,
    Scoring,
    Section,
    Trigger,
    new_form,
)

T0 = datetime(2026, 11, 21, 13, 40, tzinfo=UTC)
OFFICER, SERGEANT = "PC 2417", "PS 301"
COUNTED = tuple(str(n) for n in range(1, 17))
HOW_OFTEN = (Option("never", "Never"), Option("often", "Often", 1), Option("always", "Always", 2))


def item(item_id: str, kind: AnswerKind = AnswerKind.YES_NO, **more: object) -> Item:
    return Item(item_id, item_id.upper(), f"Topic {item_id}", kind, **more)  # type: ignore[arg-type]  # a test's short hand


def sample_pack() -> Pack:
    yes = ("yes",)
    deeper = Branch("deeper", "Deeper", (Trigger("b1", yes),), (item("d1", flag="Deep", flag_when=yes),))
    further = Branch("further", "Further", (Trigger("8", yes),), (item("b1"), item("b2", AnswerKind.TEXT)))
    counted = tuple(item(i, scored=True, flag="Own fear" if i == "2" else "", flag_when=yes) for i in COUNTED)
    other = (
        item("often", AnswerKind.FREQUENCY, options=HOW_OFTEN, scored=True),
        item("events", AnswerKind.CHOICE, options=(Option("few", "Few", 1), Option("many", "Many", 3))),
        item("before", required=False),
        item("words", AnswerKind.TEXT, required=False),
        item("day", AnswerKind.DATE, required=False),
        item("who", AnswerKind.PERSON, required=False),
    )
    scoring = Scoring(
        counts=yes,
        bands=(Band("standard", 1), Band("medium", 10), Band("high", 14)),
        grades=("standard", "medium", "high"),
        criteria=(
            Criterion("count", "14 or more", CriterionKind.COUNT, 14),
            Criterion("judged", "Professional judgement", CriterionKind.JUDGEMENT, grade="high"),
            Criterion("events", "Escalation", CriterionKind.EVENTS, 3, item="events"),
            Criterion("repeat", "Repeat", CriterionKind.REPEAT, 1, item="before"),
        ),
        definitions=(Definition("medium", "Medium"), Definition("high", "High")),
        flags=(FlagRule("control", "Separation with control", (Trigger("6", yes), Trigger("15", yes))),),
    )
    return Pack(
        "sample",
        "1.0",
        "Sample",
        PackKind.RISK,
        (Section("first", "First", counted, (further, deeper)), Section("other", "Other", other)),
        approval=True,
        scoring=scoring,
        digest="ab" * 32,
    )


def sample_form(pack: Pack) -> Form:
    return new_form(pack, "f-1", "c-1", T0)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)
