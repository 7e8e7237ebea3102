"""The bundle: accepted by the bagit library and by the independent verifier, complete or not there at all."""

import errno
import io
import json
import shutil
import subprocess
import sys
import tarfile
from dataclasses import replace

import bagit
import pyrage
import pytest
from bundle_parts import FILM, PICTURE, VERIFIER, identity

from rvr_console.domain.bundle import BundleRecipient
from rvr_console.errors import EvidenceError, RefusedError, StorageError
from rvr_console.evidence.sealed_scratch import SECTOR, SealedScratch


def told_by(rvr_verify, capsys, folder, *more):
    code = rvr_verify.main([*more, str(folder)])
    return code, capsys.readouterr().out


def test_the_bagit_library_accepts_it(made_bundle):
    bag = bagit.Bag(str(made_bundle))
    bag.validate()
    assert set(bag.algorithms) == {"sha256", "sha512"}


def test_the_verifier_accepts_it(rvr_verify, capsys, made_bundle, case):
    code, said = told_by(rvr_verify, capsys, made_bundle)
    assert code == 0, said
    for words in (
        "TEST AUTHORITY",
        "none added, none changed",
        "INTACT",
        "Not proved",
        "Signed by TEST desk-1",
    ):
        assert words in said
    authority = made_bundle.parent / "authority.pem"
    authority.write_bytes(case.authority.certificate_pem)
    code, said = told_by(rvr_verify, capsys, made_bundle, "--authority", str(authority))
    assert code == 0
    assert "ask it whether" not in said


def test_its_own_copy_of_the_verifier_runs_alone(made_bundle, tmp_path):
    """As a stranger would: another folder, isolated from this project."""
    done = subprocess.run(
        [sys.executable, "-I", str(made_bundle / "rvr_verify.py"), str(made_bundle)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (made_bundle / "rvr_verify.py").read_bytes() == VERIFIER.read_bytes()


def test_what_is_in_it(made_bundle, case):
    evidence = case.order.recordings[0].evidence_id
    names = {str(path.relative_to(made_bundle)) for path in made_bundle.rglob("*") if path.is_file()}
    assert {name for name in names if name.startswith("data/")} == {
        f"data/recordings/{evidence}/{evidence}_0001.rvrc",
        f"data/recordings/{evidence}/{evidence}_0002.rvrc",
        f"data/copies/01_{evidence}_copy.mp4",
        "data/exhibits/AB_1.jpg",
        "data/documents/statement.pdf",
    }
    assert (made_bundle / "data/exhibits/AB_1.jpg").read_bytes() == PICTURE
    film = (made_bundle / f"data/copies/01_{evidence}_copy.mp4").read_bytes()
    assert film.startswith(b"mp4" + FILM[3:])
    facts = json.loads((made_bundle / "bundle.json").read_bytes())
    assert facts["recordings"][0]["state"] == "intact"
    assert film.endswith(facts["copies"][0]["master_sha256"].encode())
    assert facts["left_out"] == ["AB/2: not relevant, decided by D10"]


def test_the_index_is_escaped_and_runs_nothing(made_bundle):
    page = (made_bundle / "index.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "default-src 'none'" in page
    assert 'href="data/exhibits/AB_1.jpg"' in page
    assert "http:" not in page
    assert "https:" not in page
    assert "TEST DESK" in page
    assert "TEST DESK" in (made_bundle / "README.txt").read_text()


@pytest.mark.parametrize("change", [{"media_type": "image/svg+xml"}, {"runs": True}])
def test_what_can_carry_a_program_is_no_link(case, tmp_path, change):
    exhibit = replace(case.order.exhibits[0], warnings=("polyglot", "marked as distressing"), **change)
    made = case.make(tmp_path / "b", exhibits=(exhibit,))
    assert (made.path / "data/exhibits/AB_1.bin").read_bytes() == PICTURE
    page = (made.path / "index.html").read_text()
    assert 'href="data/exhibits' not in page
    assert "for a specialist only" in page
    assert "WARNING: polyglot, marked as distressing." in page


def test_no_plaintext_but_the_intended_copies(case, made_bundle):
    for path in case.folder.rglob("*"):
        assert not path.is_file() or PICTURE[:32] not in path.read_bytes(), path


def test_encrypted_it_comes_back_as_the_same_bag(rvr_verify, capsys, case, tmp_path):
    court, defence, stranger = identity(), identity(), identity()
    who = (
        BundleRecipient("Court", str(court.to_public())),
        BundleRecipient("Defence", str(defence.to_public())),
    )
    made = case.make(tmp_path / "case.tar.age", recipients=who)
    sealed = made.path.read_bytes()
    assert PICTURE[:32] not in sealed
    assert [path.name for path in tmp_path.iterdir()] == ["case.tar.age"]
    for place, key in enumerate((court, defence)):
        with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(sealed, [key]))) as tar:
            tar.extractall(tmp_path / str(place), filter="data")
        bagit.Bag(str(tmp_path / str(place) / "case")).validate()
        assert told_by(rvr_verify, capsys, tmp_path / str(place) / "case")[0] == 0
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [stranger])


@pytest.mark.parametrize("key", ["", "age1nonsense", "AGE-SECRET-KEY-1XYZ", "ssh-ed25519 AAAA"])
def test_a_wrong_key_is_refused_before_anything_is_written(case, tmp_path, key):
    with pytest.raises(RefusedError, match="Court"):
        case.make(tmp_path / "x.tar.age", recipients=(BundleRecipient("Court", key),))
    assert not list(tmp_path.iterdir())


def test_an_empty_folder_is_filled_a_full_one_refused(case, tmp_path):
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.mkdir()
    full.mkdir()
    (full / "theirs.txt").write_text("kept")
    assert case.make(empty).path == empty
    with pytest.raises(RefusedError, match="not empty"):
        case.make(full)
    with pytest.raises(RefusedError, match="a file called"):
        case.make(full / "theirs.txt")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RefusedError):
        case.make(link)
    with pytest.raises(RefusedError, match="no such folder"):
        case.make(tmp_path / "not" / "there")
    with pytest.raises(RefusedError, match="own data"):
        case.make(case.folder / "own" / "bundle")
    assert [path.name for path in full.iterdir()] == ["theirs.txt"]


def test_a_folder_that_cannot_be_read_is_told_plainly(case, tmp_path, monkeypatch):
    (tmp_path / "b").mkdir()
    export = case.export()

    def unreadable(_folder):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "iterdir", unreadable)
    with pytest.raises(StorageError, match="Permission denied"):
        export.check_target(tmp_path / "b", ())


@pytest.mark.parametrize("encrypted", [False, True])
def test_stopped_nothing_is_left(case, tmp_path, encrypted):
    who = (BundleRecipient("Court", str(identity().to_public())),) if encrypted else ()
    export, seen = case.export(), []
    for limit in (1, 4, 7):
        seen.clear()
        order = replace(case.order, target=tmp_path / "b", recipients=who)
        assert export.make(order, seen.append, lambda limit=limit: len(seen) >= limit) is None
        assert not list(tmp_path.iterdir())


def test_progress_has_real_numbers_and_ends_whole(case, tmp_path):
    seen = []
    case.export().make(replace(case.order, target=tmp_path / "b"), seen.append, lambda: False)
    parts = [told.part for told in seen]
    assert parts == sorted(parts)
    assert parts[-1] == pytest.approx(1.0)
    assert any("AB/1: 0.0 of 0.0 MB" in told.words for told in seen)


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_full_disk_is_told_plainly_and_leaves_nothing(case, tmp_path, encrypted):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    who = (BundleRecipient("Court", str(identity().to_public())),) if encrypted else ()
    with pytest.raises(StorageError, match="no room left") as told:
        case.make(tmp_path / "b", copy=full, recipients=who)
    assert "unharmed" in told.value.kept
    with pytest.raises(StorageError, match="0 MB free"):
        case.make(tmp_path / "b", free=10, recipients=who)
    assert not list(tmp_path.iterdir())


def test_an_exhibit_that_is_not_what_was_logged_stops_it(case, tmp_path):
    for change in ({"sha256": "0" * 64}, {"size": 3}, {"size": 10**6}):
        exhibit = replace(case.order.exhibits[0], **change)
        with pytest.raises(EvidenceError, match="AB/1 is not what the custody log says"):
            case.make(tmp_path / "b", exhibits=(exhibit,))
        assert not list(tmp_path.iterdir())


def test_a_damaged_recording_goes_in_and_is_named(rvr_verify, capsys, case, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(case.folder / "own", other / "own")
    vault = case.vault.__class__.__new__(case.vault.__class__)
    vault.__dict__.update(case.vault.__dict__)
    vault.folder = other / "own" / "vault"
    path = vault.segments(case.order.recordings[0].evidence_id)[1].path
    data = bytearray(path.read_bytes())
    data[-200] ^= 1
    path.write_bytes(data)
    made = replace(case, folder=other, vault=vault).make(tmp_path / "b")
    facts = json.loads((made.path / "bundle.json").read_bytes())
    assert facts["recordings"][0]["state"] == "damaged"
    assert not facts["copies"]
    assert any("is damaged" in note for note in made.notes)
    assert "is damaged" in (made.path / "index.html").read_text()
    code, said = told_by(rvr_verify, capsys, made.path)
    assert code == 1
    assert "DAMAGED" in said


def test_a_copy_that_cannot_be_made_is_named(case, tmp_path):
    def unplayable(*_arguments):
        raise EvidenceError("There is no picture in it.")

    made = case.make(tmp_path / "b", copy=unplayable)
    assert any("There is no picture in it." in note for note in made.notes)
    assert not (made.path / "data/copies").exists()


def test_scratch_keeps_what_is_written_and_shows_nothing(tmp_path):
    plain = bytes(range(256)) * 1000
    with SealedScratch(tmp_path) as scratch:
        scratch.write(plain)
        scratch.seek(SECTOR - 3)
        scratch.write(b"across")
        expected = plain[: SECTOR - 3] + b"across" + plain[SECTOR + 3 :]
        assert b"".join(scratch.chunks()) == expected
        scratch._file.seek(0)
        on_disk = scratch._file.read()
        assert plain[:32] not in on_disk
        assert not list(tmp_path.iterdir())
