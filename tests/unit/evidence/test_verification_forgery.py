"""What somebody with the desk's signing key, or a key of their own, could make; and what finds it."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from evidence_parts import SeededDesk, StillClock
from gcm_collision import collide

from rvr_console.errors import EvidenceError
from rvr_console.evidence.record_format import (
    FinalNote,
    IndexEntry,
    RecordHeader,
    RecordType,
    SegmentHeader,
    pack_final,
    pack_header,
    pack_index,
    pack_record_header,
)
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.evidence.segment_cipher import (
    RecordSealer,
    SegmentCipher,
    _expand,
    first_chain,
    header_hash,
    header_head,
    header_message,
    key_commitment,
    next_chain,
    record_message,
)
from rvr_console.evidence.verification import VerificationStatus, verify_file


class Forger:
    """Someone with the desk's key and, if wanted, the data key, who writes what a recorder never would."""

    def __init__(self, path):
        self.path, self.desk, self.key, salt = path, SeededDesk(), b"k" * 32, b"s" * 32
        now = StillClock().now().isoformat()
        self.header = SegmentHeader(
            "e-1",
            "s-1",
            1,
            None,
            salt,
            key_commitment(self.key, salt),
            self.desk.public_key,
            "TEST desk",
            now,
            0,
            "0",
        )
        self.packed = pack_header(self.header)
        self.hash = header_hash(self.packed)
        self.signature = self.desk.sign(header_message(self.packed))
        self.cipher = SegmentCipher(self.key, self.header, self.hash)
        head = header_head(self.header, self.packed, self.signature)
        self.sealer = RecordSealer(self.cipher, self.desk, self.hash, head, self.signature)
        self.data = self.packed + self.signature

    def add(self, kind, plaintext, pts_us=0):
        self.data += self.sealer.seal(kind, plaintext, pts_us)

    def report(self, key=True):
        self.path.write_bytes(self.data)
        return verify_file(self.path, data_key=self.key if key else None)


@pytest.fixture
def forger(tmp_path):
    return Forger(tmp_path / "forged.rvrc")


@pytest.mark.parametrize(
    ("final", "entry"),
    [
        (FinalNote(2, 4, 0, "closed"), {"offset": 1}),
        (FinalNote(2, 4, 0, "closed"), {"pts_us": 1}),
        (FinalNote(2, 4, 0, "closed"), None),
        (FinalNote(3, 4, 0, "closed"), {}),
        (FinalNote(2, 5, 0, "closed"), {}),
        (FinalNote(2, 4, 0, "recovered"), {}),
    ],
)
def test_with_the_key_a_false_index_or_closing_record_is_found(forger, final, entry):
    forger.add(RecordType.MEDIA, b"four")
    true = IndexEntry(RecordType.MEDIA, 0, 0, len(forger.packed) + 64, 20)
    forger.add(RecordType.INDEX, pack_index([] if entry is None else [replace(true, **entry)])[0])
    forger.add(RecordType.FINAL, pack_final(final))
    assert forger.report(key=False).status == VerificationStatus.INTACT, "keyless verification cannot know"
    report = forger.report()
    assert report.status == VerificationStatus.DAMAGED
    assert report.where.record == 2


def test_an_event_that_lies_about_its_time_or_cannot_be_read_is_found(forger):
    forger.add(RecordType.EVENT, b'{"detail":{},"kind":"pause","pts_us":5}', 6)
    assert "differs from its event" in forger.report().reason
    forger.add(RecordType.EVENT, b"nonsense")
    assert forger.report().status == VerificationStatus.DAMAGED


@pytest.mark.parametrize(
    "kinds",
    [
        (RecordType.INDEX, RecordType.MEDIA),
        (RecordType.FINAL, RecordType.FINAL),
        (RecordType.INDEX, RecordType.EVENT),
    ],
)
def test_records_where_a_recorder_never_puts_them_are_found(forger, kinds):
    for kind in kinds:
        forger.add(kind, b"")
    assert forger.report(key=False).status == VerificationStatus.DAMAGED


def test_one_file_that_opens_under_two_keys_is_refused_by_the_commitment(forger):
    """The attack is real (both raw decryptions succeed); the header's commitment admits one key only."""
    second = b"j" * 32
    header = RecordHeader(RecordType.MEDIA, 48, 0, 0)
    packed, chain = pack_record_header(header), first_chain(forger.packed, forger.signature)
    aad = forger.hash + packed + chain
    both = [_payload_key_and_nonce(key, forger) for key in (forger.key, second)]
    body = collide(both[0], both[1], aad)
    assert AESGCM(both[0][0]).decrypt(both[0][1], body, aad) != AESGCM(both[1][0]).decrypt(
        both[1][1], body, aad
    )
    after = next_chain(chain, packed, body, forger.signature)
    forger.data += packed + body + forger.desk.sign(record_message(forger.hash, 0, after))
    assert forger.report(key=False).status == VerificationStatus.OPEN
    with SealedReader(forger.path, forger.key) as reader:
        assert len(reader.read()) == 32
    with pytest.raises(EvidenceError, match="does not belong"):
        SealedReader(forger.path, second)
    assert verify_file(forger.path, data_key=second).status == VerificationStatus.UNREADABLE


def _payload_key_and_nonce(key, forger):
    made = _expand(key, forger.header.salt, b"rvr/ec1/payload" + forger.hash, 39)
    return made[:32], made[32:] + bytes(5)


def test_content_changed_by_somebody_with_the_desks_key_alone_is_found_with_the_data_key(forger):
    header = RecordHeader(RecordType.MEDIA, 20, 0, 0)
    packed, chain = pack_record_header(header), first_chain(forger.packed, forger.signature)
    after = next_chain(chain, packed, b"x" * 20, forger.signature)
    forger.data += packed + b"x" * 20 + forger.desk.sign(record_message(forger.hash, 0, after))
    assert forger.report(key=False).status == VerificationStatus.OPEN
    report = forger.report()
    assert report.status == VerificationStatus.DAMAGED
    assert report.where.record == 0
    assert "does not open" in report.reason
