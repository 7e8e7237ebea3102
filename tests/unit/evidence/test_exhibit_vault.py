"""Sealing exhibits: bit exact, durable, listed again from the files alone, and a full disk only makes them wait."""

import hashlib
import io
import tracemalloc

import pytest
from evidence_parts import recipients, team_ring
from exhibit_parts import (
    ORIGIN,
    RoomyDisk,
    bytes_of,
    exhibit_vault,
    label_for,
    read_back,
    seal_whole,
)

from rvr_console.domain.exhibit import ExhibitFlag
from rvr_console.errors import BugError, EvidenceError, StorageError
from rvr_console.evidence.keys import EvidenceKeyRing
from rvr_console.evidence.recovery import RecoveryOutcome
from rvr_console.evidence.vault import Vault
from rvr_console.evidence.verification import VerificationStatus, verify_file

MIB = 1 << 20


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 7])
def test_any_size_is_kept_bit_exact_and_verifies(tmp_path, size):
    vault = exhibit_vault(tmp_path / "exhibits")
    data = bytes_of(size)
    evidence_id, content, head = seal_whole(vault, data, chunk=300_000)
    assert (content.size, content.sha256) == (size, hashlib.sha256(data).hexdigest())
    assert read_back(vault, evidence_id) == data
    path = vault.path_of(evidence_id)
    with vault.open(evidence_id, team_ring()) as reader:
        key = vault.vault.data_key(reader.scan, team_ring())
        assert reader.header.content_type == content.found_type
    report = verify_file(path, data_key=key, expected_head=head)
    assert report.status is VerificationStatus.INTACT, report.in_words()
    assert report.content_checked
    assert data[:64] not in path.read_bytes() or size < 64
    assert (ExhibitFlag.EMPTY in content.flags) is (size == 0)


def test_the_vault_lists_its_exhibits_again_from_the_files_alone(tmp_path):
    evidence_id, content, _ = seal_whole(exhibit_vault(tmp_path / "exhibits"), bytes_of(5000))
    (listed,) = exhibit_vault(tmp_path / "exhibits").listed(team_ring())
    assert (listed.evidence_id, listed.words, listed.size) == (evidence_id, "", 5000)
    assert listed.origin == ORIGIN
    assert listed.label == label_for(content)
    (unread,) = exhibit_vault(tmp_path / "exhibits").listed(EvidenceKeyRing({}))
    assert "do not hold a key" in unread.words


def test_exhibits_lie_apart_from_recordings(tmp_path):
    vault = exhibit_vault(tmp_path / "exhibits")
    seal_whole(vault, b"x")
    plain = Vault(tmp_path, RoomyDisk(), vault._clock, vault._randomness, vault.vault._signer, recipients())
    assert plain.recordings() == []
    assert plain.unfinished() == []


def test_a_reader_seeks_without_plaintext_on_the_disk(tmp_path):
    vault = exhibit_vault(tmp_path / "exhibits")
    data = bytes_of(2 * MIB + 100)
    evidence_id, _, _ = seal_whole(vault, data)
    with vault.open(evidence_id, team_ring()) as reader:
        assert reader.seek(-50, io.SEEK_END) == len(data) - 50
        assert reader.read() == data[-50:]
        reader.seek(MIB - 3)
        assert reader.read(6) == data[MIB - 3 : MIB + 3]
    window = data[MIB : MIB + 32]
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and window in p.read_bytes()]


def taken(writer, chunk) -> bool:
    try:
        writer.write(chunk)
    except StorageError:
        return False
    return True


def test_a_full_disk_makes_it_wait_and_nothing_is_lost_or_doubled(tmp_path):
    disk = RoomyDisk()
    vault = exhibit_vault(tmp_path / "exhibits", disk)
    data = bytes_of(6 * MIB + 11)
    writer = vault.begin(ORIGIN, len(data))
    chunks = [data[start : start + 700_000] for start in range(0, len(data), 700_000)]
    refused = 0
    disk.room = 2 * MIB + 5000  # in the middle of a record
    for chunk in chunks:
        while not taken(writer, chunk):
            refused += 1
            if refused % 3 == 0:
                disk.room += 900_000
    disk.room = 0
    for step in (writer.end_content, lambda: writer.seal(label_for(writer.end_content()))):
        with pytest.raises(StorageError, match="full"):
            step()
        disk.room = 5 * MIB
        step()
        disk.room = 0
    assert refused > 3
    assert read_back(vault, writer.evidence_id) == data
    assert verify_file(vault.path_of(writer.evidence_id)).status is VerificationStatus.INTACT
    assert len(vault.listed(team_ring())) == 1


def test_the_last_room_is_left_to_recordings(tmp_path):
    disk = RoomyDisk()
    vault = exhibit_vault(tmp_path / "exhibits", disk, keep_free=100 * MIB)
    disk.free = 120 * MIB
    with pytest.raises(StorageError, match="kept for the recording"):
        vault.begin(ORIGIN, 30 * MIB)
    writer = vault.begin(ORIGIN, 10 * MIB)
    writer.write(b"a" * MIB)
    disk.free = 100 * MIB
    with pytest.raises(StorageError, match="kept for the recording"):
        writer.write(b"b" * MIB)
    disk.free = 120 * MIB
    writer.write(b"b" * MIB)
    content = writer.end_content()
    writer.seal(label_for(content))
    assert read_back(vault, writer.evidence_id) == b"a" * MIB + b"b" * MIB


def test_no_room_for_the_header_either(tmp_path):
    disk = RoomyDisk()
    vault = exhibit_vault(tmp_path / "exhibits", disk)
    writer = vault.begin(ORIGIN, 5)
    disk.room = 100
    with pytest.raises(StorageError):
        writer.write(b"hello")
    disk.room = MIB
    writer.write(b"hello")
    writer.seal(label_for(writer.end_content()))
    assert read_back(vault, writer.evidence_id) == b"hello"
    assert vault.exhibits() == [writer.evidence_id]


def test_what_broke_off_is_stated_and_completed_without_losing_a_byte(tmp_path):
    vault = exhibit_vault(tmp_path / "exhibits")
    writer = vault.begin(ORIGIN, 9 * MIB)
    writer.write(bytes_of(3 * MIB))
    assert vault.unfinished() == []  # it is being written
    writer._writer.abandon()  # the process ends here
    after = exhibit_vault(tmp_path / "exhibits")
    (segment,) = after.unfinished()
    before = after.describe(segment.path, segment.evidence_id, team_ring())
    assert (before.words, before.label, before.size) == ("It was never closed.", None, 3 * MIB)
    result = after.recover(segment.path, team_ring())
    assert result.outcome is RecoveryOutcome.RECOVERED
    found = after.describe(segment.path, segment.evidence_id, team_ring())
    assert (found.origin, found.label, found.size) == (ORIGIN, None, 3 * MIB)
    assert read_back(after, segment.evidence_id) == bytes_of(3 * MIB)
    assert after.unfinished() == []


def test_abandoned_is_closed_as_incomplete(tmp_path):
    vault = exhibit_vault(tmp_path / "exhibits")
    assert vault.begin(ORIGIN, 10).abandon("withdrawn") is None
    assert vault.exhibits() == []
    writer = vault.begin(ORIGIN, 10)
    writer.write(b"half")
    head = writer.abandon("withdrawn by the person")
    assert head is not None
    assert writer.abandon("again") == head
    (found,) = vault.listed(team_ring())
    assert (found.label, found.size) == (None, 4)
    assert found.words == "It is incomplete: withdrawn by the person."
    assert vault.unfinished() == []


def test_misuse_and_missing_keys(tmp_path):
    vault = exhibit_vault(tmp_path / "exhibits")
    writer = vault.begin(ORIGIN)
    with pytest.raises(BugError):
        writer.seal(None)
    writer.write(b"")
    writer.end_content()
    with pytest.raises(BugError):
        writer.write(b"late")
    with pytest.raises(EvidenceError, match="not in the vault"):
        vault.open("0" * 8, team_ring())


def test_memory_stays_flat(tmp_path):
    vault = exhibit_vault(tmp_path / "exhibits")
    writer = vault.begin(ORIGIN)
    chunk = bytes_of(MIB)
    writer.write(chunk)
    tracemalloc.start()
    for _ in range(40):
        writer.write(chunk)
    content = writer.end_content()
    writer.seal(label_for(content))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert content.size == 41 * MIB
    assert peak < 12 * MIB
