from dataclasses import replace

import pytest
import rfc8785

from rvr_console.domain.recording import EventKind, RecordHead, RecordingEvent
from rvr_console.errors import BugError, EvidenceError
from rvr_console.evidence import record_format as rf

HEADER = rf.SegmentHeader(
    evidence_id="e-1",
    session_id="s-1",
    segment=2,
    previous=RecordHead("e-1", 1, 9, b"\x01" * 32),
    salt=b"\x02" * 32,
    key_commitment=b"\x03" * 32,
    desk_key=b"\x04" * 32,
    signer="TEST desk",
    wall_time="2026-03-04T13:52:31.000000+00:00",
    monotonic_ns=2**60,
    app_version="0.1.0",
)


def with_json(**changes):
    import json

    packed = rf.pack_header(HEADER)
    value = json.loads(packed[20:])
    for name, change in changes.items():
        if change is None:
            del value[name]
        else:
            value[name] = change
    body = rfc8785.dumps(value)
    return packed[:16] + len(body).to_bytes(4, "big") + body


def test_header_comes_back_also_after_104_days_of_uptime():
    assert rf.parse_header(rf.pack_header(HEADER)) == HEADER
    first = replace(HEADER, previous=None, segment=1)
    assert rf.parse_header(rf.pack_header(first)) == first


@pytest.mark.parametrize(
    "changes",
    [
        {"suite": "other"},
        {"segment": 0},
        {"segment": 10_000},
        {"segment": True},
        {"segment": "2"},
        {"salt": "00"},
        {"salt": "zz" * 32},
        {"salt": "AA" * 32},
        {"evidence_id": "../../etc/passwd"},
        {"evidence_id": ""},
        {"session_id": "a/b"},
        {"monotonic_ns": "-1"},
        {"monotonic_ns": "1e9"},
        {"signer": "x" * 300},
        {"previous": []},
        {"previous": {"chain": "00" * 32, "segment": 1}},
        {"wall_time": None},
        {"extra": "field"},
    ],
)
def test_header_with_a_wrong_field_is_refused(changes):
    with pytest.raises(EvidenceError):
        rf.parse_header(with_json(**changes))


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"\xff", b"[" * 9000, b'{"a": 1}', b'{"a":1e999}', b'{"a":1,"a":1}', b'"\\ud800"']
)
def test_header_of_other_json_is_refused(body):
    with pytest.raises(EvidenceError):
        rf.parse_header(rf.FILE_MAGIC + len(body).to_bytes(4, "big") + body)


def test_header_length_is_limited_before_it_is_used():
    for length in (0, rf.MAX_HEADER_JSON + 1, 2**32 - 1):
        with pytest.raises(EvidenceError):
            rf.header_json_length(rf.FILE_MAGIC + length.to_bytes(4, "big"))
    with pytest.raises(EvidenceError):
        rf.header_json_length(b"short")


def test_json_that_is_not_canonical_is_refused():
    packed = rf.pack_header(HEADER)
    body = packed[20:].replace(b'","', b'", "', 1)
    with pytest.raises(EvidenceError):
        rf.parse_header(packed[:16] + len(body).to_bytes(4, "big") + body)


def test_record_header_has_the_layout_of_the_specification():
    packed = rf.pack_record_header(rf.RecordHeader(rf.RecordType.MEDIA, 0x1234, 5, 6))
    assert packed == bytes.fromhex("52565272 02 00 0000 00001234 00000005 0000000000000006")
    assert rf.parse_record_header(packed) == rf.RecordHeader(rf.RecordType.MEDIA, 0x1234, 5, 6)


@pytest.mark.parametrize(
    ("place", "value"), [(0, 0), (4, 0), (4, 7), (5, 1), (6, 1), (7, 1), (8, 0xFF), (16, 0xFF)]
)
def test_record_header_with_an_impossible_byte_is_refused(place, value):
    packed = bytearray(rf.pack_record_header(rf.RecordHeader(rf.RecordType.MEDIA, 100, 0, 0)))
    packed[place] = value
    with pytest.raises(EvidenceError):
        rf.parse_record_header(bytes(packed))


def test_record_shorter_than_its_tag_is_refused():
    for kind, length in ((rf.RecordType.MEDIA, 15), (rf.RecordType.RECOVERED, 47)):
        with pytest.raises(EvidenceError):
            rf.parse_record_header(rf.pack_record_header(rf.RecordHeader(kind, length, 0, 0)))


def test_event_comes_back():
    event = RecordingEvent(EventKind.GAP, 12, {"cause": "network_loss", "name": "Zoë"})
    assert rf.parse_event(rf.pack_event(event)) == event
    with pytest.raises(BugError):
        rf.pack_event(RecordingEvent(EventKind.GAP, 0, {"a": "x" * rf.MAX_PAYLOAD}))


@pytest.mark.parametrize(
    "value",
    [
        {"detail": {}, "kind": "unheard of", "pts_us": 0},
        {"detail": [], "kind": "gap", "pts_us": 0},
        {"detail": {"a": 1}, "kind": "gap", "pts_us": 0},
        {"detail": {}, "kind": "gap", "pts_us": -1},
        {"detail": {}, "kind": "gap"},
    ],
)
def test_event_with_a_wrong_field_is_refused(value):
    with pytest.raises(EvidenceError):
        rf.parse_event(rfc8785.dumps(value))


def test_index_comes_back_and_splits_when_long():
    entries = [rf.IndexEntry(rf.RecordType.MEDIA, n, n * 10, n * 100, 50) for n in range(50_000)]
    parts = rf.pack_index(entries)
    assert len(parts) == 2
    assert all(len(part) <= rf.MAX_PAYLOAD for part in parts)
    assert [entry for part in parts for entry in rf.parse_index(part)] == entries
    assert rf.pack_index([]) == [b""]


@pytest.mark.parametrize("data", [b"\x02", b"\x09" + bytes(24)])
def test_index_of_a_wrong_form_is_refused(data):
    with pytest.raises(EvidenceError):
        rf.parse_index(data)


def test_closing_notes_come_back():
    final = rf.FinalNote(9, 1000, 2_000_000, "closed")
    assert rf.parse_final(rf.pack_final(final)) == final
    note = rf.RecoveredNote(-1, b"\x05" * 32, (rf.TornTail("a.torn", 7, "ab" * 32),), "now", "0.1.0")
    assert rf.parse_recovered(rf.pack_recovered(note)) == note


@pytest.mark.parametrize("torn", [{}, [1], [{"name": "x"}], [{"name": "x", "sha256": "00", "size": 1}]])
def test_recovery_note_with_a_wrong_tail_is_refused(torn):
    value = {"app_version": "", "good_chain": "00" * 32, "good_sequence": 0, "torn": torn, "wall_time": ""}
    with pytest.raises(EvidenceError):
        rf.parse_recovered(rfc8785.dumps(value))
