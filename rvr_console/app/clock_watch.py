"""At start: whether this desk's clock stands behind what the desk itself has signed."""

from datetime import datetime, timedelta

from rvr_console.domain.custody_store import CustodySeals
from rvr_console.domain.events import Fault
from rvr_console.domain.ports import Clock, EventSink
from rvr_console.storage.store import Store

BEHIND = timedelta(minutes=2)  # time services step a clock back by less


def latest_signed(seals: CustodySeals) -> datetime | None:
    """The latest time among the last checkpoint and those 1, 2, 4, 8 ... before it: the last ones may have been signed with a wrong clock."""
    last = seals.last()
    if last is None:
        return None
    latest, back = last.at, 1
    while back <= last.number:
        one = seals.get(last.number - back)
        latest = max(latest, one.at) if one is not None else latest
        back *= 2
    return latest


def clock_fault(signed_at: datetime | None, now: datetime) -> Fault | None:
    """signed_at: when the custody log was last signed, None when it never was. None: nothing speaks against the clock."""
    if signed_at is None or signed_at - now < BEHIND:
        return None
    says, was = (f"{at.astimezone():%d/%m/%Y %H:%M}" for at in (now, signed_at))
    return Fault(
        f"This desk's clock is behind: it says {says}, but the log was signed {was}.",
        "Everything stored is kept.",
        "Have IT set the clock before you take a call.",
    )


async def tell_clock(store: Store, clock: Clock, events: EventSink) -> None:
    """Asked before the custody log is sealed anew."""
    fault = clock_fault(await store.run(lambda tx: latest_signed(tx.custody_seals)), clock.now())
    if fault is not None:
        events.publish(fault)
