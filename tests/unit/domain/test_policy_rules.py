"""Which incident needs what, and how days are counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rvr_console.domain.incident import Flag, Incident, Person
from rvr_console.domain.policy import CHECKLIST_KEYS, ClosingPolicy, Span
from rvr_console.errors import RefusedError
from rvr_console.packs.policy_files import load_policies

POLICY = load_policies().closing
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
CASE = Incident("1 of 20/11/2026", "Damage to front door", 3, FRIDAY, "", "", Person("A"))


def test_domestic_abuse_needs_everything_by_flag_or_by_word() -> None:
    assert set(POLICY.plan("victim", replace(CASE, flags=frozenset({Flag.DOMESTIC_ABUSE}))).needs) == set(
        CHECKLIST_KEYS
    )
    assert "risk" in POLICY.plan("victim", replace(CASE, category="STALKING by neighbour")).needs
    assert "risk" not in POLICY.plan("victim", CASE).needs
    assert "safeguarding" in POLICY.plan("victim", replace(CASE, flags=frozenset({Flag.VULNERABLE}))).needs


def test_no_victim_no_risk_form_whatever_the_flag() -> None:
    flagged = replace(CASE, flags=frozenset({Flag.DOMESTIC_ABUSE}))
    assert POLICY.plan("missing_person", flagged).forms == ("missing", "thrive")
    assert POLICY.plan("interpreter", flagged).needs == ("notes", "cad")


def test_a_kind_that_the_policy_no_longer_has_is_asked_as_a_victims_case() -> None:
    assert POLICY.plan("gone", CASE) == POLICY.plan("victim", CASE)
    with pytest.raises(RefusedError):
        POLICY.kind("gone")
    assert ClosingPolicy().plan("victim", CASE).needs == ()


def test_working_days_leave_out_weekend_and_holidays() -> None:
    def day(span: Span, *holidays: date) -> date:
        return span.after(FRIDAY, holidays).astimezone().date()

    assert day(Span(1, working=True)) == date(2026, 11, 23)
    assert day(Span(1, working=True), date(2026, 11, 23)) == date(2026, 11, 24)
    assert day(Span(5, working=True)) == date(2026, 11, 27)
    assert Span(2, working=False).after(FRIDAY) == FRIDAY + timedelta(days=2)
