"""A number and its noun agree."""

import pytest

from rvr_console.domain.counting import counted


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 paragraphs"), (1, "1 paragraph"), (2, "2 paragraphs"), (1204, "1,204 paragraphs")],
)
def test_only_one_is_singular(number, said):
    assert counted(number, "paragraph") == said


def test_a_noun_with_a_plural_of_its_own():
    assert [counted(number, "entry", "entries") for number in (1, 2)] == ["1 entry", "2 entries"]
