import pytest
from evidence_parts import make_bench, plain_of, recipients, team_ring, write_small

from rvr_console.errors import EvidenceError, StorageError
from rvr_console.evidence.envelope_store import FolderEnvelopes
from rvr_console.evidence.keys import EvidenceKeyRing
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.vault import Vault
from rvr_console.evidence.verification import verify_recording
from rvr_console.system.durable_file import DurableDisk


@pytest.fixture
def bench(tmp_path):
    return make_bench(tmp_path / "vault")


class Ledger(DurableDisk):
    """Notes the order in which things became durable."""

    def __init__(self):
        self.acts = []

    def create(self, path):
        file, acts = super().create(path), self.acts
        acts.append("create")

        class Noted:
            close = staticmethod(file.close)

            @staticmethod
            def write(data):
                acts.append("header" if data.startswith(b"\x89RVR") else "record")
                return file.write(data)

            @staticmethod
            def sync():
                acts.append("sync")
                file.sync()

        return Noted()

    def write_durable(self, path, data):
        super().write_durable(path, data)
        self.acts.append("envelopes")


def test_envelopes_then_file_then_header_are_durable_before_the_first_record(tmp_path):
    disk = Ledger()
    bench = make_bench(tmp_path, disk=disk)
    writer = bench.vault.new_recording("s").open_segment()
    assert disk.acts == ["envelopes", "create", "header", "sync"]
    writer.append_media(b"x", 0)
    assert disk.acts[4:] == ["record"]
    writer.finish()


class BrokenStore:
    def keep(self, envelopes):
        raise StorageError("The database is gone.")

    def find(self, *_):
        return None


class MemoryStore(BrokenStore):
    def __init__(self):
        self.kept = []

    def keep(self, envelopes):
        self.kept.append(envelopes)

    def find(self, evidence_id, segment, header_hash):
        for envelopes in self.kept:
            if (envelopes.evidence_id, envelopes.segment, envelopes.header_hash) == (
                evidence_id,
                segment,
                header_hash,
            ):
                return envelopes
        return None


def other_vault(bench, stores=(), who=None):
    vault = bench.vault
    return Vault(
        bench.folder,
        vault._disk,
        vault._clock,
        vault._randomness,
        vault._signer,
        who or recipients(),
        envelope_stores=stores,
        reserve=vault._reserve,
    )


def test_no_envelopes_no_recording(bench):
    with pytest.raises(StorageError):
        other_vault(bench, [BrokenStore()]).new_recording("s").open_segment()
    assert list(bench.folder.glob("*.rvrc")) == []


def test_no_recipients_no_recording(bench):
    from dataclasses import replace

    vault = other_vault(bench, who=replace(recipients(), who=recipients().who[:1]))
    with pytest.raises(EvidenceError):
        vault.new_recording("s")
    with pytest.raises(EvidenceError):
        vault.continue_recording("e", "s")


def test_a_second_store_opens_the_recording_when_the_folders_envelopes_are_gone_or_damaged(bench):
    store = MemoryStore()
    vault = other_vault(bench, [store])
    recording = vault.new_recording("s")
    write_small(recording)
    envelope = next((bench.folder / "envelopes").iterdir())
    envelope.write_bytes(b"{}")
    with vault.open(recording.path_of(1), team_ring()) as reader:
        assert reader.read() == plain_of()
    with pytest.raises(EvidenceError, match="damaged"):
        bench.vault.open(recording.path_of(1), team_ring())
    envelope.unlink()
    with vault.open(recording.path_of(1), team_ring()) as reader:
        assert reader.read() == plain_of()


def test_without_envelopes_nothing_opens_it(bench):
    recording = bench.vault.new_recording("s")
    write_small(recording)
    for envelope in (bench.folder / "envelopes").iterdir():
        envelope.unlink()
    with pytest.raises(EvidenceError, match="envelopes are not here"):
        bench.vault.open(recording.path_of(1), team_ring())


def test_an_envelope_under_another_recordings_name_is_refused(bench):
    recording = bench.vault.new_recording("s")
    write_small(recording)
    write_small(recording)
    one, two = sorted((bench.folder / "envelopes").iterdir())
    two.write_bytes(one.read_bytes())
    with pytest.raises(EvidenceError, match="another recording"):
        bench.vault.open(recording.path_of(2), team_ring())
    assert FolderEnvelopes(bench.folder, DurableDisk()).find("e", 1, b"x" * 32) is None


def test_a_person_without_the_teams_key_sees_nothing(bench):
    recording = bench.vault.new_recording("s")
    write_small(recording)
    with pytest.raises(EvidenceError, match="do not hold a key"):
        bench.vault.open(recording.path_of(1), EvidenceKeyRing({}))


def test_it_lists_itself_again_from_its_files_alone(bench):
    ids = []
    for _ in range(2):
        recording = bench.vault.new_recording("s")
        write_small(recording)
        write_small(recording, finish=False)
        ids.append(recording.evidence_id)
    (bench.folder / "notes.txt").write_text("not ours")
    (bench.folder / "x_0001.rvrc.5-0123456789abcdef.torn").write_bytes(b"")
    again = other_vault(bench)
    assert again.recordings() == sorted(ids)
    assert [s.number for s in again.segments(ids[0])] == [1, 2]
    assert sorted(s.path.name for s in again.unfinished()) == sorted(f"{i}_0002.rvrc" for i in ids)


def test_segments_have_their_own_keys_and_name_the_one_before(bench):
    recording = bench.vault.new_recording("s")
    first, second = write_small(recording), write_small(recording)
    one, two = (scan_file(recording.path_of(n)) for n in (1, 2))
    assert one.header.previous is None
    assert two.header.previous == first.head
    assert bench.key(one.path) != bench.key(two.path)
    assert second.number == 2
    report = verify_recording([one.path, two.path], expected_heads={1: first.head, 2: second.head})
    assert report.ok, report.in_words()


def test_after_a_crash_the_next_segment_follows_the_last_good_record(bench):
    recording = bench.vault.new_recording("s")
    write_small(recording, finish=False)
    with recording.path_of(1).open("ab") as file:
        file.write(b"torn")
    good = scan_file(recording.path_of(1)).head()
    again = bench.vault.continue_recording(recording.evidence_id, "s")
    write_small(again)
    assert scan_file(again.path_of(2)).header.previous == good
    bench.vault.recover(recording.path_of(1), team_ring())
    report = verify_recording([again.path_of(1), again.path_of(2)])
    assert report.ok, report.in_words()


def test_a_segment_with_a_torn_header_is_kept_and_its_number_not_used_again(bench):
    recording = bench.vault.new_recording("s")
    write_small(recording)
    torn = recording.path_of(2)
    torn.write_bytes(recording.path_of(1).read_bytes()[:100])
    again = bench.vault.continue_recording(recording.evidence_id, "s")
    write_small(again)
    assert [s.number for s in bench.vault.segments(recording.evidence_id)] == [1, 2, 3]
    assert torn.stat().st_size == 100
    report = verify_recording([s.path for s in bench.vault.segments(recording.evidence_id)])
    assert not report.ok
    assert "Between segment 1 and segment 3" in report.in_words()


def test_a_number_already_taken_is_never_written_over(bench):
    recording = bench.vault.new_recording("s")
    recording.path_of(1).write_bytes(b"something")
    with pytest.raises(StorageError):
        recording.open_segment()
    assert recording.path_of(1).read_bytes() == b"something"
    assert recording.open_segment().number == 2


def test_ids_that_are_not_file_names_are_refused(bench):
    for bad in ("../x", "", "a/b", "x" * 65):
        with pytest.raises(EvidenceError):
            bench.vault.continue_recording(bad, "s")
        with pytest.raises(EvidenceError):
            bench.vault.new_recording(bad)


@pytest.mark.parametrize("loss", ["dropped", "other", "twice", "first"])
def test_a_segment_dropped_or_exchanged_is_found(bench, loss):
    recording = bench.vault.new_recording("s")
    heads = {n: write_small(recording).head for n in (1, 2, 3)}
    paths = [recording.path_of(n) for n in (1, 2, 3)]
    assert verify_recording(paths, expected_heads=heads).ok
    if loss == "dropped":
        report = verify_recording([paths[0], paths[2]])
    elif loss == "first":
        report = verify_recording(paths[1:])
    elif loss == "twice":
        report = verify_recording([*paths, paths[1]])
    else:
        strange = bench.vault.new_recording("s")
        write_small(strange)
        report = verify_recording([strange.path_of(1), *paths[1:]])
    assert all(segment.ok for segment in report.segments)
    assert report.broken_links
    assert not report.ok


def test_the_last_segment_missing_is_found_by_the_log(bench):
    recording = bench.vault.new_recording("s")
    heads = {n: write_small(recording).head for n in (1, 2)}
    assert verify_recording([recording.path_of(1)]).ok
    report = verify_recording([recording.path_of(1)], expected_heads=heads)
    assert report.broken_links == ("Segment 2 is in the custody log but its file is missing.",)
