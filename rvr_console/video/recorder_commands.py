"""What the recorder is told, in the order it was told. at_ns: CLOCK_MONOTONIC."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rvr_console.domain.recording import EventKind, GapCause, Party, TrackKind


@dataclass(frozen=True, slots=True)
class Start:
    """continued: why an earlier part of the same recording broke off, None for a new one."""

    at_ns: int
    continued: GapCause | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    at_ns: int
    by: Party


@dataclass(frozen=True, slots=True)
class Resume:
    at_ns: int
    by: Party


@dataclass(frozen=True, slots=True)
class Rejoin:
    at_ns: int
    cause: GapCause
    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """An event to write down: announced, consent, marker, device, snapshot ..."""

    at_ns: int
    kind: EventKind
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceState:
    at_ns: int
    party: Party
    kind: TrackKind
    on: bool


@dataclass(frozen=True, slots=True)
class Stop:
    at_ns: int


@dataclass(frozen=True, slots=True)
class RecorderTiming:
    """The recorder's figures, ns. Changed only by tests and benchmarks.

    hold: how long a frame waits for earlier ones that were sent again. resume_guard: how long after a resume nothing is
    taken yet, because it may have been made during the pause.
    """

    hold_ns: int = 200_000_000
    resume_guard_ns: int = 250_000_000
    rotate_ns: int = 30 * 60 * 1_000_000_000
    rotate_patience_ns: int = 10_000_000_000
    key_every_ns: int = 4_000_000_000
    status_ns: int = 500_000_000
    clock_step_ns: int = 1_000_000_000
    poll_s: float = 0.1
