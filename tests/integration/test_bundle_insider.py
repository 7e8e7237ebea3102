"""Somebody with the desk's own key makes a false bundle and signs it well: what the log says otherwise is found, the rest is not called proved."""

import asyncio
import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[1] / "unit" / name) for name in ("verifier", "evidence", "services")]
sys.path.append(str(Path(__file__).parent))

from bundle_parts import make_case
from test_bundle_spoilt import relist
from test_bundle_whole import checked, make_bundle, rvr_verify

__all__ = ["rvr_verify"]


class Insider:
    """Has one copy of a bundle and the key of the desk that made it."""

    def __init__(self, case, made: Path, folder: Path) -> None:
        self.desk, self.folder = case.desk, shutil.copytree(made, folder)
        self.facts = json.loads((folder / "bundle.json").read_bytes())

    def path(self, name: str) -> Path:
        return self.folder / name

    def sign(self) -> Path:
        """Every hash, list and signature as the console would write it."""
        relist(self.folder)
        tags = self.facts["tag_files"]
        for name in tags:
            tags[name] = hashlib.sha256(self.path(name).read_bytes()).hexdigest()
        payload = [p.stat().st_size for p in self.path("data").rglob("*") if p.is_file()]
        info = self.path("bag-info.txt")
        lines = [line for line in info.read_text().splitlines() if not line.startswith("Payload-Oxum")]
        info.write_text("\n".join([*lines, f"Payload-Oxum: {sum(payload)}.{len(payload)}"]) + "\n")
        tags["bag-info.txt"] = hashlib.sha256(info.read_bytes()).hexdigest()
        text = json.dumps(self.facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        self.path("bundle.json").write_bytes(text)
        self.path("bundle.sig").write_bytes(self.desk.sign(b"rvr/bundle1" + hashlib.sha256(text).digest()))
        relist(self.folder)
        return self.folder


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return make_case(tmp_path_factory.mktemp("insider") / "case")


@pytest.fixture(scope="module")
def made(case, tmp_path_factory) -> Path:
    return asyncio.run(make_bundle(tmp_path_factory.mktemp("insider-made"), case))


@pytest.fixture
def insider(case, made, tmp_path) -> Insider:
    return Insider(case, made, tmp_path / "bundle")


def test_signed_again_unchanged_it_holds(insider, rvr_verify, capsys):
    code, said = checked(rvr_verify, capsys, insider.sign())
    assert code == 0, said


def swap_contents(insider):
    """What AB/1 was is now handed over as AB/2, and the other way round."""
    one, two = insider.facts["exhibits"]
    first, second = insider.path(one["path"]), insider.path(two["path"])
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)
    one["sha256"], two["sha256"] = two["sha256"], one["sha256"]


def swap_references(insider):
    one, two = insider.facts["exhibits"]
    one["reference"], two["reference"] = two["reference"], one["reference"]


def another_picture(insider):
    one = insider.facts["exhibits"][0]
    insider.path(one["path"]).write_bytes(b"\xff\xd8\xff\xe0 another")
    one["sha256"] = hashlib.sha256(b"\xff\xd8\xff\xe0 another").hexdigest()


def drop_an_exhibit(insider):
    insider.path(insider.facts["exhibits"].pop()["path"]).unlink()


def drop_it_from_the_list_alone(insider):
    insider.facts["exhibits"].pop()


def call_the_recording_another(insider):
    insider.facts["recordings"][0]["evidence_id"] = "1f0c0000-0000-4000-8000-000000000001"
    insider.facts["copies"][0]["evidence_id"] = "1f0c0000-0000-4000-8000-000000000001"


def a_copy_that_is_not_there(insider):
    insider.path(insider.facts["copies"][0]["path"]).unlink()


def one_file_for_two(insider):
    one, two = insider.facts["exhibits"]
    insider.path(two["path"]).unlink()
    two["path"] = one["path"]


def a_file_that_nobody_names(insider):
    insider.path("data/exhibits/HC_3.jpg").write_bytes(b"x")


def in_the_name_of_another_desk(insider):
    insider.facts["signer"] = "TEST desk-2"


ATTACKS = [
    (swap_contents, "the custody log knows it as HC/1 with SHA-256"),
    (another_picture, "the custody log knows it as HC/1 with SHA-256"),
    (swap_references, "bundle.json calls it HC/2 with SHA-256"),
    (drop_an_exhibit, " came, says the custody log; it is not here"),
    (drop_it_from_the_list_alone, "bundle.json describes other files than there are"),
    (call_the_recording_another, "are not the sealed files of 1f0c0000"),
    (a_copy_that_is_not_there, "bundle.json describes other files than there are"),
    (one_file_for_two, "bundle.json describes other files than there are"),
    (a_file_that_nobody_names, "bundle.json describes other files than there are"),
    (
        in_the_name_of_another_desk,
        "The bundle is signed in the name of TEST desk-2, with the key of TEST desk-1",
    ),
]


@pytest.mark.parametrize(("attack", "words"), ATTACKS)
def test_what_contradicts_the_log_or_itself_is_wrong(insider, rvr_verify, capsys, attack, words):
    attack(insider)
    code, said = checked(rvr_verify, capsys, insider.sign())
    assert code == 1, said
    assert words in said.partition("WRONG:")[2].partition("Not proved:")[0], said


def test_a_folder_that_cannot_be_looked_into_may_hide_files(made, rvr_verify, capsys, monkeypatch):
    real = os.scandir

    def closed(path):
        if str(path).endswith("exhibits"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", closed)
    code, said = checked(rvr_verify, capsys, made)
    assert code == 1
    assert "What is in a folder is not known" in said


def test_pages_and_program_are_not_called_proved(insider, rvr_verify, capsys):
    """They are signed as they are; nothing compares their words with the data, and a false program says what it likes."""
    page, program = insider.path("index.html"), insider.path("rvr_verify.py")
    page.write_text(page.read_text().replace("HC/1", "HC/7"))
    program.write_text('print("RESULT: nothing wrong was found.")')
    code, said = checked(rvr_verify, capsys, insider.sign())
    assert code == 0, said
    open_points = said.partition("Not proved:")[2]
    assert "index.html" in open_points
    assert "custody.csv" in open_points
    own = hashlib.sha256(Path(rvr_verify.__file__).read_bytes()).hexdigest()
    assert f"with the publisher's: {own}; rvr_verify.py in the bundle is another program" in open_points


def test_the_same_program_asks_to_be_compared_too(made, rvr_verify, capsys):
    said = checked(rvr_verify, capsys, made)[1].partition("Not proved:")[2]
    assert "that this program is honest" in said
    assert "is another program" not in said


def test_what_the_maker_left_out_is_said_with_the_reason(tmp_path, rvr_verify, capsys):
    folder = asyncio.run(make_bundle(tmp_path, leave_out=["not of this case"]))
    code, said = checked(rvr_verify, capsys, folder)
    assert code == 0, said
    assert "HC/2: not of this case" in said.partition("Not proved:")[2]
