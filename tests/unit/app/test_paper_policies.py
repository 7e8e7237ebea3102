"""A force's own wording of statements and its rule of who signs by video take the place of the bundled ones, or are refused by name."""

import json
from pathlib import Path

from rvr_console.app.paper_policies import load_paper_policies
from rvr_console.documents import statement_policy


def test_a_forces_own_files_are_in_use_and_a_wrong_one_is_not(tmp_path: Path) -> None:
    bundled = load_paper_policies()
    assert (bundled.refused, load_paper_policies(tmp_path)) == ((), bundled), "no file of its own"
    wording = json.loads(statement_policy.BUNDLED.read_text())
    wording["version"] = "force 7"
    (tmp_path / "statement.json").write_text(json.dumps(wording))
    rules = [{"id": "adult", "label": "Adult", "answer": "over_18"}]
    (tmp_path / "signing.json").write_text(json.dumps({"version": "force 3", "rules": rules}))
    own = load_paper_policies(tmp_path)
    assert (own.statement.version, own.gate.version, own.refused) == ("force 7", "force 3", ())
    (tmp_path / "signing.json").write_text("{}")
    (tmp_path / "statement.json").unlink()
    (tmp_path / "statement.json").mkdir()
    wrong = load_paper_policies(tmp_path)
    assert (wrong.gate, wrong.statement) == (bundled.gate, bundled.statement)
    assert [why.partition(".json")[0].split()[-1] for why in wrong.refused] == ["statement", "signing"]
