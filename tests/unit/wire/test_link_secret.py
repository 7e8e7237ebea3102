"""The secret in the link: made, read as people write it, never shown by accident."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvr_console.errors import BugError, UntrustedInputError
from rvr_console.wire import link_secret
from rvr_console.wire.link_secret import ALPHABET, LinkSecret, new, parse

SECRETS = st.binary(min_size=17, max_size=17).map(lambda data: new(lambda _: data))


@given(SECRETS, st.randoms(use_true_random=False))
def test_reads_what_people_write(secret, random):
    swaps = {"0": "0oO", "1": "1iIlL"}
    letters = [random.choice(swaps.get(letter, letter + letter.upper())) for letter in secret.text]
    text = "".join(letter + random.choice(["", "", " ", "-", " – ", "\n"]) for letter in letters)[:128]
    if sum(letter.isalnum() for letter in text) == 26:
        assert parse(text) == secret
    assert parse(secret.grouped()) == secret


def test_130_bits_reach_every_letter():
    assert new(lambda count: b"\xff" * count).text == "z" * 26
    assert new(bytes).text == "0" * 26
    assert new(lambda count: bytes(count - 1) + b"\x40").text == "0" * 25 + "1"
    assert len(ALPHABET) == 32
    assert not set("ilou") & set(ALPHABET)


@pytest.mark.parametrize(
    "text", ["", "a" * 25, "a" * 27, "u" * 26, "é" * 26, "0" * 25 + "!", " " * 200, "ａ" * 26]
)
def test_refuses_the_rest_without_repeating_it(text):
    with pytest.raises(UntrustedInputError) as caught:
        parse(text)
    assert not text.strip() or text not in caught.value.in_words()


def test_is_never_shown_by_accident():
    secret = new(secrets.token_bytes)
    assert secret.text not in f"{secret} {secret!r} {[secret]}"


def test_url_carries_it_in_the_fragment_only():
    secret = new(secrets.token_bytes)
    assert secret.url("https://video.example") == f"https://video.example/#{secret.text}"
    assert secret.url("http://127.0.0.1:8081/").startswith("http://127.0.0.1:8081/#")
    for wrong in ("http://video.example", "ftp://video.example", "video.example", ""):
        with pytest.raises(BugError):
            secret.url(wrong)
    with pytest.raises(BugError):
        LinkSecret("not a secret")


def test_what_is_derived_is_distinct():
    secret = new(secrets.token_bytes)
    assert len({secret.auth, secret.psk, secret.auth_hash, secret.room * 2}) == 4
    assert (len(secret.room), link_secret.LENGTH) == (16, 26)
