"""The layout of text blocks for the records system: bundled, or a force's own, signed and versioned as form packs are."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema.protocols import Validator

from rvr_console.domain.events import Fault
from rvr_console.domain.ports import Disk, EventSink
from rvr_console.domain.record_layout import FIELDS, LINE_FIELDS, BlockLayout, fault_of
from rvr_console.errors import KnownError, StorageError
from rvr_console.packs.pack_meaning import problem_at
from rvr_console.packs.pack_registry import (
    PUBLISHERS,
    PackSources,
    Refusal,
    pack_files,
    read_trusted,
    version_key,
)
from rvr_console.packs.pack_schema import FORMS, problems_of_shape, strict_validator
from rvr_console.packs.pack_signature import Publisher, read_publishers
from rvr_console.packs.pack_text import (
    MAX_TOLD,
    Lines,
    PackProblem,
    PackRefusedError,
    read_json,
    refuse,
)

log = logging.getLogger(__name__)

RECORDS = Path(__file__).resolve().parents[2] / "resources" / "records"
BUNDLED = RECORDS / "blocks.json"
SCHEMA = RECORDS / "layout.schema.json"
LAYOUT_FORMAT = "rvr-record-layout/1"
FOLDER = "records"  # below the force's folder of packs, and below the kept ones


@dataclass(frozen=True, slots=True)
class LayoutPack:
    """One version. content, signature: as they were read and checked."""

    id: str
    version: str
    blocks: tuple[BlockLayout, ...]
    content: bytes
    signature: str = ""


@lru_cache(maxsize=1)
def _validator() -> Validator:
    return strict_validator(SCHEMA)


def parse_layout(untrusted: bytes, signature: str = "") -> LayoutPack:
    """The layout, if nothing is wrong with it. Its signature is another matter. Raises PackRefusedError."""
    found, lines = read_json(untrusted)
    wrong = problems_of_shape(found, lines, _validator()) or tuple(_problems_of_meaning(found, lines))
    if wrong:
        raise PackRefusedError(tuple(sorted(wrong, key=lambda p: p.line))[:MAX_TOLD])
    blocks = tuple(
        BlockLayout(b["id"], b["label"], tuple(b.get("kinds", ())), tuple(b["lines"]), b.get("each", ""))
        for b in found["blocks"]
    )
    return LayoutPack(found["id"], found["version"], blocks, untrusted, signature)


def _problems_of_meaning(found: dict[str, Any], lines: Lines) -> Iterator[PackProblem]:
    seen: set[str] = set()
    for number, block in enumerate(found["blocks"]):
        place: tuple[str | int, ...] = ("blocks", number)
        if block["id"] in seen:
            yield problem_at((*place, "id"), lines, f"the block id “{block['id']}” stands twice")
        seen.add(block["id"])
        for n, text in enumerate(block["lines"]):
            if fault := fault_of(text, FIELDS):
                yield problem_at((*place, "lines", n), lines, fault)
        if fault := fault_of(block.get("each", ""), LINE_FIELDS):
            yield problem_at((*place, "each"), lines, fault)
        if not block["lines"] and not block.get("each"):
            yield problem_at(place, lines, "the block would be empty: it needs lines, or each")


def load_layouts(
    sources: PackSources, disk: Disk, events: EventSink
) -> tuple[tuple[BlockLayout, ...], tuple[Refusal, ...]]:
    """The layout in use, and what was refused (told as faults too). Raises KnownError: the bundled one was altered.

    An accepted one is kept and stays when its file is spoilt or gone; only a higher version takes its place.
    """
    try:
        bundled_keys = read_publishers(FORMS / PUBLISHERS)
        in_use = bundled = _read(BUNDLED, bundled_keys)
    except PackRefusedError as error:
        raise KnownError(
            f"The bundled layout of the text blocks is not as it was published: {error.problems[0].in_words()}.",
            kept="Nothing was started.",
            todo="Install the console again.",
        ) from error
    refused: list[Refusal] = []
    trusted = bundled_keys + _own_keys(sources, refused)
    known = {version_key(bundled.version): bundled.content}
    for folder in (sources.kept, sources.folder):
        for name, found in _sound(folder, trusted, refused):
            try:
                if known.get(version_key(found.version)) != found.content:
                    in_use = _checked(found, in_use)
                    known[version_key(found.version)] = found.content
                    if folder is sources.folder:
                        _keep(found, sources.kept, disk)
            except PackRefusedError as error:
                refused.append(Refusal(name, error.problems))
            except (StorageError, OSError) as error:
                refused.append(Refusal(name, (PackProblem(0, "", type(error).__name__),)))
    for refusal in refused:
        _tell(refusal, events)
    return in_use.blocks, tuple(refused)


def preview_layout(pack: LayoutPack) -> str:
    """Lines for a terminal: each block as it is written, fields by their names."""
    shown = [f"{pack.id} {pack.version}"]
    for block in pack.blocks:
        kinds = ", ".join(block.kinds) or "every form"
        shown += ["", f"{block.label} ({block.id}), for {kinds}", *(f"    {line}" for line in block.lines)]
        shown += [f"    for each answer: {block.each}"] if block.each else []
    return "\n".join(shown) + "\n"


def _tell(refusal: Refusal, events: EventSink) -> None:
    log.warning("a layout of text blocks was refused: %s", refusal.in_words())
    events.publish(
        Fault(
            f"A layout of the text for the records system was refused: {refusal.in_words()}.",
            "The version in use stays.",
            "Tell IT: correct the file and sign it again.",
        )
    )


def _read(path: Path, trusted: tuple[Publisher, ...]) -> LayoutPack:
    """The signature is checked before the content is looked at."""
    content, signature, _publisher = read_trusted(path, trusted)
    return parse_layout(content, signature)


def _checked(found: LayoutPack, in_use: LayoutPack) -> LayoutPack:
    """Raises PackRefusedError: of another id, older than what is in use, or the same version with other content."""
    if found.id != in_use.id:
        raise refuse(0, f"its id is “{found.id}”: the layout has the id “{in_use.id}”")
    new, known = version_key(found.version), version_key(in_use.version)
    if new < known:
        raise refuse(0, f"version {found.version} is older than {in_use.version}, which is in use")
    if new == known:
        raise refuse(0, f"version {found.version} is known with other content: raise the version")
    return found


def _own_keys(sources: PackSources, refused: list[Refusal]) -> tuple[Publisher, ...]:
    try:
        return read_publishers(sources.publishers) if sources.publishers else ()
    except KnownError as error:
        refused.append(Refusal(PUBLISHERS, (PackProblem(0, "", error.what),)))
        return ()


def _sound(
    folder: Path | None, trusted: tuple[Publisher, ...], refused: list[Refusal]
) -> list[tuple[str, LayoutPack]]:
    """File name and content of what is signed and well formed, lowest version first."""
    place = folder / FOLDER if folder is not None else None
    if place is None or not place.is_dir():
        return []
    try:
        paths = pack_files(place)
    except KnownError as error:
        refused.append(Refusal(FOLDER, (PackProblem(0, "", error.what),)))
        return []
    sound = []
    for path in paths:
        name = f"{FOLDER}/{path.name}"
        try:
            sound.append((name, _read(path, trusted)))
        except PackRefusedError as error:
            refused.append(Refusal(name, error.problems))
    return sorted(sound, key=lambda one: version_key(one[1].version))


def _keep(found: LayoutPack, kept: Path | None, disk: Disk) -> None:
    """So that it stays when its file is spoilt or gone. Raises OSError, StorageError."""
    if kept is None:
        return
    target = kept / FOLDER / f"{found.id}-{found.version}.json"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        disk.write_durable(target.with_name(target.name + ".sig"), found.signature.encode())
        disk.write_durable(target, found.content)
