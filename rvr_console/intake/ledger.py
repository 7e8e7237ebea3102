"""Which files of one call there are, and whether one more may come."""

from rvr_console.domain.uploads import UploadState
from rvr_console.intake.incoming import Incoming
from rvr_console.wire.file_signals import FileOffer, Refusal
from rvr_console.wire.upload_sealing import FILE_LIMIT, TOTAL_LIMIT

AT_ONCE = 16
MOST = 500
"""Streams of one call, whatever became of them: the memory they take here is bounded."""
_NOT_COUNTED = (UploadState.FAILED, UploadState.CANCELLED)


class FileLedger:
    """Files in the order of their first offers; each is found by the id of any of its streams."""

    def __init__(self) -> None:
        self._files: list[Incoming] = []
        self._streams: dict[str, Incoming] = {}

    def add(self, one: Incoming) -> None:
        self._files.append(one)
        self._streams[one.stream] = one

    def goes_on_as(self, stream: str, one: Incoming) -> None:
        self._streams[stream] = one

    def find(self, stream: str) -> Incoming | None:
        return self._streams.get(stream)

    @property
    def all(self) -> tuple[Incoming, ...]:
        return tuple(self._files)

    @property
    def live(self) -> tuple[Incoming, ...]:
        return tuple(one for one in self._files if one.live)

    @property
    def left(self) -> int:
        """Bytes of the link's total that are neither whole here nor on their way."""
        taken = sum(one.facts.size for one in self._files if one.state not in _NOT_COUNTED)
        return max(0, TOTAL_LIMIT - taken)

    def refusal_of(self, offer: FileOffer) -> Refusal | None:
        """Why a new file is not taken; None when it is."""
        if offer.start != 0:
            return "start_again"
        if offer.size > FILE_LIMIT:
            return "too_large"
        if offer.size > self.left:
            return "too_much"
        return "too_many" if len(self.live) >= AT_ONCE or len(self._streams) >= MOST else None
