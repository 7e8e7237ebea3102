"""Makes the frozen test vectors of the format, the same bytes every time.

Run as a program it writes them to tests/vectors/. That is for a new version of the format only (with a decision
record): vectors that are there stay as they are for ever.
"""

import json
import sys
import tempfile
from pathlib import Path

from evidence_parts import CountedRandomness, SeededDesk, StillClock, event, media_piece

from rvr_console.domain.recording import EventKind, RecordHead
from rvr_console.evidence.keys import (
    EnvelopeSet,
    Recipient,
    RecipientRole,
    Recipients,
    make_key_pair,
    seal_data_key,
)
from rvr_console.evidence.record_format import (
    TAG_BYTES,
    RecordHeader,
    RecordType,
    SegmentHeader,
    pack_record_header,
)
from rvr_console.evidence.record_scan import Scan, scan_file
from rvr_console.evidence.recovery import recover_segment
from rvr_console.evidence.sealed_stream import SealedWriter
from rvr_console.evidence.segment_cipher import key_commitment, next_chain, record_message
from rvr_console.system.durable_file import DurableDisk

FOLDER = Path(__file__).parents[2] / "vectors"
DATA_KEY = bytes(range(32))
EXPECTED = {
    # name: status without key, status with key, record where the first fault is (None: no fault)
    "intact": ("intact", "intact", None),
    "truncated": ("open", "open", None),
    "torn": ("open", "open", 5),
    "bad_tag": ("open", "damaged", 3),
    "changed": ("damaged", "damaged", 3),
    "dropped": ("damaged", "damaged", 3),
    "swapped": ("damaged", "damaged", 3),
    "repeated": ("damaged", "damaged", 4),
    "trailing": ("damaged", "damaged", 10),
    "header": ("unreadable", "unreadable", None),
    "recovered": ("recovered", "recovered", None),
}


def vector_header(desk: SeededDesk) -> SegmentHeader:
    salt = b"\xa5" * 32
    return SegmentHeader(
        evidence_id="00000000-0000-4000-8000-000000000001",
        session_id="vector-session",
        segment=2,
        previous=RecordHead("00000000-0000-4000-8000-000000000001", 1, 41, b"\x5a" * 32),
        salt=salt,
        key_commitment=key_commitment(DATA_KEY, salt),
        desk_key=desk.public_key,
        signer="TEST vector desk",
        wall_time="2026-03-04T13:52:31.000000+00:00",
        monotonic_ns=2**53 + 1,
        app_version="vectors",
    )


def write_intact(path: Path) -> None:
    desk = SeededDesk()
    writer = SealedWriter(
        DurableDisk().create(path), vector_header(desk), DATA_KEY, signer=desk, clock=StillClock()
    )
    writer.append_event(event(EventKind.STARTED, 0))
    writer.append_init(b"container header")
    for number in range(3):
        writer.append_media(media_piece(number), number * 500_000)
    writer.append_event(event(EventKind.PAUSE, 1_400_000, by="victim", said="café"))
    writer.append_media(media_piece(3), 2_000_000)
    writer.append_event(event(EventKind.CLOSED, 2_500_000))
    writer.finish()


def bad_tag(data: bytes, scan: Scan) -> bytes:
    """Cut after record 3, whose tag is wrong although chain and signature fit: only a key can tell."""
    record, before = scan.records[3], scan.records[2]
    body = bytearray(data[record.body_offset : record.body_offset + record.header.length])
    body[-TAG_BYTES] ^= 1
    header = pack_record_header(RecordHeader(RecordType.MEDIA, len(body), 3, record.header.pts_us))
    chain = next_chain(before.chain, header, bytes(body), before.signature)
    signature = SeededDesk().sign(record_message(scan.file_hash, 3, chain))
    return data[: record.offset] + header + bytes(body) + signature


def make_vectors() -> dict[str, bytes]:
    """File name -> bytes."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "recovered.rvrc"
        write_intact(path)
        data, scan = path.read_bytes(), scan_file(path)
        at = [record.offset for record in scan.records]
        parts = [data[record.offset : record.end] for record in scan.records]
        torn = data[: at[5] + 90]
        changed = bytearray(data)
        changed[scan.records[3].body_offset] ^= 1
        path.write_bytes(torn)
        recover_segment(
            path,
            disk=DurableDisk(),
            clock=StillClock(),
            randomness=CountedRandomness(),
            signer=SeededDesk(),
            data_key=lambda _: DATA_KEY,
            app_version="vectors",
        )
        made = {file.name: file.read_bytes() for file in Path(name).iterdir()}
    made |= {
        "intact.rvrc": data,
        "truncated.rvrc": data[: at[6]],
        "torn.rvrc": torn,
        "bad_tag.rvrc": bad_tag(data, scan),
        "changed.rvrc": bytes(changed),
        "dropped.rvrc": data[: at[3]] + data[at[4] :],
        "swapped.rvrc": data[: at[3]] + parts[4] + parts[3] + data[at[5] :],
        "repeated.rvrc": data[: at[4]] + data[at[3] :],
        "trailing.rvrc": data + b"\n",
        "header.rvrc": data[:300],
    }
    made["vectors.json"] = describe(scan)
    return made


def describe(scan: Scan) -> bytes:
    """What an independent reader needs to check itself against."""
    value = {
        "chain": [record.chain.hex() for record in scan.records],
        "data_key": DATA_KEY.hex(),
        "desk_key": SeededDesk().public_key.hex(),
        "files": {
            f"{name}.rvrc": {"keyless": keyless, "with_key": with_key, "record": record}
            for name, (keyless, with_key, record) in EXPECTED.items()
        },
        "header_sha256": scan.file_hash.hex(),
        "logged_head": {"sequence": scan.records[-3].header.sequence, "chain": scan.records[-3].chain.hex()},
        "plaintext": (b"container header" + b"".join(media_piece(n) for n in range(4))).hex(),
    }
    return (json.dumps(value, indent=1) + "\n").encode()


def make_envelope(header_hash: bytes) -> tuple[EnvelopeSet, dict[str, str]]:
    """HPKE takes its own randomness: frozen once, opened by the test, never made again."""
    pairs = {"recovery": make_key_pair(), "team-1": make_key_pair()}
    roles = {"recovery": RecipientRole.RECOVERY, "team-1": RecipientRole.TEAM}
    who = Recipients("test-force", tuple(Recipient(n, roles[n], pair.public) for n, pair in pairs.items()))
    evidence_id = vector_header(SeededDesk()).evidence_id
    sealed = seal_data_key(DATA_KEY, who, evidence_id, 2, header_hash)
    return sealed, {name: pair.private.hex() for name, pair in pairs.items()}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, data in make_vectors().items():
        (FOLDER / name).write_bytes(data)
    if not (FOLDER / "envelope.json").exists():
        sealed, private = make_envelope(scan_file(FOLDER / "intact.rvrc").file_hash)
        (FOLDER / "envelope.json").write_bytes(sealed.to_bytes())
        (FOLDER / "envelope_keys.json").write_text(json.dumps(private, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
