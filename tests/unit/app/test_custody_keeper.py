"""The custody log is verified, sealed and told about without anybody asking."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from rvr_console.app.background import WakingSink
from rvr_console.app.custody_keeper import CustodyKeeper
from rvr_console.domain.consultation import Consultation, ConsultationState
from rvr_console.domain.custody import CustodyFault
from rvr_console.domain.custody_health import CustodyHealth, StampFacts
from rvr_console.domain.events import ConsultationChanged, Fault
from rvr_console.errors import BugError, StorageError


class Custody:
    """Stands for the service: counts, and fails when told to."""

    def __init__(self, faults: list[CustodyFault] | None = None) -> None:
        self.acts: list[str] = []
        self.faults = faults or []
        self.full = self.broken = False
        self.grown: asyncio.Queue[str] = asyncio.Queue()

    async def verify_at_start(self) -> list[CustodyFault]:
        self._note("verify")
        if self.broken:
            raise BugError("a mistake of ours")
        return self.faults

    async def seal(self, reason: str = "") -> CustodyHealth:
        self._note(f"seal {reason}".strip())
        if self.full:
            raise StorageError("The disk is full.", kept="Kept.", todo="Free some.")
        return CustodyHealth(stamps=StampFacts(True, 1))

    async def send_stamps(self) -> None:
        self._note("stamp")

    def _note(self, act: str) -> None:
        self.acts.append(act)
        self.grown.put_nowait(act)

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not done():
                await self.grown.get()


class Sink:
    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def publish(self, event: object) -> None:
        if isinstance(event, Fault):
            self.faults.append(event)


async def test_verified_first_then_sealed_again_and_again_and_at_the_end() -> None:
    custody, sink = Custody(), Sink()
    keeper = CustodyKeeper(custody, sink, every=0.001)
    keeper.start()
    keeper.start()
    await custody.until(lambda: custody.acts.count("seal") >= 3)
    await keeper.stop()
    ended = len(custody.acts)
    assert custody.acts[0] == "verify"
    assert custody.acts.count("verify") == 1
    assert custody.acts[-1] == "seal"
    await keeper.stop()
    assert len(custody.acts) == ended
    assert sink.faults == []


async def test_a_submitted_case_is_sealed_at_once() -> None:
    custody, sink = Custody(), Sink()
    keeper = CustodyKeeper(custody, sink, every=3600)
    events = WakingSink(sink)
    events.case_submitted = keeper.case_submitted
    keeper.start()
    await custody.until(lambda: custody.acts.count("seal") == 1)
    open_case = Consultation("c", "1 of 1", "2417", datetime(2026, 11, 21, tzinfo=UTC))
    events.publish(ConsultationChanged(open_case))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert custody.acts.count("seal") == 1
    object.__setattr__(open_case, "state", ConsultationState.SUBMITTED)
    events.publish(ConsultationChanged(open_case))
    await custody.until(lambda: "stamp" in custody.acts)
    assert custody.acts == ["verify", "seal", "seal case submitted", "stamp"]
    await keeper.stop()


async def test_faults_are_told_plainly_and_trouble_is_told_once() -> None:
    custody, sink = Custody([CustodyFault(2, "entry 2 was changed after it was written")] * 3), Sink()
    custody.full = True
    keeper = CustodyKeeper(custody, sink, every=0.001)
    keeper.start()
    await custody.until(lambda: custody.acts.count("seal") >= 4)
    await keeper.stop()
    assert [fault.what for fault in sink.faults] == [
        "The custody log does not verify: entry 2 was changed after it was written (3 in all).",
        "The disk is full.",
    ]


async def test_a_mistake_in_checking_is_told_and_does_not_stop_the_sealing() -> None:
    custody, sink = Custody(), Sink()
    custody.broken = True
    keeper = CustodyKeeper(custody, sink, every=0.001)
    keeper.start()
    await custody.until(lambda: custody.acts.count("seal") >= 3)
    await keeper.stop()
    assert [fault.what for fault in sink.faults] == ["The custody log could not be checked."]
