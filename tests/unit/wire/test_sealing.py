"""Sealed signalling: the frozen vectors, and what must never open."""

import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from rvr_console.errors import BugError, UntrustedInputError
from rvr_console.wire import sealing
from rvr_console.wire.encoding import b64u, from_b64u, hkdf
from rvr_console.wire.link_secret import LinkSecret
from rvr_console.wire.sealing import DeskHandshake, PageHandshake, Side, open_hail

VECTOR = json.loads(Path(__file__).with_name("signalling_vectors.json").read_text("utf-8"))
PSK, ROOM = b"p" * 32, b"r" * 16


def octets(name):
    return bytes.fromhex(VECTOR[name])


def given_bytes(*parts):
    waiting = list(parts)

    def take(count):
        part = waiting.pop(0)
        assert len(part) == count
        return part

    return take


def pair(seed=b"0"):
    def tokens(count):
        nonlocal seed
        seed = hashlib.sha512(seed).digest()
        return seed[:count]

    desk = DeskHandshake(PSK, ROOM, 3, tokens)
    page = PageHandshake(PSK, ROOM, open_hail(PSK, ROOM, desk.hail()), tokens)
    session, _ = desk.answer(page.knock(b"{}"))
    return session, page.session


def vector_pair():
    secret = LinkSecret(VECTOR["secret"])
    desk = DeskHandshake(
        secret.psk,
        secret.room,
        VECTOR["epoch"],
        given_bytes(octets("desk_private"), octets("challenge"), octets("word_nonce"), octets("hail_nonce")),
    )
    hail = desk.hail()
    page = PageHandshake(
        secret.psk, secret.room, open_hail(secret.psk, secret.room, hail), given_bytes(octets("page_private"))
    )
    return desk, hail, page


def test_vector_of_the_link():
    secret = LinkSecret(VECTOR["secret"])
    assert [secret.room, secret.auth, secret.auth_hash, secret.psk] == [
        octets(name) for name in ("room", "auth", "auth_hash", "psk")
    ]


def test_vector_of_the_handshake_and_first_messages():
    desk, hail, page = vector_pair()
    assert hail == octets("hail_body")
    assert page.knock(VECTOR["knock_plain"].encode()) == octets("knock_body")
    session, plain = desk.answer(octets("knock_body"))
    assert plain.decode() == VECTOR["knock_plain"]
    assert session.digest == page.session.digest == octets("transcript")
    assert session.id == VECTOR["session"]
    assert session.seal(VECTOR["waiting_plain"].encode()) == octets("waiting_body")
    assert page.session.seal(VECTOR["chat_plain"].encode()) == octets("chat_body")
    assert list(page.words(octets("word_nonce"))) == VECTOR["words"]
    knock = json.loads(VECTOR["knock_plain"])
    key_id = sealing.check_device_signature(
        from_b64u(knock["device_key"]), from_b64u(knock["signature"]), session.digest
    )
    assert key_id == VECTOR["device_key_id"]


def test_vector_by_the_document_alone():
    """Derives the keys again from docs/signalling.md, with nothing but HKDF and X25519."""
    shared = X25519PrivateKey.from_private_bytes(octets("page_private")).exchange(
        X25519PrivateKey.from_private_bytes(octets("desk_private")).public_key()
    )
    assert shared == octets("shared")
    epoch = VECTOR["epoch"].to_bytes(8, "big")
    parts = [octets(name) for name in ("desk_key", "challenge", "commitment", "page_key")]
    transcript = hashlib.sha256(b"rvr/sig1/transcript\0" + octets("room") + epoch + b"".join(parts)).digest()
    assert transcript == octets("transcript")
    for info, name in {
        b"rvr/sig1/page": "page_to_desk_key",
        b"rvr/sig1/desk": "desk_to_page_key",
        b"rvr/sig1/confirm-page": "confirm_page_key",
        b"rvr/sig1/confirm-desk": "confirm_desk_key",
    }.items():
        assert hkdf(octets("psk") + shared, salt=transcript, info=info, length=32) == octets(name)


def test_vector_of_the_confirmation():
    desk, _, page = vector_pair()
    session, _ = desk.answer(page.knock(b"{}"))
    prints = octets("desk_fingerprint"), octets("page_fingerprint")
    assert session.confirmation().message(*prints) == VECTOR["confirm_from_desk"]
    assert page.session.confirmation().message(*prints) == VECTOR["confirm_from_page"]


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_no_flipped_byte_opens(place, flip):
    desk, page = pair()
    body = bytearray(page.seal(b'{"kind":"ping","n":1}'))
    body[place % len(body)] ^= flip
    with pytest.raises(UntrustedInputError):
        desk.open(bytes(body))


@given(st.binary(max_size=200))
def test_no_garbage_opens(body):
    desk, page = pair()
    for session in (desk, page):
        with pytest.raises(UntrustedInputError):
            session.open(body)
    with pytest.raises(UntrustedInputError):
        open_hail(PSK, ROOM, body)
    with pytest.raises(UntrustedInputError):
        DeskHandshake(PSK, ROOM, 1, bytes).answer(body)


@given(st.lists(st.binary(max_size=50), min_size=2, max_size=6), st.data())
def test_only_the_next_counter_is_taken(plains, data):
    desk, page = pair()
    bodies = [page.seal(plain) for plain in plains]
    for index, body in enumerate(bodies):
        wrong = data.draw(st.sampled_from([other for other in range(len(bodies)) if other != index]))
        with pytest.raises(UntrustedInputError):
            desk.open(bodies[wrong])
        assert desk.open(body) == plains[index]


def test_own_messages_and_other_sessions_do_not_open():
    desk, page = pair()
    other_desk, _ = pair(b"1")
    with pytest.raises(UntrustedInputError):
        page.open(page.seal(b"x"))
    with pytest.raises(UntrustedInputError):
        other_desk.open(page.seal(b"x"))
    assert desk.id != other_desk.id


@pytest.mark.parametrize(
    ("psk", "room", "epoch"), [(b"q" * 32, ROOM, 3), (PSK, b"s" * 16, 3), (PSK, ROOM, 4)]
)
def test_hail_is_bound_to_secret_room_and_epoch(psk, room, epoch):
    body = DeskHandshake(PSK, ROOM, 3, bytes).hail()
    body = body[:1] + epoch.to_bytes(8, "big") + body[9:]
    with pytest.raises(UntrustedInputError):
        open_hail(psk, room, body)


def test_a_point_of_small_order_is_refused():
    desk = DeskHandshake(PSK, ROOM, 1, bytes)
    with pytest.raises(UntrustedInputError):
        desk.answer(bytes([sealing.KNOCK]) + bytes(32) + bytes(40))


def test_words_need_the_nonce_the_desk_committed_to():
    _, _, page = vector_pair()
    with pytest.raises(UntrustedInputError):
        page.words(bytes(32))


def test_confirmation_is_bound_to_both_certificates_role_and_session():
    desk, page = (session.confirmation() for session in pair())
    one, two, three = (bytes([number]) * 32 for number in (1, 2, 3))
    message = page.message(one, two)
    desk.check(message, one, two)
    for fingerprints in ((two, one), (one, three), (three, two)):
        with pytest.raises(UntrustedInputError):
            desk.check(message, *fingerprints)
    other_desk, other_page = (session.confirmation() for session in pair(b"1"))
    for wrong in (
        desk.message(one, two),  # sent back to its sender
        other_page.message(one, two),
        message.replace('"page"', '"desk"'),
        message.replace(page.session, other_page.session),
        message[:-1],
        "[]",
        "null",
        message + " " * 600,
        json.dumps({**json.loads(message), "mac": 5}),
        json.dumps({**json.loads(message), "mac": b64u(bytes(31))}),
    ):
        with pytest.raises(UntrustedInputError):
            desk.check(wrong, one, two)
    assert other_desk.side is Side.DESK


def test_device_signature_is_bound_to_key_and_transcript():
    knock = json.loads(VECTOR["knock_plain"])
    key, signature, digest = (
        from_b64u(knock["device_key"]),
        from_b64u(knock["signature"]),
        octets("transcript"),
    )
    sealing.check_device_signature(key, signature, digest)
    for arguments in (
        (key, signature, bytes(32)),
        (key, signature[::-1], digest),
        (key, bytes(64), digest),
        (bytes(65), signature, digest),
        (key[:33], signature, digest),
        (key, signature + b"\0", digest),
    ):
        with pytest.raises(UntrustedInputError):
            sealing.check_device_signature(*arguments)


def test_256_short_distinct_words():
    words = sealing.load_words()
    assert len({word[:3] for word in words}) == 256
    assert all(word.isascii() and word.islower() and word.isalpha() and 3 <= len(word) <= 8 for word in words)


def test_our_own_mistakes_are_told():
    desk, _ = pair()
    with pytest.raises(BugError):
        desk.seal(bytes(sealing.MAX_PLAIN + 1))
    with pytest.raises(BugError):
        DeskHandshake(PSK, ROOM, 0, bytes)
