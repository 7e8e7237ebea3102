"""Which types are active, archives, or the same thing under two names; and names of files that deceive."""

import mimetypes
import re
import unicodedata

EMPTY_TYPE = "application/x-empty"
_OFFICE = "application/vnd.openxmlformats-officedocument."
ZIP_FAMILY = frozenset(
    {
        "application/zip",
        "application/epub+zip",
        f"{_OFFICE}wordprocessingml.document",
        f"{_OFFICE}spreadsheetml.sheet",
        f"{_OFFICE}presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
    }
)
ARCHIVE_TYPES = frozenset(
    {
        "application/zip",
        "application/x-tar",
        "application/x-rar-compressed",
        "application/gzip",
        "application/x-bzip2",
        "application/x-7z-compressed",
        "application/x-xz",
        "application/x-lz4",
        "application/x-lzop",
        "application/x-lzip",
        "application/x-compress",
        "application/zstd",
        "application/x-brotli",
        "application/vnd.ms-cab-compressed",
        "application/x-rpm",
        "application/x-deb",
        "application/x-unix-archive",
    }
)
ACTIVE_TYPES = frozenset(
    {
        "image/svg+xml",
        "text/html",
        "text/x-script",
        "text/javascript",
        "application/x-msdownload",
        "application/x-executable",
        "application/x-shockwave-flash",
        "application/x-google-chrome-extension",
        "application/wasm",
    }
)
BOXED_TYPES = frozenset(
    {
        "video/mp4",
        "video/x-m4v",
        "video/quicktime",
        "video/3gpp",
        "audio/mp4",
        "image/heic",
        "image/avif",
    }
)
_SAME = (
    frozenset({"image/jpeg", "image/jpg", "image/pjpeg"}),
    frozenset({"image/png", "image/apng"}),
    frozenset({"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"}),
    frozenset({"video/mp4", "video/x-m4v", "video/quicktime", "video/3gpp", "audio/mp4", "audio/x-m4a"}),
    frozenset({"video/webm", "video/x-matroska", "audio/webm"}),
    frozenset({"image/bmp", "image/x-ms-bmp"}),
    frozenset({"audio/mpeg", "audio/mp3"}),
    frozenset({"audio/wav", "audio/x-wav", "audio/vnd.wave"}),
    frozenset({"application/zip", "application/x-zip-compressed"}) | ZIP_FAMILY,
)
# What has a signature that is always found: if none was, the file is not of this type.
_SIGNED = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/heic",
        "image/bmp",
        "application/pdf",
        "application/zip",
        "video/mp4",
        "video/quicktime",
        "video/webm",
    }
)
_RUNNABLE = re.compile(
    r"\.(exe|scr|com|pif|bat|cmd|msi|js|jse|vbs|vbe|wsf|hta|ps1|lnk|jar|apk|app|sh|reg|dll|cpl)\s*$",
    re.IGNORECASE,
)
_TWO_ENDINGS = re.compile(r"\.[A-Za-z0-9]{2,4}\s*\.[A-Za-z0-9]{2,4}\s*$")
_LONGEST = 255  # UTF-16 units: as much as any usual file system takes
_SILENT = {"", "application/octet-stream", "binary/octet-stream"}
_BY_NAME = mimetypes.MimeTypes(())


def _one_name(content_type: str) -> str:
    """The first name, in alphabetical order, of those that mean the same."""
    for group in _SAME:
        if content_type in group:
            return min(group)
    return "text/plain" if content_type.startswith("text/") else content_type


def says_another_type(name: str, declared: str, found: str) -> bool:
    """Whether the declared type or the name's ending claim something that the content is not."""
    if found == EMPTY_TYPE:
        return False
    by_name, _packing = _BY_NAME.guess_type("x" + name.strip()[-20:].replace("\\", "_").replace("/", "_"))
    for claim in (declared.split(";", maxsplit=1)[0].strip().lower(), (by_name or "").lower()):
        if claim in _SILENT:
            continue
        if found == "application/octet-stream":
            if claim in _SIGNED or _one_name(claim) in {_one_name(signed) for signed in _SIGNED}:
                return True
        elif _one_name(claim) != _one_name(found) and not _unsure(claim, found):
            return True
    return False


def _unsure(claim: str, found: str) -> bool:
    """Plain text is found for anything made of letters: only a claim of something signed is then wrong."""
    if found in {"text/html", "image/svg+xml"}:
        return False
    return found.startswith("text/") and _one_name(claim) not in {_one_name(signed) for signed in _SIGNED}


def name_deceives(name: str) -> bool:
    """Characters that hide or reorder text, a path, a program's ending behind another ending, blanks before an ending.

    Also a name longer than any file system holds: no device gave it.
    """
    if len(name.encode("utf-16-le", errors="replace")) > 2 * _LONGEST:
        return True
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in name):
        return True
    if "/" in name or "\\" in name or name.strip() in {".", ".."} or name != name.rstrip(". "):
        return True
    return bool(_RUNNABLE.search(name)) or (bool(_TWO_ENDINGS.search(name)) and "  " in name)
