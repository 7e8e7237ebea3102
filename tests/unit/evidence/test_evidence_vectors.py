"""The frozen vectors: made again they are the same bytes, and this version reads them as it always did."""

import json

import pytest
from evidence_vectors import DATA_KEY, EXPECTED, FOLDER, SeededDesk, make_vectors

from rvr_console.domain.recording import RecordHead
from rvr_console.evidence.keys import EnvelopeSet, EvidenceKeyRing
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.evidence.verification import VerificationStatus, torn_file_holds, verify_file

NOTES = json.loads((FOLDER / "vectors.json").read_text())


def test_made_again_they_are_the_same_bytes():
    made = make_vectors()
    assert made.keys() == {p.name for p in FOLDER.iterdir()} - {
        ".gitattributes",
        "envelope.json",
        "envelope_keys.json",
    }
    for name, data in made.items():
        assert (FOLDER / name).read_bytes() == data, name


@pytest.mark.parametrize("name", EXPECTED)
def test_each_is_read_as_frozen(name):
    frozen = NOTES["files"][f"{name}.rvrc"]
    for key, expected in ((None, frozen["keyless"]), (DATA_KEY, frozen["with_key"])):
        report = verify_file(
            FOLDER / f"{name}.rvrc", data_key=key, trusted_desk_keys={bytes.fromhex(NOTES["desk_key"])}
        )
        assert report.status == expected
    assert (report.where.record if report.where else None) == frozen["record"]


def test_intact_plays_as_frozen():
    with SealedReader(FOLDER / "intact.rvrc", bytes.fromhex(NOTES["data_key"])) as reader:
        assert reader.read().hex() == NOTES["plaintext"]
        assert reader.events[1].detail == {"by": "victim", "said": "café"}
    scan = scan_file(FOLDER / "intact.rvrc")
    assert [record.chain.hex() for record in scan.records] == NOTES["chain"]
    assert scan.file_hash.hex() == NOTES["header_sha256"]
    assert scan.header.desk_key == SeededDesk().public_key


def test_truncated_is_found_by_the_logged_head():
    head, header = NOTES["logged_head"], scan_file(FOLDER / "intact.rvrc").header
    logged = RecordHead(header.evidence_id, header.segment, head["sequence"], bytes.fromhex(head["chain"]))
    assert verify_file(FOLDER / "intact.rvrc", expected_head=logged).ok
    assert verify_file(FOLDER / "truncated.rvrc", expected_head=logged).status == VerificationStatus.DAMAGED


def test_recovered_names_its_torn_tail():
    report = verify_file(FOLDER / "recovered.rvrc", data_key=DATA_KEY)
    assert len(report.torn) == 1
    assert torn_file_holds(FOLDER, report.torn[0])


@pytest.mark.parametrize("name", ["recovery", "team-1"])
def test_the_frozen_envelope_opens(name):
    envelopes = EnvelopeSet.from_bytes((FOLDER / "envelope.json").read_bytes())
    private = json.loads((FOLDER / "envelope_keys.json").read_text())[name]
    assert EvidenceKeyRing({name: [bytes.fromhex(private)]}).open_data_key(envelopes) == DATA_KEY
