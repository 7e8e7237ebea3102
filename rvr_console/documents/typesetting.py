"""What every document is set with: the templates, the fonts that come with the console and no others, and the direction of a text."""

import functools
import json
import re
import unicodedata
from pathlib import Path
from typing import Any, Final

import typst

_RESOURCES = Path(__file__).resolve().parents[2] / "resources"
TEMPLATES: Final = _RESOURCES / "templates"
_FONTS = (_RESOURCES / "vendor" / "fonts", _RESOURCES / "vendor" / "document-fonts")
_UNSETTABLE = re.compile(r"the text `\"(.*?)\"` could not be displayed", re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_ISOLATES, _END_OF_ISOLATE = frozenset({"LRI", "RLI", "FSI"}), "PDI"


@functools.cache
def fonts() -> typst.Fonts:
    """Never the machine's own, so that two desks set the same pages. Read once, in about 20 ms; the files stay on the disk."""
    folders = [one for one in _FONTS if one.is_dir()]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)


def compiler(template: str, data: dict[str, Any]) -> typst.Compiler:
    """template: a file's name in the templates' folder. data: all content; nothing of it is read as markup."""
    return typst.Compiler(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=True)},
    )


def without_font(error: typst.TypstError) -> list[str]:
    """The letters that no font has, of a document that is to be PDF/A. Typst writes each run of them as an escaped string."""
    runs = _UNSETTABLE.findall(error.diagnostic or error.message)
    texts = (_ESCAPE.sub(lambda code: chr(int(code[1], 16)), run) for run in runs)
    return list(dict.fromkeys(letter for text in texts for letter in text))


def direction(text: str) -> str:
    """Of a paragraph, "rtl" or "ltr": its first strong letter outside an isolate (UAX #9, rules P2 and P3)."""
    depth = 0
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in _ISOLATES:
            depth += 1
        elif kind == _END_OF_ISOLATE:
            depth = max(0, depth - 1)
        elif depth == 0 and (kind == "L" or kind in _RIGHT_TO_LEFT):
            return "rtl" if kind in _RIGHT_TO_LEFT else "ltr"
    return "ltr"


def directed(text: str) -> tuple[str, str]:
    """As the templates take a text of a person: (text, direction)."""
    return text, direction(text)
