"""The link's states as the gateway knows them: the same as the console's own (a test compares the two tables)."""

from enum import StrEnum


class LinkState(StrEnum):
    ISSUED = "issued"
    WAITING = "waiting"
    LIVE = "live"
    PAUSED = "paused"
    DROPPED = "dropped"
    CLOSED = "closed"
    EXPIRED = "expired"


TRANSITIONS: dict[LinkState, frozenset[LinkState]] = {
    LinkState.ISSUED: frozenset({LinkState.WAITING, LinkState.CLOSED, LinkState.EXPIRED}),
    LinkState.WAITING: frozenset({LinkState.LIVE, LinkState.ISSUED, LinkState.CLOSED, LinkState.EXPIRED}),
    LinkState.LIVE: frozenset({LinkState.PAUSED, LinkState.DROPPED, LinkState.CLOSED}),
    LinkState.PAUSED: frozenset({LinkState.LIVE, LinkState.DROPPED, LinkState.CLOSED}),
    LinkState.DROPPED: frozenset({LinkState.LIVE, LinkState.PAUSED, LinkState.WAITING, LinkState.CLOSED}),
    LinkState.CLOSED: frozenset(),
    LinkState.EXPIRED: frozenset(),
}

NOT_BEGUN = frozenset({LinkState.ISSUED, LinkState.WAITING})
"""Only a link that no call began on can expire; a begun one is closed by a desk alone."""
OPEN = frozenset(state for state, after in TRANSITIONS.items() if after)
