"""Text of many lines from outside, made safe to put on a screen: nothing in it reorders, hides or piles up."""

import re
import unicodedata

_LINES = re.compile(r"\r\n|\r|\n|\x0b|\x0c|\x85|\u2028|\u2029")
_JOINERS = (
    "\u200c\u200d"  # letters of some scripts and parts of one emoji are joined by them; they hide nothing
)
_HIDDEN = {"Cc", "Cf", "Cs", "Co"}
_MOST_MARKS = 6  # on one letter; more are drawn over the lines above
_TAB = "    "


def safe_lines(untrusted: str) -> str:
    """Lines end with one line feed; what reorders or hides text, and every further mark on one letter, is written out as an escape."""
    return "\n".join(_safe_line(line) for line in _LINES.split(untrusted))


def _safe_line(untrusted: str) -> str:
    if untrusted.isascii() and untrusted.isprintable():
        return untrusted
    marks, shown = 0, []
    for character in untrusted.replace("\t", _TAB):
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        hidden = category in _HIDDEN and character not in _JOINERS
        escape = hidden or marks > _MOST_MARKS
        shown.append(character.encode("unicode_escape").decode() if escape else character)
    return "".join(shown)
