"""How much one connection and one address may ask of the gateway."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """per_s: refill a second; burst: the most that may be spent at once."""

    per_s: float
    burst: float


MESSAGES = Rate(40, 160)
BYTES = Rate(256 * 1024, 1024 * 1024)
# Many phones share one address behind a mobile network: generous for connections, strict for wrong links.
CONNECTIONS = Rate(10, 100)
WRONG = Rate(0.2, 30)
UPLOAD_REQUESTS = Rate(100, 1000)
_REMEMBERED = 10_000


class Bucket:
    """A token bucket. now_s: a monotonic clock, seconds."""

    def __init__(self, rate: Rate, now_s: Callable[[], float]) -> None:
        self._rate, self._now = rate, now_s
        self._left = rate.burst
        self._at = now_s()

    def _refill(self) -> None:
        now = self._now()
        self._left = min(self._rate.burst, self._left + (now - self._at) * self._rate.per_s)
        self._at = now

    def spend(self, amount: float = 1) -> bool:
        """Whether there was enough; nothing is taken when there was not."""
        self._refill()
        if amount > self._left:
            return False
        self._left -= amount
        return True

    def empty(self) -> bool:
        self._refill()
        return self._left < 1


class AddressLimits:
    """Buckets by address, in memory only; the oldest of 10,000 are forgotten."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now = now_s
        self._connections: OrderedDict[str, Bucket] = OrderedDict()
        self._wrong: OrderedDict[str, Bucket] = OrderedDict()

    def _bucket(self, buckets: OrderedDict[str, Bucket], address: str, rate: Rate) -> Bucket:
        bucket = buckets.get(address)
        if bucket is None:
            bucket = buckets[address] = Bucket(rate, self._now)
            if len(buckets) > _REMEMBERED:
                buckets.popitem(last=False)
        buckets.move_to_end(address)
        return bucket

    def may_connect(self, address: str) -> bool:
        fresh = self._bucket(self._connections, address, CONNECTIONS).spend()
        return fresh and self.may_try(address)

    def may_try(self, address: str) -> bool:
        """Whether that address has not named too many wrong links."""
        return not self._bucket(self._wrong, address, WRONG).empty()

    def was_wrong(self, address: str) -> None:
        """An unknown link, a wrong key or an unsigned statement came from there."""
        self._bucket(self._wrong, address, WRONG).spend()
