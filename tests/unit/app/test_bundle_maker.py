"""The stamp of a bundle: taken when the authority answers, left out when it does not."""

from dataclasses import dataclass

from rvr_console.app.bundle_maker import VERIFIER, stamp_by
from rvr_console.errors import ServiceDownError


@dataclass
class Answer:
    response: bytes


class ChosenAuthority:
    def __init__(self, answer: bytes | None) -> None:
        self.answer, self.asked = answer, []

    def stamp(self, data: bytes) -> Answer:
        self.asked.append(data)
        if self.answer is None:
            raise ServiceDownError("The authority does not answer.")
        return Answer(self.answer)


def test_an_answer_is_taken(caplog):
    authority = ChosenAuthority(b"token")
    assert stamp_by(authority)(b"signature") == b"token"
    assert authority.asked == [b"signature"]


def test_no_answer_is_no_stamp(caplog):
    assert stamp_by(ChosenAuthority(None))(b"signature") is None
    assert "has no time stamp" in caplog.text


def test_without_an_authority_nothing_is_asked():
    assert stamp_by(None) is None


def test_the_verifier_lies_where_it_is_looked_for():
    assert VERIFIER.is_file()
