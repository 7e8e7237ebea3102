"""Checkpoints as signed notes: read back exactly, refused when malformed, and of the form that others read."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rvr_console.domain import checkpoint as module
from rvr_console.domain.checkpoint import (
    Checkpoint,
    cosignature_line,
    cosigned_at,
    key_name,
    parse_note,
    sign_note,
)
from rvr_console.errors import EvidenceError
from rvr_console.evidence.signature_check import desk_signature_holds

NOW = datetime(2026, 11, 21, 13, 30, 5, 250000, tzinfo=UTC)


class Desk:
    def __init__(self, label: str, seed: int = 1) -> None:
        self.label = label
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


DESK = Desk("TEST Desk 1+")


def made(**changes: object) -> Checkpoint:
    values = {
        "log_id": "ab" * 16,
        "size": 12,
        "root": bytes(range(32)),
        "at": NOW,
        "previous": b"p" * 32,
        "desk": DESK.label,
        "key": DESK.public_key,
    }
    return Checkpoint(**{**values, **changes})


def test_the_note_in_full() -> None:
    note = sign_note(made(), DESK)
    text, _, line = note.partition("\n\n")
    assert text + "\n" == (
        f"rvr/custody/{'ab' * 16}\n12\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
        f"time 2026-11-21T13:30:05.250000+00:00\nprevious {'70' * 32}\ndesk TEST Desk 1+\nkey {DESK.public_key.hex()}\n"
    )
    assert line.startswith("— TEST-Desk-1- ")
    assert line.endswith("\n")


@pytest.mark.parametrize("previous", [None, b"p" * 32])
def test_it_is_read_back_and_holds(previous: bytes | None) -> None:
    read = parse_note(sign_note(made(previous=previous), DESK))
    assert read.checkpoint == made(previous=previous)
    assert read.holds(desk_signature_holds)
    forged = parse_note(sign_note(made(), DESK).replace("\n12\n", "\n13\n"))
    assert not forged.holds(desk_signature_holds)
    assert not desk_signature_holds(b"short", b"", bytes(64))


@pytest.mark.parametrize(
    "harm",
    [
        lambda note: "",
        lambda note: note[:-1],
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.replace("\n12\n", "\n012\n"),
        lambda note: note.replace("\n12\n", "\n-12\n"),
        lambda note: note.replace("time 2026", "time 20T26"),
        lambda note: note.replace(".250000+00:00", ".25+00:00"),
        lambda note: note.replace("desk TEST", "desk LIVE"),
        lambda note: note.replace("previous 7070", "previous 70"),
        lambda note: note.replace("— TEST", "- TEST"),
        lambda note: note.replace("— TEST-Desk-1- ", "— TEST-Desk-1- AAAA"),
        lambda note: note.replace("— TEST-Desk-1- ", "— TEST-Desk-2- "),
        lambda note: note + "x" * 20_000 + "\n",
        lambda note: note.replace("rvr/custody/", "other/log/"),
        lambda note: note[: note.rindex(" ") + 1] + "A===\n",
    ],
)
def test_a_malformed_note_is_refused(harm) -> None:
    note = sign_note(made(), DESK)
    with pytest.raises(EvidenceError):
        parse_note(harm(note))


def test_the_form_is_the_one_of_other_programs() -> None:
    """The example of golang.org/x/mod/sumdb/note: key id and signature over the text."""
    key = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
    text = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    name, data = module._signature_line(line)
    assert data[:4].hex() == "c74f20a3" == module._key_id(name, b"\x01", key).hex()
    assert desk_signature_holds(key, text, data[4:])


def test_cosignatures_say_who_and_when() -> None:
    other = Desk("TEST Desk 2", 2)
    text = made().text
    line = cosignature_line(text, other, NOW)
    note = parse_note(sign_note(made(), DESK) + line + "\n")
    assert note.cosignatures == (line,)
    assert note.checkpoint == made()
    check = desk_signature_holds
    assert cosigned_at(line, text, other.label, other.public_key, check) == int(NOW.timestamp())
    assert cosigned_at(line, made(size=13).text, other.label, other.public_key, check) is None
    assert cosigned_at(line, text, "TEST Desk 3", other.public_key, check) is None
    assert cosigned_at(line, text, other.label, DESK.public_key, check) is None
    assert cosigned_at("— TEST-Desk-2 AAAA", text, other.label, other.public_key, check) is None
    assert cosigned_at("nonsense", text, other.label, other.public_key, check) is None
    assert key_name("a b+c\td") == "a-b-c-d"
