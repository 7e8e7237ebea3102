"""Whatever is done to a bundle, the verifier ends with 1 and names it; hostile bundles are refused without harm."""

import hashlib
import json
import os
import random
import shutil
from dataclasses import replace

import pytest
from bundle_parts import make_case


def told_by(rvr_verify, capsys, folder):
    code = rvr_verify.main([str(folder)])
    return code, capsys.readouterr().out


@pytest.fixture
def copy(made_bundle, tmp_path):
    return shutil.copytree(made_bundle, tmp_path / "bundle")


def files_of(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def spoil(path, place, bit):
    data = bytearray(path.read_bytes())
    data[place] ^= 1 << bit
    path.write_bytes(data)


def test_one_byte_of_each_file(rvr_verify, capsys, copy):
    chance = random.Random(5)
    for path in files_of(copy):
        kept = path.read_bytes()
        for place in {0, len(kept) - 1, *chance.sample(range(len(kept)), 3)}:
            spoil(path, place, chance.randrange(8))
            code, said = told_by(rvr_verify, capsys, copy)
            assert code == 1, (path.name, place)
            assert path.name in said.partition("WRONG:")[2], (path.name, said)
            path.write_bytes(kept)
    assert told_by(rvr_verify, capsys, copy)[0] == 0


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_byte(rvr_verify, capsys, made_bundle, tmp_path, monkeypatch):
    """Files that do not change are hashed once, the changed one is always read; of the verifier's own 30 kB each 11th byte."""
    copy, known, real = shutil.copytree(made_bundle, tmp_path / "bundle"), {}, rvr_verify.digests
    for path in files_of(copy):
        kept = path.read_bytes()
        known = {str(other): real(str(other)) for other in files_of(copy) if other != path}
        monkeypatch.setattr(rvr_verify, "digests", lambda name, known=known: known.get(name) or real(name))
        for place in range(0, len(kept), 1 if len(kept) < 6000 else 11):
            spoil(path, place, place % 8)
            code, said = told_by(rvr_verify, capsys, copy)
            assert code == 1, (path.name, place)
            wrong = said.partition("WRONG:")[2]
            # A name changed in the outermost list reads as if the named file had been renamed: no other list says better.
            named = path.name in wrong or (path.name.startswith("tagmanifest") and "was renamed to" in wrong)
            assert named, (path.name, said)
            path.write_bytes(kept)


def test_each_file_removed_or_renamed(rvr_verify, capsys, copy):
    for path in files_of(copy):
        aside = path.with_name("other_" + path.name)
        path.rename(aside)
        code, said = told_by(rvr_verify, capsys, copy)
        assert code == 1
        assert path.name in said.partition("WRONG:")[2]
        kept = aside.read_bytes()
        aside.unlink()
        code, said = told_by(rvr_verify, capsys, copy)
        assert code == 1
        assert f"{path.name} is missing" in said or f"'{path}'" in said, said
        path.write_bytes(kept)
    assert told_by(rvr_verify, capsys, copy)[0] == 0


def test_renamed_says_so(rvr_verify, capsys, copy):
    (copy / "data/exhibits/AB_1.jpg").rename(copy / "data/exhibits/AB_2.jpg")
    said = told_by(rvr_verify, capsys, copy)[1]
    assert "data/exhibits/AB_1.jpg was renamed to data/exhibits/AB_2.jpg" in said


@pytest.mark.parametrize(
    "name", ["data/exhibits/AB_9.jpg", "new.txt", "data/new/deep/x", ".hidden", "data/\x1b[31m\xff.rvrc"]
)
def test_a_file_added(rvr_verify, capsys, copy, name):
    path = copy / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    code, said = told_by(rvr_verify, capsys, copy)
    assert code == 1
    assert "was added" in said
    assert "\x1b" not in said


def test_a_file_name_that_is_no_text(rvr_verify, capsys, copy):
    (copy / "data" / os.fsdecode(b"\xff\xfe.jpg")).write_bytes(b"x")
    code, said = told_by(rvr_verify, capsys, copy)
    assert code == 1
    assert "\\xdcff\\xdcfe.jpg was added" in said


def relist(copy):
    """As a forger would: every manifest written anew, so that only signatures can tell."""
    for start in ("manifest", "tagmanifest"):
        for algorithm in ("sha256", "sha512"):
            there = {str(path.relative_to(copy)): path for path in files_of(copy)}
            listed = [
                name
                for name in sorted(there)
                if name.startswith("data/") == (start == "manifest") and not name.startswith("tagmanifest")
            ]
            lines = [f"{hashlib.new(algorithm, there[n].read_bytes()).hexdigest()}  {n}\n" for n in listed]
            (copy / f"{start}-{algorithm}.txt").write_text("".join(lines))


def test_a_forger_who_writes_the_manifests_anew(rvr_verify, capsys, copy):
    relist(copy)
    assert told_by(rvr_verify, capsys, copy)[0] == 0
    exhibit = copy / "data/exhibits/AB_1.jpg"
    exhibit.write_bytes(b"x" * exhibit.stat().st_size)
    relist(copy)
    code, said = told_by(rvr_verify, capsys, copy)
    assert code == 1
    assert "bundle.json vouches for other files" in said


def test_a_forger_who_also_writes_bundle_json(rvr_verify, capsys, copy):
    facts = json.loads((copy / "bundle.json").read_bytes())
    facts["purpose"] = "another"
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (copy / "bundle.json").write_bytes(text.encode())
    relist(copy)
    code, said = told_by(rvr_verify, capsys, copy)
    assert code == 1
    assert "bundle.sig is not a signature" in said


def test_another_authority_is_found_by_the_real_certificate(rvr_verify, capsys, case, tmp_path):
    """A whole bundle made by a forger's own authority holds in itself: only the force's certificate tells."""
    forger = make_case(tmp_path / "forger")
    forged = forger.make(tmp_path / "forged").path
    real = tmp_path / "real.pem"
    real.write_bytes(case.authority.certificate_pem)
    assert told_by(rvr_verify, capsys, forged)[0] == 0
    assert rvr_verify.main(["--authority", str(real), str(forged)]) == 1
    assert "no certificate of the authority vouches" in capsys.readouterr().out


def test_a_bundle_signed_after_the_certificate_ran_out(rvr_verify, capsys, case, tmp_path):
    late = replace(case.order, made_at=case.order.made_at.replace(year=2040))
    made = replace(case, order=late).make(tmp_path / "late").path
    code, said = told_by(rvr_verify, capsys, made)
    assert code == 1
    assert "was not valid when it was signed" in said


@pytest.mark.parametrize(
    "line",
    [
        "{0}  ../../../etc/passwd\n",
        "{0}  /etc/passwd\n",
        "{0}  data/../../x\n",
        "{0}  data\\x\n",
        "{0} *data/x\n",
        "{0}\tdata/x\n",
        "{0}  data/%2e%2e/x\n",
        "\n",
        "no digest\n",
        "{0}  data/exhibits/AB_1.jpg\n",
        "{0}  data/exhibits/AB_1.jpg",
    ],
)
def test_a_hostile_or_doubled_line_in_a_manifest(rvr_verify, capsys, copy, line):
    manifest = copy / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text() + line.format("0" * 64))
    relisted = manifest.read_bytes()
    relist(copy)
    manifest.write_bytes(relisted)
    code, said = told_by(rvr_verify, capsys, copy)
    assert code == 1
    assert "manifest-sha256.txt is not as it must be" in said


def test_manifests_that_are_no_text_or_endless(rvr_verify, capsys, copy, monkeypatch):
    manifest = copy / "manifest-sha512.txt"
    manifest.write_bytes(b"\xff\xfe\x00" * 100)
    assert told_by(rvr_verify, capsys, copy)[0] == 1
    monkeypatch.setattr(rvr_verify, "MOST_TEXT", 1000)
    manifest.write_bytes(b"a" * 2000)
    code, said = told_by(rvr_verify, capsys, copy)
    assert code == 1
    assert "too large" in said


@pytest.mark.parametrize(
    "text", [b"", b"[" * 100_000, b"null", b'{"a":1,"a":2}', b"\xff", b"1e400", b'{"form":"rvr/bundle1"}']
)
def test_a_bundle_json_that_is_none(rvr_verify, capsys, copy, text):
    (copy / "bundle.json").write_bytes(text)
    relist(copy)
    code, said = told_by(rvr_verify, capsys, copy)
    assert code == 1
    assert "bundle.json" in said


def test_links_pipes_and_foreign_folders_are_not_followed(rvr_verify, capsys, copy, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.rvrc").write_bytes(b"x")
    (copy / "data/exhibits/AB_1.jpg").unlink()
    (copy / "data/exhibits/AB_1.jpg").symlink_to(outside / "secret.rvrc")
    (copy / "data/folder").symlink_to(outside)
    os.mkfifo(copy / "data/pipe")
    code, said = told_by(rvr_verify, capsys, copy)
    assert code == 1
    for name in ("data/exhibits/AB_1.jpg", "data/folder", "data/pipe"):
        assert f"{name} is a link or a device" in said
    assert "secret" not in said


@pytest.mark.parametrize("name", ["certificates/authority.pem", "certificates/desk.pem"])
@pytest.mark.parametrize("pem", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_certificates_that_are_none(rvr_verify, capsys, copy, name, pem):
    (copy / name).write_bytes(pem)
    relist(copy)
    code, said = told_by(rvr_verify, capsys, copy)
    assert code == 1
    assert "certificate" in said


def test_a_missing_segment_is_named_although_the_manifests_fit(rvr_verify, capsys, copy, case):
    evidence = case.order.recordings[0].evidence_id
    (copy / f"data/recordings/{evidence}/{evidence}_0001.rvrc").unlink()
    relist(copy)
    code, said = told_by(rvr_verify, capsys, copy)
    assert code == 1
    assert "the file of segment 1 is missing" in said.partition("WRONG:")[2]
