"""Time stamps in a bundle: the verifier compares the imprint, and the command that it prints for the rest works."""

import re
import shlex
import shutil
import subprocess

import pytest
from stamp_authority import StampAuthority
from test_bundle_spoilt import relist, told_by


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return StampAuthority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def stamped(case, authority, tmp_path_factory):
    return case.make(tmp_path_factory.mktemp("stamped") / "bundle", stamp=authority.stamp).path


def test_the_stamp_is_over_the_signature(rvr_verify, capsys, stamped):
    code, said = told_by(rvr_verify, capsys, stamped)
    assert code == 0, said
    assert re.search(r"bundle.tsr is a time stamp of bundle.sig and gives the time 20\d{12}Z", said)


def test_the_printed_command_proves_the_rest(rvr_verify, capsys, stamped, authority):
    said = told_by(rvr_verify, capsys, stamped)[1]
    command = shlex.split(re.search(r"(openssl ts -verify .*)\n", said)[1])
    command[command.index("-CAfile") + 1] = str(authority.certificate)
    done = subprocess.run(command, cwd=stamped, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


def test_a_stamp_with_sha512(rvr_verify, capsys, case, authority, tmp_path):
    made = case.make(tmp_path / "b", stamp=lambda data: authority.stamp(data, "sha512"))
    assert told_by(rvr_verify, capsys, made.path)[0] == 0


def test_without_an_answer_the_bundle_says_that_there_is_none(rvr_verify, capsys, case, tmp_path):
    made = case.make(tmp_path / "b", stamp=lambda _data: None)
    assert not (made.path / "bundle.tsr").exists()
    assert told_by(rvr_verify, capsys, made.path)[0] == 0


def other_stamp(authority):
    return authority.stamp(b"something else")


@pytest.mark.parametrize(
    "token",
    [other_stamp, b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 1000, b"\x30\xff" + b"\xff" * 200],
)
def test_another_or_a_malformed_stamp_is_named(rvr_verify, capsys, stamped, authority, tmp_path, token):
    copy = shutil.copytree(stamped, tmp_path / "bundle")
    (copy / "bundle.tsr").write_bytes(token(authority) if callable(token) else token)
    relist(copy)
    code, said = told_by(rvr_verify, capsys, copy)
    assert code == 1
    assert "bundle.tsr" in said.partition("WRONG:")[2]
    assert "bundle.tsr is a time stamp" not in said


def test_a_stamp_taken_away_is_missed(rvr_verify, capsys, stamped, tmp_path):
    copy = shutil.copytree(stamped, tmp_path / "bundle")
    (copy / "bundle.tsr").unlink()
    relist(copy)
    code, said = told_by(rvr_verify, capsys, copy)
    assert code == 1
    assert "do not fit together" in said
