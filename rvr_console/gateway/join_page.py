"""The victim's page: static files read once at the start, and the headers every answer carries."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from rvr_console.errors import StorageError
from rvr_console.gateway.page_integrity import page_hash, with_integrity

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_MAX_TOTAL = 20 * 1024 * 1024
_PERMISSIONS = (
    "camera=(self), microphone=(self), display-capture=(self), screen-wake-lock=(self), fullscreen=(self), "
    "autoplay=(self), geolocation=(), payment=(), usb=(), serial=(), bluetooth=(), hid=(), midi=(), "
    "browsing-topics=(), interest-cohort=(), idle-detection=(), publickey-credentials-get=()"
)


@dataclass(frozen=True, slots=True)
class PageFile:
    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class JoinPage:
    """The page as served. files: by URL path. script_source: what the policy allows beside the page's own files."""

    files: dict[str, PageFile]
    script_source: str

    @property
    def hash(self) -> str:
        return page_hash({path: file.data for path, file in self.files.items()})


def read_pages(folder: Path) -> JoinPage:
    """Every file of a known type below `folder`; index.html also as "/", and the words both sides share. Raises StorageError.

    Reading all at the start leaves no path of a request ever to touch the disk.
    """
    files: dict[str, PageFile] = {}
    total = 0
    for path in sorted(folder.rglob("*")):
        content_type = _TYPES.get(path.suffix.lower())
        names = path.relative_to(folder).parts
        hidden = any(name.startswith(".") or name == "node_modules" for name in names)
        if content_type is None or hidden or path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes()
        total += len(data)
        if total > _MAX_TOTAL:
            raise StorageError(
                "The folder of the join page is too large.", todo="Give the page's own folder."
            )
        files["/" + "/".join(names)] = PageFile(data, content_type)
    if "/index.html" not in files:
        raise StorageError("The folder of the join page holds no index.html.", todo="Build the page first.")
    words = resources.files("rvr_console.wire").joinpath("words.json").read_bytes()
    files["/words.json"] = PageFile(words, _TYPES[".json"])
    parts = {path: file.data for path, file in files.items()}
    index, script_source = with_integrity(parts["/index.html"], parts)
    files["/"] = files["/index.html"] = PageFile(index, _TYPES[".html"])
    return JoinPage(files, script_source)


def headers(host: str, *, tls: bool, script_source: str = "") -> dict[str, str]:
    """Security headers. host: the request's own host, checked; older Safari needs the socket's address in words."""
    # WebAssembly may be compiled (the SHA-256 of files that are sent); eval of script stays forbidden.
    scripts = f"'self' 'wasm-unsafe-eval' {script_source}".rstrip()
    sockets = f" {'wss' if tls else 'ws'}://{host}" if host else ""
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        f"media-src 'self' blob: mediastream:; connect-src 'self'{sockets}; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
    answer = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "Permissions-Policy": _PERMISSIONS,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
    }
    if tls:
        answer["Strict-Transport-Security"] = "max-age=31536000"
    return answer
