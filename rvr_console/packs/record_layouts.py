"""Reads the layout of text blocks for the records system: JSON, small, checked."""

import json
from pathlib import Path
from typing import Any

from rvr_console.domain.record_layout import BlockLayout, check_layout
from rvr_console.errors import UntrustedInputError

BUNDLED = Path(__file__).resolve().parents[2] / "resources" / "records" / "blocks.json"
_MAX_BYTES, _MAX_BLOCKS, _MAX_LINES = 100_000, 50, 100


def load_layouts(path: Path = BUNDLED) -> tuple[BlockLayout, ...]:
    """Raises UntrustedInputError: the file is missing, too large, or not as it must be."""
    try:
        with path.open("rb") as file:
            untrusted = file.read(_MAX_BYTES + 1)
        if len(untrusted) > _MAX_BYTES:
            raise _invalid(path, "it is too large")
        blocks = json.loads(untrusted)["blocks"]
        if not isinstance(blocks, list) or not 0 < len(blocks) <= _MAX_BLOCKS:
            raise _invalid(path, "it has no blocks, or too many")
        return tuple(check_layout(_layout(block)) for block in blocks)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _invalid(path, type(error).__name__) from error


def _layout(untrusted: dict[str, Any]) -> BlockLayout:
    lines, kinds = untrusted["lines"], untrusted.get("kinds", [])
    texts = [untrusted["id"], untrusted["label"], untrusted.get("each", ""), *lines, *kinds]
    if not all(isinstance(text, str) for text in texts) or len(lines) > _MAX_LINES:
        raise ValueError("text expected")
    return BlockLayout(
        untrusted["id"], untrusted["label"][:80], tuple(kinds), tuple(lines), untrusted.get("each", "")
    )


def _invalid(path: Path, why: str) -> UntrustedInputError:
    return UntrustedInputError(
        f"The layout of the text blocks ({path.name}) cannot be used: {why}.",
        kept="Forms are filled in and saved as before.",
        todo="Tell IT.",
    )
