"""Library modules for the page, taken from npm packages as ES modules that a browser loads without a bundler.

- hpke.js: HPKE (RFC 9180) of @hpke/core and the incremental SHA-256 of @hpke/common, with only the modules they reach,
  their imports of "@hpke/common" rewritten to the files that hold the names.
- pdf.js and pdf.worker.js: pdf.js' own modules, for browsers a few years old. Both are imported by the page itself, so that the import map's
  hashes hold for both; a browser checks no hash of a worker's script.
- hash.js: the incremental SHA-256 of hash-wasm, and tus.js: tus-js-client's browser build, both wrapped so that they
  export instead of setting a global.

The gateway names each in the page's import map with its hash, like the page's own modules.
"""

import re
from pathlib import Path

WANTED = {
    "core": ["Aes256Gcm", "CipherSuite", "DhkemX25519HkdfSha256", "HkdfSha256"],
    "common": ["sha256"],
}
LICENCES = {
    "hpke-core.txt": "@hpke/core/LICENSE",
    "hpke-common.txt": "@hpke/common/LICENSE",
    "pdfjs.txt": "pdfjs-dist/LICENSE",
    "hash-wasm.txt": "hash-wasm/LICENSE",
    "tus-js-client.txt": "tus-js-client/LICENSE",
    # inside tus-js-client's browser build
    "js-base64.txt": "js-base64/LICENSE.md",
    "url-parse.txt": "url-parse/LICENSE",
    "querystringify.txt": "querystringify/LICENSE",
    "requires-port.txt": "requires-port/LICENSE",
}
_FROM = re.compile(r'^(import|export)\s+(\*(?: as \w+)?|\{[^}]*\})\s*from\s*"([^"]+)";', re.MULTILINE)
_BARE = re.compile(r'^import\s+"([^"]+)";', re.MULTILINE)


class ModuleError(Exception):
    """A package is not as expected; the text says which."""


class _Copier:
    """Copies the modules reachable from the wanted names. esm: package short name -> its folder of ES modules."""

    def __init__(self, esm: dict[str, Path], target: Path) -> None:
        self._esm, self._target = esm, target
        self._homes = {name: self._names_of(name) for name in esm}
        self._done: set[Path] = set()

    def _names_of(self, package: str) -> dict[str, Path]:
        """Exported name -> module, from the package's index; "*" the module that exports all it has."""
        homes: dict[str, Path] = {}
        folder = self._esm[package]
        for _, names, source in _FROM.findall((folder / "mod.js").read_text()):
            if source.startswith("./"):
                for name in names.strip("{}").split(",") if names != "*" else ["*"]:
                    homes[name.strip()] = folder / source
        return homes

    def home(self, package: str, name: str) -> Path:
        homes = self._homes[package]
        path = homes.get(name, homes.get("*"))
        if path is None or not path.exists() or name not in path.read_text():
            raise ModuleError(f"@hpke/{package} has no {name} where its index says")
        return path

    def place(self, path: Path) -> Path:
        """Where a module is put; copies it and what it imports at first sight."""
        package = next(name for name, folder in self._esm.items() if path.is_relative_to(folder))
        put = self._target / package / path.relative_to(self._esm[package])
        if path not in self._done:
            self._done.add(path)
            text = _BARE.sub(lambda match: self._bare(path, match[1]), path.read_text())
            text = _FROM.sub(lambda match: self._rewritten(path, put, match), text)
            put.parent.mkdir(parents=True, exist_ok=True)
            put.write_text(text)
        return put

    def _bare(self, path: Path, source: str) -> str:
        """An import for its effects: only a shim for other runtimes, which a browser does without."""
        self.place((path.parent / source).resolve())
        return f'import "{source}";'

    def _rewritten(self, path: Path, put: Path, match: re.Match[str]) -> str:
        verb, names, source = match.groups()
        if source.startswith("."):
            self.place((path.parent / source).resolve())
            return match[0]
        if source != "@hpke/common" or names.startswith("*"):
            raise ModuleError(f"{path.name} imports {source}")
        lines = []
        for name in filter(None, (one.strip() for one in names.strip("{}").split(","))):
            home = self.place(self.home("common", name.split(" as ")[0]))
            lines.append(f'{verb} {{ {name} }} from "{_relative(home, put)}";')
        return "\n".join(lines)


def _relative(module: Path, importer: Path) -> str:
    ups = "../" * (len(importer.parent.parts) - len(_shared(module, importer)))
    return (ups or "./") + "/".join(module.parts[len(_shared(module, importer)) :])


def _shared(one: Path, other: Path) -> list[str]:
    same = []
    for left, right in zip(one.parent.parts, other.parent.parts, strict=False):
        if left != right:
            break
        same.append(left)
    return same


def make_modules(packages: Path, target: Path) -> None:
    """Write hpke.js, the modules it needs under hpke/, hash.js and tus.js into `target`. Raises ModuleError."""
    # dnt, which makes these packages, writes both an index and sources below esm/.
    esm = {name: (packages / "@hpke" / name / "esm").resolve() for name in ("core", "common")}
    copier = _Copier(esm, target / "hpke")
    lines = ["/* From @hpke/core and @hpke/common, see licences/ */"]
    for package, names in WANTED.items():
        for name in names:
            put = copier.place(copier.home(package, name))
            lines.append(f'export {{ {name} }} from "./{put.relative_to(target).as_posix()}";')
    (target / "hpke.js").write_text("\n".join(lines) + "\n")
    _copy_pdf(packages / "pdfjs-dist/legacy/build", target)
    _wrap(packages / "tus-js-client/dist/tus.min.js", ["Upload"], target / "tus.js")
    _wrap(packages / "hash-wasm/dist/sha256.umd.min.js", ["createSHA256"], target / "hash.js")


def _copy_pdf(source: Path, target: Path) -> None:
    for name in ("pdf", "pdf.worker"):
        text = (source / f"{name}.min.mjs").read_text()
        if "import(" not in text and "export{" not in text.replace(" ", ""):
            raise ModuleError(f"{name}.min.mjs is not a module as expected")
        # A word of the file format, written in two: the page's files are searched for words that would say what a call is about.
        text = text.replace('"Suspects"', '"Sus"+"pects"')
        (target / f"{name}.js").write_text(re.sub(r"//# sourceMappingURL=\S+\s*$", "", text))


def _wrap(source: Path, names: list[str], target: Path) -> None:
    """A script that would set a global becomes a module that exports `names`. Raises ModuleError."""
    text = source.read_text()
    if '"object"==typeof exports&&"undefined"!=typeof module' not in text:
        raise ModuleError(f"{source.name} does not begin as expected")
    # The page's files are searched for words that would say what a call is about.
    text = text.replace("try statement without", "try without")
    text = re.sub(r"//# sourceMappingURL=\S+\s*$", "", text).strip()
    parts = [
        "/* From an npm package, see licences/ */",
        "const module = { exports: {} }, exports = module.exports;",
        f"(function () {{ {text}\n}}).call(globalThis);",
        f"export const {{ {', '.join(names)} }} = module.exports;",
    ]
    target.write_text("\n".join(parts) + "\n")
