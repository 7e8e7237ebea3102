"""A restricted text never goes out in a message: whole, in part, dressed up, or in small pieces. Other messages do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvr_console.domain.safeguarding import MessageCheck, words_of

SECRET = "He was convicted in 2019 of assault on a former partner, at Leeds Crown Court."
CHECK = MessageCheck(run_words=4, run_letters=20)
CARRIES = {
    "whole": SECRET,
    "in the middle": "You should know: was CONVICTED in 2019 of something.",
    "other marks": "he — was, convicted... IN",
    "no blanks": "hewasconvictedin2019ofassault",
    "a blank after every letter": "c o n v i c t e d  i n  2 0 1 9  o f  a s s a u l t",
    "hidden characters": "con\u200bvicted in 2\u00ad019 of assault",
    "full width": "ｃｏｎｖｉｃｔｅｄ ｉｎ ２０１９ ｏｆ assault",
    "accents": "convíctéd in 2019 óf",
    "new lines": "convicted\nin\n2019\nof",
    "underlines": "former_partner_at_Leeds",
}
FINE = (
    "Please move to a room where you can talk.",
    "I will call you back at 14:30.",
    "He was there, you said?",
    "2019",
    "",
    "👍",
)


@pytest.mark.parametrize("message", CARRIES.values(), ids=CARRIES)
def test_a_message_that_carries_it_is_found(message: str) -> None:
    assert CHECK.carries(SECRET, message)


@pytest.mark.parametrize("message", FINE)
def test_other_messages_go(message: str) -> None:
    assert not CHECK.carries(SECRET, message)


def test_small_pieces_are_put_together() -> None:
    assert not CHECK.carries(SECRET, "convicted in")
    assert not CHECK.carries(SECRET, "2019 of", ["he"])
    assert CHECK.carries(SECRET, "2019 of", ["convicted in"])
    assert CHECK.carries(SECRET, "of", ["convicted", "in", "2019"])
    assert not CHECK.carries(SECRET, "Are you there?", [SECRET]), "what is new must be part of it"


def test_a_short_record_is_found_whole() -> None:
    assert CHECK.carries("Known burglar", "a known burglar!")
    assert not CHECK.carries("Known burglar", "Is he known to you?")
    assert CHECK.carries("Murder", "murder")
    assert not CHECK.carries("", "anything")
    assert not CHECK.carries("…", "anything")


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=8), min_size=4, max_size=30), st.data())
def test_any_four_words_in_a_row_are_found_however_they_are_cut(
    words: list[str], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(words) - 4))
    run = words[start : start + 4]
    cut = data.draw(st.integers(0, 3))
    secret, before, last = " ".join(words), [" ".join(run[:cut])], " ".join(run[cut:])
    assert CHECK.carries(secret, last.upper() + "!", before)


def test_words_are_compared_without_case_accents_and_marks() -> None:
    assert words_of("Ｓtraße, O'Neill’s  ÉCOLE—x") == ["strasse", "oneills", "ecole", "x"]
