"""An encoded frame on its way from the media process to the console (payload kind 2 of `rvr_console.wire.media_messages`)."""

import struct
from dataclasses import dataclass

from rvr_console.errors import UntrustedInputError
from rvr_console.wire.media_messages import (
    ENVELOPE,
    FRAME_HEADER_BYTES,
    KIND_FRAME,
    MAX_FRAME_BYTES,
    PARTIES,
    TRACKS,
    PartyName,
    TrackName,
)

# version, party, track, flags (bit 0: key frame), epoch, tap sequence, RTP timestamp, CLOCK_MONOTONIC ns, width, height
FRAME_HEADER = struct.Struct("!BBBBIQIQHH")
FRAME_VERSION = 1


@dataclass(frozen=True, slots=True)
class WireFrame:
    """An encoded frame on the wire; the fields are those of `rvr_console.domain.recording.EncodedFrame`."""

    epoch: int
    party: PartyName
    track: TrackName
    tap_sequence: int
    rtp_timestamp: int
    received_ns: int
    key: bool
    width: int
    height: int
    data: bytes


def pack_frame(frame: WireFrame) -> bytes:
    """An encoded frame with its envelope."""
    header = FRAME_HEADER.pack(
        FRAME_VERSION,
        PARTIES.index(frame.party),
        TRACKS.index(frame.track),
        int(frame.key),
        frame.epoch,
        frame.tap_sequence,
        frame.rtp_timestamp,
        frame.received_ns,
        frame.width,
        frame.height,
    )
    return ENVELOPE.pack(len(header) + len(frame.data), KIND_FRAME) + header + frame.data


def unpack_frame(untrusted: bytes) -> WireFrame:
    """The frame in a payload of kind 2. Raises UntrustedInputError."""
    if not FRAME_HEADER_BYTES < len(untrusted) <= FRAME_HEADER_BYTES + MAX_FRAME_BYTES:
        raise UntrustedInputError("Media framing: an encoded frame of an impossible size.")
    version, party, track, flags, epoch, sequence, rtp, received_ns, width, height = FRAME_HEADER.unpack_from(
        untrusted
    )
    if (
        version != FRAME_VERSION
        or party >= len(PARTIES)
        or track >= len(TRACKS)
        or flags > 1
        or received_ns >= 2**63
    ):
        raise UntrustedInputError("Media framing: an encoded frame with a malformed header.")
    data = untrusted[FRAME_HEADER_BYTES:]
    return WireFrame(
        epoch, PARTIES[party], TRACKS[track], sequence, rtp, received_ns, bool(flags), width, height, data
    )
