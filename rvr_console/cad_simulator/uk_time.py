"""UK wall time, as a control room writes it."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def _zone() -> tzinfo:
    try:
        return ZoneInfo("Europe/London")
    except ZoneInfoNotFoundError:  # Windows without the tzdata package: winter time is better than none
        return UTC


UK = _zone()


def clock_words(at: datetime) -> str:
    """As 13:52."""
    return at.astimezone(UK).strftime("%H:%M")


def day_words(at: datetime) -> str:
    """As 21/11/2026: the second half of an incident's reference."""
    return at.astimezone(UK).strftime("%d/%m/%Y")
