"""What is known of one piece of evidence, as label and value."""

import re

from rvr_console.domain.exhibit import INSPECTED_FLAGS, Exhibit, ExhibitSource, shown_text
from rvr_console.services.evidence_list import EvidenceItem
from rvr_console.ui.evidence import words
from rvr_console.ui.evidence.rows import seconds_of
from rvr_console.ui.exhibits import words as exhibit_words
from rvr_console.ui.exhibits.kinds import moment_words
from rvr_console.ui.widgets.fact_rows import Fact
from rvr_console.ui.widgets.figures import clock, data_size, day, running
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone

_NAMED = frozenset(
    {*INSPECTED_FLAGS, "width", "height", "seconds", "pages", "made_at", "camera", "latitude", "longitude"}
)
_TIME = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)(.{0,12})")
_MOST_MORE = 12
_LONGEST = 200


def grouped(digest: str) -> str:
    """Hexadecimal in groups of four, to be read and compared."""
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))


def facts_of(item: EvidenceItem) -> list[Fact]:
    """What is looked for first; `more_of` is the rest."""
    if item.exhibit is not None:
        return _exhibit_facts(item.exhibit)
    facts = [Fact(words.LOG_NUMBER, item.incident.reference), Fact(words.OFFICER, item.officer)]
    if item.recording is not None:
        at = item.recording.started_at
        facts.append(Fact(words.STARTED, f"{day(at)} {clock(at)}"))
    return facts


def more_of(item: EvidenceItem) -> list[Fact]:
    exhibit = item.exhibit
    if exhibit is None:
        return [Fact(words.EVIDENCE_ID, item.evidence_id)]
    return [
        Fact(words.LOG_NUMBER, item.incident.reference),
        Fact(words.OFFICER, item.officer),
        Fact(words.EVIDENCE_ID, exhibit.evidence_id),
        *_rest(exhibit),
    ]


def _exhibit_facts(exhibit: Exhibit) -> list[Fact]:
    origin, content = exhibit.origin, exhibit.content
    producer = ", ".join(part for part in (origin.producer, exhibit_words.SOURCES[origin.source]) if part)
    facts = [
        Fact(words.PRODUCED, producer),
        Fact(words.RECEIVED, f"{day(exhibit.received_at)} {clock(exhibit.received_at)}"),
    ]
    if origin.moment is not None:
        facts.append(Fact(words.AT, moment_words(exhibit)))
    facts += _from_the_file(exhibit)
    facts += [Fact(words.TYPE, content.found_type), Fact(words.SIZE, _size(exhibit))]
    length = seconds_of(exhibit)
    if length is not None:
        facts.append(Fact(words.LENGTH, running(length)))
    if (pages := exhibit.facts.get("pages", "")).isdecimal():
        facts.append(Fact(words.PAGES, f"{int(pages):,}"))
    if origin.original_name:
        facts.append(Fact(words.NAME, shown_text(origin.original_name)))
    facts += [Fact(words.HASH, grouped(content.sha256)), Fact(words.COMPARED, "", _hash_tag(exhibit))]
    if exhibit.hashes_agree is False:
        facts.append(Fact(words.DECLARED, grouped(exhibit.declared_sha256)))
    return facts


def _from_the_file(exhibit: Exhibit) -> list[Fact]:
    said, facts = exhibit.facts, []
    if at := said.get("made_at"):
        label = words.MADE if exhibit.content.found_type == "application/pdf" else words.TAKEN
        facts.append(Fact(label, words.TAKEN_AS.format(at=_time(at))))
    if "latitude" in said and "longitude" in said:
        where = words.WHERE_AS.format(latitude=_plain(said["latitude"]), longitude=_plain(said["longitude"]))
        facts.append(Fact(words.WHERE, where))
    if camera := said.get("camera"):
        facts.append(Fact(words.CAMERA, _plain(camera)))
    return facts


def _rest(exhibit: Exhibit) -> list[Fact]:
    """The rest of what the file says of itself, which anybody may have written."""
    rest = [(name, value) for name, value in sorted(exhibit.facts.items()) if name not in _NAMED]
    if not rest:
        return []
    lines = [f"{_plain(name.removeprefix('exif.'))}: {_plain(value)}" for name, value in rest[:_MOST_MORE]]
    return [Fact(words.MORE_FACTS, "\n".join(lines))]


def _time(untrusted: str) -> str:
    """Exif's 2026:11:21 11:24:08 and ISO's 2026-11-21T11:24:08 as we write times; what is neither stays as it is."""
    found = _TIME.fullmatch(untrusted)
    if found is None:
        return _plain(untrusted)
    year, month, date, clock_time, rest = found.groups()
    return f"{date}/{month}/{year} {clock_time}{_plain(rest)}"


def _plain(untrusted: str) -> str:
    return shown_text(untrusted)[:_LONGEST]


def _size(exhibit: Exhibit) -> str:
    size = f"{data_size(exhibit.content.size)} ({exhibit.content.size:,} bytes)"
    width, height = exhibit.facts.get("width", ""), exhibit.facts.get("height", "")
    if width.isdigit() and height.isdigit():
        return words.PIXELS.format(size=size, width=width, height=height)
    return size


def _hash_tag(exhibit: Exhibit) -> Tag:
    # A sealed statement bears the number of its ceremony, but the desk made the file: no device could declare its hash.
    if not exhibit.origin.upload_id or exhibit.origin.source is ExhibitSource.STATEMENT:
        return Tag(Shape.MADE, exhibit_words.HASH_MADE_HERE)
    if exhibit.hashes_agree is None:
        return Tag(Shape.RING, words.NO_HASH)
    if exhibit.hashes_agree:
        return Tag(Shape.DONE, exhibit_words.HASH_SAME, Tone.OK)
    return Tag(Shape.OVER, exhibit_words.HASH_OTHER, Tone.DANGER)
