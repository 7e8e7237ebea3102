"""What a file is by its content, found while it streams by: type, second types hidden inside, missing end. Never by its name.

Nothing here decodes or opens anything: signatures and lengths only, over bytes that may be hostile.
"""

import re
import struct
from dataclasses import dataclass

import filetype

from rvr_console.domain.exhibit import ExhibitFlag
from rvr_console.evidence.content_names import (
    ACTIVE_TYPES,
    ARCHIVE_TYPES,
    BOXED_TYPES,
    EMPTY_TYPE,
    ZIP_FAMILY,
    name_deceives,
    says_another_type,
)

HEAD_BYTES = 64 * 1024
TAIL_BYTES = 65_557 + 64  # the longest end-of-central-directory record of a ZIP, and a little
UNKNOWN = "application/octet-stream"
_MAX_TYPE = 64  # what a file header of the container takes
# In two parts, so that a virus scanner does not take this program for the test file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_MARKUP = re.compile(rb"<\s*script|<!doctype\s+html|<html[\s>]|<svg[\s>]|<\?php|javascript:", re.IGNORECASE)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<script[\s>]|<body[\s>]", re.IGNORECASE)
_PDF_SCRIPT = re.compile(rb"/JavaScript|/JS\s|/Launch\s")
# Documents that may carry a program, by their first bytes, and what shows it; the second is the macros of an office document.
_CARRIERS = {b"%PDF": _PDF_SCRIPT, b"PK\x03\x04": re.compile(rb"/vbaProject\.bin")}
_OTHER_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_TEXT_START = 4096


@dataclass(frozen=True, slots=True)
class Found:
    content_type: str
    flags: frozenset[ExhibitFlag]


class _BoxWalk:
    """Follows the top-level boxes of an ISO base media file (ISO/IEC 14496-12, 4.2) as it streams by."""

    def __init__(self) -> None:
        self.names: set[bytes] = set()
        self.next_at = 0
        self.broken = False
        self._header = b""

    def feed(self, chunk: bytes, at: int) -> None:
        while not self.broken and self.next_at + len(self._header) < at + len(chunk):
            start = self.next_at + len(self._header) - at
            self._header += chunk[start : start + self._needed() - len(self._header)]
            if len(self._header) < 8 or len(self._header) < self._needed():
                continue
            self._take(self._header)
            self._header = b""

    def _needed(self) -> int:
        """Bytes of the box's header: 16 when its size is a 64-bit number, else 8."""
        return 16 if self._header[:4] == b"\0\0\0\1" and len(self._header) >= 8 else 8

    def _take(self, header: bytes) -> None:
        size, name = struct.unpack(">I4s", header[:8])
        if size == 1:
            (size,) = struct.unpack(">Q", header[8:16])
        if not name.isalnum() or (size != 0 and size < 8):
            self.broken = True
            return
        self.names.add(name)
        if size == 0:  # to the end of the file
            self.broken = True
        self.next_at += size

    def ends_early(self, size: int) -> bool:
        """A box reaches behind the end of the file, or the one that says what the media are is not there."""
        if self.broken:
            return False
        return self.next_at > size or not self.names & {b"moov", b"meta", b"moof"}


class ContentProbe:
    """Feed the whole file in order, then ask. original_name, declared_type: what the outside says, for comparison only."""

    def __init__(self, original_name: str, declared_type: str) -> None:
        self._name = original_name
        self._declared = declared_type
        self.size = 0
        self._head = b""
        self._tail = b""
        self._boxes = _BoxWalk()
        self._eicar = False
        self._second_movie = False
        self._scripted = False

    def first_guess(self, first: bytes) -> str:
        """The type by the first bytes alone, at most 64 characters."""
        head = (self._head + first[:HEAD_BYTES])[:HEAD_BYTES]
        return content_type_of(head, bool(self.size or first))[:_MAX_TYPE]

    def feed(self, chunk: bytes) -> None:
        seam = self._tail[-len(EICAR) :]
        self._eicar = self._eicar or EICAR in chunk or EICAR in seam + chunk[: len(EICAR)]
        # Of JPEG alone it is asked: other files, films the largest of them, are not searched for it.
        if not self._second_movie and (self._head or chunk)[:1] == b"\xff":
            self._second_movie = b"ftyp" in seam[-3:] + chunk[:3] or b"ftyp" in (
                chunk if self.size else chunk[16:]
            )
        if not self._scripted and (mark := _CARRIERS.get((self._head or chunk)[:4])) is not None:
            self._scripted = bool(mark.search(seam + chunk))
        if len(self._head) < HEAD_BYTES:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
        self._boxes.feed(chunk, self.size)
        self._tail = chunk[-TAIL_BYTES:] if len(chunk) >= TAIL_BYTES else (self._tail + chunk)[-TAIL_BYTES:]
        self.size += len(chunk)

    def end(self) -> Found:
        """Type and flags of the whole."""
        content_type = content_type_of(self._head, bool(self.size))
        flags = {
            ExhibitFlag.EMPTY: not self.size,
            ExhibitFlag.EICAR: self._eicar,
            ExhibitFlag.TRUNCATED: bool(self.size) and self._ends_early(content_type),
            ExhibitFlag.POLYGLOT: self._has_second_type(content_type),
            ExhibitFlag.ACTIVE: self._is_active(content_type),
            ExhibitFlag.ARCHIVE: content_type in ARCHIVE_TYPES,
            ExhibitFlag.MISMATCH: says_another_type(self._name, self._declared, content_type),
            ExhibitFlag.DECEPTIVE_NAME: name_deceives(self._name),
        }
        return Found(content_type, frozenset(flag for flag, raised in flags.items() if raised))

    def _is_active(self, content_type: str) -> bool:
        if content_type == "application/pdf" or content_type in ZIP_FAMILY:
            return self._scripted
        return content_type in ACTIVE_TYPES

    def _has_second_type(self, content_type: str) -> bool:
        if b"%PDF-" in self._head[:1024] and content_type != "application/pdf":
            return True
        if content_type not in ZIP_FAMILY and self._ends_as_zip():
            return True
        if content_type in ARCHIVE_TYPES or content_type in ZIP_FAMILY or content_type in ACTIVE_TYPES:
            return False
        if any(mark in self._head[1:] or mark in self._tail[1:] for mark in _OTHER_ARCHIVES):
            return True
        if content_type == "image/gif" and (self._head[6:7] == b"=" or self._head[6:8] == b"/*"):
            return True  # a picture that is a script as well
        if content_type.startswith("text/"):
            return False
        return bool(_MARKUP.search(self._head) or _MARKUP.search(self._tail))

    def _ends_as_zip(self) -> bool:
        """An end-of-central-directory record whose comment ends with the file (APPNOTE.TXT 4.3.16)."""
        at = self._tail.rfind(b"PK\x05\x06")
        if at < 0 or len(self._tail) - at < 22:
            return False
        (comment,) = struct.unpack_from("<H", self._tail, at + 20)
        return bool(at + 22 + comment <= len(self._tail))

    def _ends_early(self, content_type: str) -> bool:
        tail, head = self._tail, self._head
        if content_type == "image/jpeg":
            # a phone's "moving photo" carries a film behind its picture
            return b"\xff\xd9" not in tail and not self._second_movie
        if content_type in {"image/png", "image/apng"}:
            return b"IEND\xaeB`\x82" not in tail
        if content_type == "image/gif":
            return not tail.rstrip(b"\0").endswith(b";")
        if head[:4] == b"RIFF":
            return len(head) < 12 or int.from_bytes(head[4:8], "little") + 8 > self.size
        if content_type == "application/pdf":
            return b"%%EOF" not in tail[-2048:]
        if content_type in ZIP_FAMILY:
            return b"PK\x05\x06" not in tail
        return content_type in BOXED_TYPES and self._boxes.ends_early(self.size)


def content_type_of(head: bytes, anything: bool) -> str:
    """Media type by the first bytes (64 KiB at most are looked at)."""
    if not anything:
        return EMPTY_TYPE
    kind = filetype.guess(head[:8192])
    if kind is not None and kind.mime != UNKNOWN:
        return str(kind.mime)
    return _text_type(head) or UNKNOWN


def _text_type(head: bytes) -> str:
    """SVG, HTML, a script, plain text, or "" when it is none of them."""
    start = head[:_TEXT_START]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = head[: 2 * _TEXT_START].decode("utf-16", errors="replace").encode()
    if b"\0" in start:
        return ""
    if _SVG.search(start):
        return "image/svg+xml"
    if _HTML.search(start):
        return "text/html"
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"#!", b"<?php")):
        return "text/x-script"
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return "text/xml"
    try:
        start[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "text/plain"
