"""Screen breaks: how long until the next one is due."""

from datetime import datetime, timedelta


class BreakClock:
    """every: time of screen work between two breaks (force policy). Counts from `begin`, again from each break taken."""

    def __init__(self, every: timedelta = timedelta(minutes=60)) -> None:
        self._every = every
        self._since: datetime | None = None

    def begin(self, now: datetime) -> None:
        """Signed in, or a break has been taken."""
        self._since = now

    def stop(self) -> None:
        self._since = None

    def minutes_left(self, now: datetime) -> int | None:
        """Whole minutes, rounded up; 0 once due; None while nobody works."""
        if self._since is None:
            return None
        left = (self._since + self._every - now).total_seconds()
        return max(0, -int(-left // 60))
