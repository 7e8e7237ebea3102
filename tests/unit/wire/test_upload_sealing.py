"""Sealed files: the frozen vectors, and what must not open."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from rvr_console.errors import BugError, UntrustedInputError
from rvr_console.wire.upload_sealing import (
    CHUNK,
    FILE_LIMIT,
    LARGEST_SEALED,
    SEALED_CHUNK,
    DeskFileKey,
    StreamOpener,
    StreamSealer,
    content_size,
    seal_file,
    sealed_size,
    wrap_file_key,
)

VECTORS = json.loads(Path(__file__).with_name("upload_vectors.json").read_text())
KEY, UPLOAD, ROOM = (bytes.fromhex(VECTORS[name]) for name in ("file_key", "upload_id", "room"))
PATTERN = bytes((7 * i + 3) % 256 for i in range(256)) * (CHUNK // 256 + 1)


def opened(opener: StreamOpener, sealed: bytes) -> bytes:
    found = b""
    while opener.needed:
        found += opener.open_next(sealed[opener.sealed_offset : opener.sealed_offset + opener.needed])
    return found


@pytest.mark.parametrize("vector", VECTORS["streams"], ids=lambda v: f"{v['size']}-{v['start']}")
def test_frozen_streams(vector):
    data, start = PATTERN[: vector["size"]], vector["start"]
    assert hashlib.sha256(data).hexdigest() == vector["sha256"]
    sealed = seal_file(KEY, UPLOAD, data, start)
    assert len(sealed) == vector["sealed_size"] == sealed_size(len(data) - start)
    assert content_size(len(sealed)) == len(data) - start
    assert sealed[:32].hex() == vector["sealed_begins"]
    assert sealed[-64:].hex() == vector["sealed_ends"]
    assert hashlib.sha256(sealed).hexdigest() == vector["sealed_sha256"]
    opener = StreamOpener(KEY, UPLOAD, len(data), start)
    assert opened(opener, sealed) == data[start:]
    assert opener.claimed_sha256.hex() == vector["sha256"]


def test_frozen_wrapping():
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["desk_private"]))
    desk = DeskFileKey(private)
    assert desk.public.hex() == VECTORS["desk_public"]
    assert desk.unwrap(bytes.fromhex(VECTORS["wrapped_key"]), ROOM, UPLOAD) == KEY


def test_a_wrapped_key_opens_for_its_room_and_upload_alone():
    desk = DeskFileKey()
    wrapped = wrap_file_key(desk.public, KEY, ROOM, UPLOAD)
    assert desk.unwrap(wrapped, ROOM, UPLOAD) == KEY
    wrong = [
        (DeskFileKey(), wrapped, ROOM, UPLOAD),
        (desk, wrapped, UPLOAD, UPLOAD),
        (desk, wrapped, ROOM, ROOM),
        (desk, wrapped[:-1], ROOM, UPLOAD),
        (desk, b"", ROOM, UPLOAD),
        (desk, bytes(80), ROOM, UPLOAD),
        (desk, wrap_file_key(desk.public, KEY[:31], ROOM, UPLOAD), ROOM, UPLOAD),
    ]
    for key, data, room, upload in wrong:
        with pytest.raises(UntrustedInputError):
            key.unwrap(data, room, upload)


def test_nothing_changed_opens_and_the_state_stays():
    data = os.urandom(CHUNK + 5)
    sealed = seal_file(KEY, UPLOAD, data)
    first, last = sealed[:SEALED_CHUNK], sealed[SEALED_CHUNK:]
    opener = StreamOpener(KEY, UPLOAD, len(data))
    for wrong in (
        last,
        first[:-1],
        first + b"x",
        b"",
        bytes(len(first)),
        first[:-1] + bytes([first[-1] ^ 1]),
    ):
        with pytest.raises(UntrustedInputError):
            opener.open_next(wrong)
    assert opener.claimed_sha256 == b""
    assert opener.open_next(first) == data[:CHUNK]
    with pytest.raises(UntrustedInputError):
        opener.open_next(first)
    assert opener.open_next(last) == data[CHUNK:]
    assert opener.done
    with pytest.raises(UntrustedInputError):
        opener.open_next(last)


@pytest.mark.parametrize(("size", "start"), [(CHUNK + 6, 0), (CHUNK + 5, 1), (CHUNK + 5, CHUNK)])
def test_a_stream_is_of_one_size_and_one_start(size, start):
    sealed = seal_file(KEY, UPLOAD, os.urandom(CHUNK + 5))
    opener = StreamOpener(KEY, UPLOAD, size, start)
    with pytest.raises(UntrustedInputError):
        opener.open_next(sealed[: opener.needed])


def test_sizes_that_no_stream_has():
    assert content_size(LARGEST_SEALED) == FILE_LIMIT
    for size in (0, 1, 47, SEALED_CHUNK + 1, SEALED_CHUNK + 16):
        with pytest.raises(UntrustedInputError):
            content_size(size)


def test_chunks_are_sealed_once_and_in_order():
    sealer = StreamSealer(KEY, UPLOAD, 10, 0)
    with pytest.raises(BugError):
        sealer.seal_next(b"short")
    sealer.seal_next(bytes(42))
    with pytest.raises(BugError):
        sealer.seal_next(bytes(42))
    with pytest.raises(BugError):
        StreamOpener(KEY, UPLOAD, 10, 11)
