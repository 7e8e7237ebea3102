"""What the asset build puts under the page: enough to show it, and nothing that only gov.uk may use."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
JOIN = ROOT / "resources" / "join"
BUILD = [sys.executable, ROOT / "scripts" / "build_assets.py"]


def test_a_second_run_does_nothing():
    before = (JOIN / "vendor" / "built-from.sha256").stat().st_mtime_ns
    again = subprocess.run(BUILD, capture_output=True, text=True, check=True, timeout=60)
    assert again.stdout == ""
    assert (JOIN / "vendor" / "built-from.sha256").stat().st_mtime_ns == before


def test_neither_font_nor_crest_of_the_government():
    style = (JOIN / "vendor" / "govuk-frontend.css").read_text()
    assert ".govuk-button{" in style
    assert not re.search(r"GDS Transport|crest|url\(", style)


def test_every_icon_that_is_named_is_there():
    sheet = set(re.findall(r'<symbol id="([\w-]+)"', (JOIN / "vendor" / "icons.svg").read_text()))
    sources = "\n".join(path.read_text() for path in [*JOIN.glob("*.js"), JOIN / "index.html"])
    named = set(re.findall(r"icons\.svg#([\w-]+)", sources))
    assert len(named) > 8
    assert named <= sheet


def test_the_lock_names_no_host_to_fetch_from():
    lock = (ROOT / "resources" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') >= 5
