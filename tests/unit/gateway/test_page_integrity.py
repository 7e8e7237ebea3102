"""Hashes in the page's first file, the hash over all of it, and the words that nothing served may hold."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from rvr_console.errors import StorageError
from rvr_console.gateway.join_page import headers, read_pages
from rvr_console.gateway.program import main

JOIN = Path(__file__).parents[3] / "resources" / "join"
INDEX = '<link rel="stylesheet" href="page.css">\n<script type="module" src="main.js"></script>'
# What a page, a header, an address or a comment in a script must not say to whoever looks into the phone.
TELLING = re.compile(
    rb"victim|police|officer|constab|sergeant|abus(?:e|ive)|crime|criminal|domestic|evidence|witness"
    rb"|(?<!copyright )statement|offence|suspect|custody",
    re.IGNORECASE,
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "page.css").write_text("p {}")
    (tmp_path / "main.js").write_text("import './part.js';")
    (tmp_path / "part.js").write_text("export {};")
    return tmp_path


def sri(data):
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


def test_every_script_and_style_sheet_carries_its_hash(folder):
    page = read_pages(folder)
    html = page.files["/"].data.decode()
    assert page.files["/index.html"] == page.files["/"]
    assert f'href="page.css" integrity="{sri(b"p {}")}"' in html
    assert f'src="main.js" integrity="{sri(page.files["/main.js"].data)}"' in html
    (script,) = re.findall(r'<script type="importmap">(.*?)</script>', html)
    assert html.index("importmap") < html.index('type="module"')
    assert json.loads(script) == {
        "integrity": {"./main.js": sri(b"import './part.js';"), "./part.js": sri(b"export {};")}
    }
    source = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = headers("", tls=True, script_source=page.script_source)["Content-Security-Policy"]
    assert f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{source}';" in policy


def test_the_real_page_names_nothing_without_a_hash():
    page = read_pages(JOIN)
    html = page.files["/"].data.decode()
    tags = re.findall(r"<(?:link rel=\"stylesheet\"|script)[^>]*>", html)
    assert len(tags) >= 6
    assert all("integrity=" in tag or "importmap" in tag for tag in tags)


def test_a_part_that_is_not_there_stops_the_start(folder):
    (folder / "page.css").unlink()
    with pytest.raises(StorageError, match=r"page\.css"):
        read_pages(folder)


def test_the_hash_is_as_documented_and_changes_with_any_byte(folder):
    page = read_pages(folder)
    total = b"".join(
        path.encode() + b"\0" + len(file.data).to_bytes(8, "big") + file.data
        for path, file in sorted(page.files.items())
    )
    assert page.hash == hashlib.sha256(total).hexdigest()
    assert read_pages(folder).hash == page.hash
    (folder / "part.js").write_text("export { };")
    changed = read_pages(folder).hash
    (folder / "new.txt").write_text("x")
    assert len({page.hash, changed, read_pages(folder).hash}) == 3


def test_the_hash_is_printed_without_a_folder_or_an_authority(folder, capsys):
    assert main(["--print-page-hash", "--pages", str(folder)]) == 0
    first, *files = capsys.readouterr().out.splitlines()
    page = read_pages(folder)
    assert first == page.hash
    assert files == [
        f"{hashlib.sha256(f.data).hexdigest()}  {path}" for path, f in sorted(page.files.items())
    ]
    assert main(["--print-page-hash", "--pages", str(folder / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_nothing_served_says_what_it_is_about():
    """Names, bytes (with the comments in scripts and styles) and headers, as they travel to the phone."""
    page = read_pages(JOIN)
    found = {path: TELLING.findall(path.encode() + b"\n" + file.data) for path, file in page.files.items()}
    assert {path: words for path, words in found.items() if words} == {}
    assert not TELLING.search(json.dumps(headers("phone.example", tls=True)).encode())
    assert len(page.files) > 25
