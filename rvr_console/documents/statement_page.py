"""Statements set in pages by Typst: PDF/A-2b with real, tagged text; the same version always gives the same bytes.

Only the fonts that come with the console are used, never the machine's own, so that two desks set the same pages. A character that none
of them has is refused by name (PDF/A would otherwise show an empty box); nothing is dropped or replaced.
"""

import hashlib
import json
import re
import unicodedata
from datetime import UTC, datetime
from typing import Any, Final

import typst

from rvr_console.documents.statement_back import back_data
from rvr_console.documents.statement_policy import KindPolicy, StatementPolicy
from rvr_console.documents.typesetting import compiler, directed, direction, without_font
from rvr_console.domain.statement import SetStatement, SignaturePlace, SignatureRole
from rvr_console.domain.statement_content import StatementContent, named_references
from rvr_console.domain.statement_store import StatementOrder
from rvr_console.errors import EvidenceError, RefusedError

A4_HEIGHT: Final = 841.89  # points
_SHOWN_AT_MOST = 20
# They make a page read otherwise than the text that is kept (explicit embeddings and overrides, UAX #9 2.1 and 2.2).
_REORDERING = frozenset("\u202a\u202b\u202d\u202e\u202c")


class StatementSetter:
    """Sets statements. Thread-safe: nothing is kept between two calls. Blocks for 0.1 to some seconds: never on the Qt thread."""

    def __init__(self, policy: StatementPolicy) -> None:
        self._policy = policy

    def set(self, order: StatementOrder) -> SetStatement:
        """Both PDFs. Raises RefusedError, naming the characters that cannot be set; EvidenceError when Typst fails otherwise."""
        kind = self._policy.kinds[order.kind]
        front = _front_data(self._policy, kind, order.content)
        back = back_data(self._policy, kind, order.content)
        _refuse_unsettable(_unprintable(order.content))
        pdf, places, pages = _compiled("statement.typ", front, order.at)
        back_pdf, _, _ = _compiled("statement_back.typ", back, order.at)
        return SetStatement(
            pdf=pdf,
            back_pdf=back_pdf,
            sha256=hashlib.sha256(pdf).hexdigest(),
            back_sha256=hashlib.sha256(back_pdf).hexdigest(),
            pages=pages,
            places=places,
            policy=self._policy.version,
            declaration=_declaration(kind, pages),
        )

    def preview(self, order: StatementOrder, pixels_per_inch: float) -> tuple[bytes, ...]:
        """Each page as PNG, from the same template and text as `set`. Raises as `set`, but shows what cannot be set as a box."""
        kind = self._policy.kinds[order.kind]
        data = _front_data(self._policy, kind, order.content)
        _refuse_unsettable(_unprintable(order.content))
        try:
            made = compiler("statement.typ", data).compile(format="png", ppi=pixels_per_inch)
        except (RuntimeError, OSError) as error:
            raise _failed() from error
        return (made,) if isinstance(made, bytes) else tuple(made or ())


def _compiled(
    template: str, data: dict[str, Any], at: datetime
) -> tuple[bytes, tuple[SignaturePlace, ...], int]:
    setting = compiler(template, data)
    try:
        pdf = setting.compile(
            format="pdf",
            pdf_standards="a-2b",
            timestamp=at.astimezone(UTC).replace(microsecond=0),  # PDF dates know none (ISO 32000, 7.9.4)
        )
        found = json.loads(setting.query("<signature-box>", field="value"))
    except typst.TypstError as error:
        _refuse_unsettable(without_font(error))
        raise _failed() from error
    except (RuntimeError, OSError) as error:
        raise _failed() from error
    if not isinstance(pdf, bytes):
        raise _failed()
    places = tuple(_place(box) for box in found)
    return pdf, places, sum(place.role is SignatureRole.WITNESS for place in places)


def _failed() -> EvidenceError:
    return EvidenceError(
        "The statement could not be set in pages.", kept="The text is kept as it was typed.", todo="Tell IT."
    )


def _place(box: dict[str, Any]) -> SignaturePlace:
    left, top = box["x"], A4_HEIGHT - box["y"]
    sides = (left, top - box["h"], left + box["w"], top)
    return SignaturePlace(SignatureRole(box["role"]), box["page"] - 1, *(round(side, 2) for side in sides))


# --- what the template is given ---


def _declaration(kind: KindPolicy, pages: int) -> str:
    return kind.declaration.replace("{pages}", "1 page" if pages == 1 else f"{pages} pages")


def _front_data(policy: StatementPolicy, kind: KindPolicy, content: StatementContent) -> dict[str, Any]:
    witness = content.witness
    return {
        "title": kind.title,
        "form": kind.form,
        "legal": "; ".join(kind.legal),
        "reference": content.unique_reference,
        "taken_by": content.taken_by,
        "continuation": f"Continuation of the statement of {witness.name}",
        "facts": [
            ["Statement of", directed(witness.name)],
            ["Age", directed(witness.age_line)],
            ["Occupation", directed(witness.occupation or "Not stated")],
            ["Visually recorded", directed("Yes ☑" if content.visually_recorded else "No ☐")],
        ],
        "declaration": kind.declaration,
        "paragraphs": [
            {"direction": direction(one), "runs": _runs(one, content.exhibits)} for one in content.paragraphs
        ],
        "closings": _closings(policy, content),
    }


def _runs(paragraph: str, exhibits: tuple[str, ...]) -> list[list[Any]]:
    """The paragraph in pieces, [text, bold]: exhibit references from the list are bold."""
    bold = [one for one in named_references((paragraph,)) if one in exhibits]
    if not bold:
        return [[paragraph, False]]
    pattern = "|".join(re.escape(one) for one in sorted(bold, key=len, reverse=True))
    pieces = re.split(f"({pattern})", paragraph)
    return [[piece, piece in bold] for piece in pieces if piece]


def _closings(policy: StatementPolicy, content: StatementContent) -> list[dict[str, Any]]:
    """The declarations after the text: read over, interpreted."""
    names = {
        "{name}": content.witness.name,
        "{reader}": content.read_over.reader,
        "{interpreter}": content.interpreting.interpreter,
        "{language}": content.interpreting.language,
    }
    found = []
    if content.read_over.needed:
        found.append(
            {
                "heading": policy.read_over_heading,
                "parts": [
                    _part(SignatureRole.READ_OVER, policy.read_over_witness, names),
                    _part(SignatureRole.READER, policy.read_over_reader, names),
                ],
            }
        )
    if content.interpreting.interpreter.strip():
        part = _part(SignatureRole.INTERPRETER, policy.interpreter, names)
        found.append({"heading": policy.interpreter_heading, "parts": [part]})
    return found


def _part(role: SignatureRole, text: str, names: dict[str, str]) -> dict[str, str]:
    """Filled in one pass, so that a name that looks like a hole stays a name."""
    filled = re.sub(r"\{[a-z]+\}", lambda hole: names.get(hole[0], hole[0]), text)
    return {"role": role.value, "text": filled}


# --- characters that cannot be set ---


def _unprintable(content: StatementContent) -> list[str]:
    """Control characters, half characters and marks that reorder the line: on a page they would hide or be nothing."""
    witness, back = content.witness, content.back
    written = [
        *content.paragraphs, witness.name, witness.occupation, content.unique_reference, content.taken_by,
        content.read_over.reader, content.interpreting.interpreter, content.interpreting.language,
        back.contact, back.contact_method, back.needs,
    ]  # fmt: skip
    found = dict.fromkeys(letter for one in written for letter in one)
    return [one for one in found if one in _REORDERING or _has_no_shape(one)]


def _has_no_shape(letter: str) -> bool:
    return letter not in "\t\n" and unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn"}


def _refuse_unsettable(letters: list[str]) -> None:
    if not letters:
        return
    named = [_in_words(one) for one in letters[:_SHOWN_AT_MOST]]
    more = f" and {len(letters) - _SHOWN_AT_MOST} more" if len(letters) > _SHOWN_AT_MOST else ""
    raise RefusedError(
        f"These characters cannot be set on a page: {', '.join(named)}{more}.",
        kept="The text is kept as it was typed.",
        todo="Write them in words.",
    )


def _in_words(letter: str) -> str:
    name = unicodedata.name(letter, "no printable character")
    shown = letter if letter.isprintable() else ""
    return f"{shown} (U+{ord(letter):04X}, {name.lower()})".strip()
