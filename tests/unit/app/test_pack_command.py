"""`rvr-console pack`: check, preview, sign, new-key, and their exit codes."""

import stat
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2]))

from pack_desk import PackDesk, as_bytes, bundled, tiny

from rvr_console.__main__ import main
from rvr_console.packs.pack_schema import FORMS


@pytest.fixture(autouse=True)
def dumps_of_the_tests(monkeypatch):
    """The program's guard is for good: in here it would be the tests' own process that is changed."""
    monkeypatch.setattr("rvr_console.__main__.forbid_dumps", lambda: None)


def test_the_bundled_folder_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "check", str(FORMS)]) == 0
    told = capsys.readouterr().out
    assert "dash.json: well: dash 1.2" in told
    assert "signed by rvr-console project" in told


def test_check_tells_file_line_and_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = PackDesk(tmp_path)
    good = desk.put("good.json", as_bytes(tiny()))
    desk.put("bad.json", as_bytes(tiny(extra=1)), None)
    publishers = ["--publishers", str(desk.publishers)]
    assert main(["pack", "check", str(good), *publishers]) == 0
    assert main(["pack", "check", str(good)]) == 1  # its publisher is not trusted without the force's list
    assert main(["pack", "check", str(desk.folder), *publishers]) == 1
    told = capsys.readouterr().out
    lines = as_bytes(tiny(extra=1)).decode().splitlines()
    at = next(n for n, line in enumerate(lines, 1) if '"extra"' in line)
    assert f"bad.json: line {at}: extra: this field is not known" in told
    assert "signed by Northmoor" in told


def test_a_draft_is_checked_signed_and_then_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, secret = tmp_path / "key.pem", tmp_path / "passphrase"
    secret.write_text("correct horse\n")
    assert main(["pack", "new-key", str(key), "--passphrase-file", str(secret)]) == 0
    line = capsys.readouterr().out.replace("NAME OF THE PUBLISHER", "Northmoor")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert b"ENCRYPTED" in key.read_bytes()
    publishers = tmp_path / "publishers.txt"
    publishers.write_text(line)
    draft = tmp_path / "draft.json"
    draft.write_bytes(as_bytes(tiny()))
    trust = ["--publishers", str(publishers)]
    assert main(["pack", "check", str(draft), "--unsigned"]) == 0
    assert main(["pack", "check", str(draft), *trust]) == 1
    assert main(["pack", "sign", str(draft), "--key", str(key)]) == 1  # locked
    assert main(["pack", "sign", str(draft), "--key", str(key), "--passphrase-file", str(secret)]) == 0
    assert main(["pack", "check", str(draft), *trust]) == 0
    assert main(["pack", "new-key", str(key)]) == 1  # never over another


def test_what_would_be_refused_is_not_signed(tmp_path: Path) -> None:
    desk = PackDesk(tmp_path)
    path = desk.put("bad.json", as_bytes(tiny(extra=1)), None)
    assert main(["pack", "sign", str(path), "--key", str(desk.key)]) == 1
    assert not path.with_name("bad.json.sig").exists()


def test_preview_shows_items_branches_and_scoring(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "preview", str(FORMS / "dash.json")]) == 0
    text = capsys.readouterr().out
    for words in (
        "18. Strangled",
        "asked when 8 is yes",
        "asked when 4 is yes or 20 is yes",
        "High from 14",
        "MARAC",
        "Strong flag",
    ):
        assert words in text


def test_preview_in_html_runs_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sly.json"
    found = bundled("needs")
    found["sections"][0]["items"][0]["label"] = "<script>alert(1)</script>"
    path.write_bytes(as_bytes(found))
    assert main(["pack", "preview", str(path), "--out", "html"]) == 0
    page = capsys.readouterr().out
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_wrongly_called(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "check", str(tmp_path / "none.json")]) == 2
    assert "There is no file" in capsys.readouterr().err
    assert main(["pack", "check", str(tmp_path)]) == 1  # an empty folder
    with pytest.raises(SystemExit) as caught:
        main(["pack", "sing"])
    assert caught.value.code == 2
