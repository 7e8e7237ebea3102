"""The independent verifier and the console's own verification say the same of every sealed recording, whole or spoilt."""

import ast
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from evidence_parts import make_bench, write_small
from evidence_vectors import EXPECTED, FOLDER

from rvr_console.evidence.verification import verify_file, verify_recording

SOURCE = Path(__file__).parents[3] / "verifier" / "rvr_verify.py"


def run(rvr_verify, capsys, *arguments):
    code = rvr_verify.main([str(argument) for argument in arguments])
    return code, capsys.readouterr().out


def test_it_is_one_short_file_that_shares_no_code():
    source = SOURCE.read_text()
    assert len(source.splitlines()) <= 400
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module.partition(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_frozen_vector_is_judged_alike(rvr_verify, capsys, name):
    ours, theirs = verify_file(FOLDER / f"{name}.rvrc"), rvr_verify.Segment(str(FOLDER / f"{name}.rvrc"))
    assert theirs.status == ours.status == EXPECTED[name][0]
    code, said = run(rvr_verify, capsys, FOLDER / f"{name}.rvrc")
    assert code == (0 if ours.ok else 1)
    assert ours.status.upper() in said
    assert "Not proved" in said


def spoilt(data: bytes, place: int, bit: int) -> bytes:
    return data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]


def assert_alike(rvr_verify, path: Path, data: bytes) -> str:
    path.write_bytes(data)
    ours, theirs = verify_file(path), rvr_verify.Segment(str(path))
    assert theirs.status == ours.status, (ours.reason, theirs.reason)
    if ours.head is not None and ours.status != "unreadable":
        assert theirs.chain_at(ours.head.sequence) == ours.head.chain
    return theirs.status


@pytest.mark.parametrize("name", ["intact", "recovered"])
def test_spoilt_bytes_and_cuts_are_judged_alike(rvr_verify, tmp_path, name):
    data, chance = (FOLDER / f"{name}.rvrc").read_bytes(), random.Random(3)
    for place in chance.sample(range(len(data)), 60):
        status = assert_alike(rvr_verify, tmp_path / "x.rvrc", spoilt(data, place, chance.randrange(8)))
        assert status in {"damaged", "unreadable", "open"}
        assert assert_alike(rvr_verify, tmp_path / "x.rvrc", data[:place]) in {"open", "unreadable"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["intact", "recovered"])
def test_every_spoilt_byte_and_every_cut_is_judged_alike(rvr_verify, tmp_path, name):
    data = (FOLDER / f"{name}.rvrc").read_bytes()
    for place in range(len(data)):
        for bit in (0, 5, 7):
            assert assert_alike(rvr_verify, tmp_path / "x.rvrc", spoilt(data, place, bit)) not in {
                "intact",
                "recovered",
            }
        assert_alike(rvr_verify, tmp_path / "x.rvrc", data[:place])


HEADERS = [
    lambda text: text.replace(b'"segment":2', b'"segment":2.0'),
    lambda text: text.replace(b'"segment":2', b'"segment":true'),
    lambda text: text.replace(b'"segment":2', b'"segment":10000'),
    lambda text: text.replace(b'"segment":1', b'"segment":"1"'),
    lambda text: text.replace(b'"sequence":41', b'"sequence":-2'),
    lambda text: text.replace(b'"salt":"a5', b'"salt":"A5'),
    lambda text: text.replace(b'{"app_version"', b'{"a":1,"app_version"'),
    lambda text: text.replace(b'"vectors"', b'"vectors","app_version":"vectors"'),
    lambda text: text.replace(b'"vectors"', b'"\\ud800"'),
    lambda text: text.replace(b'"vectors"', b'"' + b"v" * 65 + b'"'),
    lambda text: text.replace(b'"vectors"', b'"\xff"'),
    lambda text: text.replace(b'"vectors"', b"[" * 9000),
    lambda text: text.replace(b"vector-session", b"../../../session"),
    lambda text: b"[" * 16384,
    lambda text: b"null",
]


@pytest.mark.parametrize("change", HEADERS)
def test_hostile_headers_are_unreadable_to_both(rvr_verify, tmp_path, change):
    data = (FOLDER / "intact.rvrc").read_bytes()
    end = 20 + int.from_bytes(data[16:20], "big")
    text = change(data[20:end])
    assert text != data[20:end]
    path = tmp_path / "x.rvrc"
    assert (
        assert_alike(rvr_verify, path, data[:16] + len(text).to_bytes(4, "big") + text + data[end:])
        == "unreadable"
    )


@pytest.fixture
def two_segments(tmp_path):
    bench = make_bench(tmp_path / "vault")
    recording = bench.vault.new_recording("session")
    write_small(recording)
    write_small(recording)
    return recording.path_of(1), recording.path_of(2)


def test_segments_of_one_recording_are_linked(rvr_verify, capsys, two_segments, tmp_path):
    assert verify_recording(two_segments).ok
    assert run(rvr_verify, capsys, *two_segments)[0] == 0
    code, said = run(rvr_verify, capsys, two_segments[1])
    assert code == 0
    assert "the file of segment 1 is missing" in said.partition("Not proved:")[2]
    other = make_bench(tmp_path / "other").vault.continue_recording(
        two_segments[0].name.rpartition("_")[0], "s"
    )
    write_small(other, 3)
    code, said = run(rvr_verify, capsys, other.path_of(1), two_segments[1])
    assert code == 1
    assert "follows another version of segment 1" in said
    code, said = run(rvr_verify, capsys, two_segments[0], other.path_of(1))
    assert code == 1
    assert "is there twice" in said


def test_test_desks_are_named_loudly(rvr_verify, capsys, two_segments):
    assert "TEST desk, no evidence for a court" in run(rvr_verify, capsys, two_segments[0])[1]


def test_links_and_devices_are_not_opened(rvr_verify, capsys, two_segments, tmp_path):
    link, pipe = tmp_path / "link.rvrc", tmp_path / "pipe.rvrc"
    link.symlink_to(two_segments[0])
    os.mkfifo(pipe)
    assert run(rvr_verify, capsys, link)[0] == 1
    code, said = run(rvr_verify, capsys, pipe)
    assert code == 1
    assert "not a regular file" in said


@pytest.mark.parametrize("arguments", [[], ["/no/such/file.rvrc"], [str(FOLDER), str(FOLDER)]])
def test_wrongly_called_ends_with_2(arguments):
    done = subprocess.run([sys.executable, SOURCE, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2


def test_names_cannot_write_to_the_terminal(rvr_verify, capsys, tmp_path):
    path = tmp_path / "\x1b[2Jclean\n.rvrc"
    path.write_bytes(b"x")
    said = run(rvr_verify, capsys, path)[1]
    assert "\x1b" not in said
    assert "\\x1b[2Jclean\\x0a.rvrc" in said
