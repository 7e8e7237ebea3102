"""How times and lengths are written: 24-hour clock, dd/mm, "42 s", "18 h 42 min"."""

from datetime import datetime, timedelta


def clock(at: datetime) -> str:
    """Like "13:52:31", in the desk's own time zone."""
    return at.astimezone().strftime("%H:%M:%S")


def hour_minute(at: datetime) -> str:
    return at.astimezone().strftime("%H:%M")


def day(at: datetime) -> str:
    """Like "21/11/2026"."""
    return at.astimezone().strftime("%d/%m/%Y")


def when(at: datetime, now: datetime) -> str:
    """Like "Today 13:20", or "19/11 10:54"."""
    local, today = at.astimezone(), now.astimezone().date()
    return local.strftime("Today %H:%M" if local.date() == today else "%d/%m %H:%M")


def running(seconds: float) -> str:
    """Like "00:12:34", a running time."""
    whole = max(0, int(seconds))
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def span(length: timedelta | float) -> str:
    """Like "42 s", "39 min", "50 h 58 min"; seconds or a timedelta, never negative."""
    whole = max(0, int(length.total_seconds() if isinstance(length, timedelta) else length))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    return f"{whole // 3600} h {whole // 60 % 60:02} min"


def waited(minutes: int) -> str:
    """Like "50 h 58 min", "0 h 46 min": always with hours, so that a column lines up."""
    return f"{minutes // 60} h {minutes % 60:02} min"


def percent(part: float) -> str:
    """Of 0 to 1; 100% only when it is all."""
    return f"{int(max(0.0, min(1.0, part)) * 100)}%"


def data_size(count: int) -> str:
    """Like "214 MB", "4.1 MB", "900 kB" (decimal units, as phones show them)."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB" if count else "0 kB"
    for unit, size in (("GB", 1_000_000_000), ("MB", 1_000_000)):
        if count >= size:
            value = count / size
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"{count} bytes"
