"""What an exhibit is and how it stands, as words, icon and tag."""

from rvr_console.domain.exhibit import Exhibit, ExhibitFlag, ExhibitSource, ExhibitState
from rvr_console.ui.exhibits import words
from rvr_console.ui.widgets.figures import data_size, running
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone

_ICONS = {"image": "image", "video": "video", "audio": "volume-2", "text": "file-text"}
_GRAVE = (ExhibitFlag.EICAR, ExhibitFlag.HASH_DIFFERS, ExhibitFlag.ACTIVE, ExhibitFlag.TOO_LARGE)
_ASK_AGAIN = frozenset({ExhibitFlag.EMPTY, ExhibitFlag.TRUNCATED, ExhibitFlag.HASH_DIFFERS})
MADE_HERE = frozenset({ExhibitSource.STILL, ExhibitSource.STATEMENT})


def kind_of(exhibit: Exhibit) -> str:
    """Like "Photo", "Video", "PDF"; by content, never by name."""
    if exhibit.origin.source in words.SOURCE_KINDS:
        return words.SOURCE_KINDS[exhibit.origin.source]
    return kind_of_type(exhibit.content.found_type, archive=ExhibitFlag.ARCHIVE in exhibit.content.flags)


def kind_of_type(media_type: str, *, archive: bool = False) -> str:
    if archive:
        return words.ARCHIVE_KIND
    family = media_type.partition("/")[0]
    return words.KINDS.get(media_type) or words.KINDS.get(family) or words.OTHER_KIND


def icon_of(media_type: str) -> str:
    if media_type == "application/pdf" or words.KINDS.get(media_type) == words.KINDS["application/msword"]:
        return "file-text"
    return _ICONS.get(media_type.partition("/")[0], "archive")


def kind_line(exhibit: Exhibit) -> str:
    """Like "Photo, 4.1 MB"."""
    return f"{kind_of(exhibit)}, {data_size(exhibit.content.size)}"


def moment_words(exhibit: Exhibit) -> str:
    """Like "at 00:07:12 of the recording"; empty when nothing was recorded then."""
    moment = exhibit.origin.moment
    return words.AT_RECORDING.format(at=running(moment.offset_us / 1e6)) if moment else ""


def worst_flag(exhibit: Exhibit) -> ExhibitFlag | None:
    """The one that is named first."""
    flags = exhibit.flags
    return next((flag for flag in (*_GRAVE, *ExhibitFlag) if flag in flags), None)


def state_tag(exhibit: Exhibit) -> Tag:
    flag = worst_flag(exhibit)
    if flag is not None:
        return Tag(Shape.SOON, words.FLAGS[flag], Tone.DANGER if flag in _GRAVE else Tone.WARN)
    if exhibit.state is ExhibitState.RECEIVED:
        return Tag(Shape.HALF, words.CHECKING, Tone.ACCENT)
    if exhibit.state is ExhibitState.RECOVERED:
        return Tag(Shape.DONE, words.RECOVERED, Tone.ACCENT)
    return Tag(Shape.DONE, words.SEALED, Tone.OK)


def flag_advice(exhibit: Exhibit) -> tuple[str, ...]:
    """A plain sentence or two for each flag, the gravest first, and what to do."""
    flags = exhibit.flags
    order = dict.fromkeys((*_GRAVE, *ExhibitFlag))
    said = [words.FLAG_ADVICE[flag] for flag in order if flag in flags]
    if ExhibitFlag.TOO_LARGE in flags:
        said.insert(0, words.CLAIMED.format(size=claimed_size(exhibit)))
    if said:
        said.append(words.KEPT_AS_IT_CAME)
    if flags & _ASK_AGAIN and exhibit.origin.upload_id:
        said.append(words.ASK_AGAIN)
    return tuple(said)


def claimed_size(exhibit: Exhibit) -> str:
    """Like "60000 × 60000", as the file says; empty when it says nothing sensible."""
    sides = [exhibit.facts.get(name, "") for name in ("width", "height")]
    return " × ".join(sides) if all(one.isdecimal() for one in sides) else ""


def has_picture(exhibit: Exhibit) -> bool:
    """Whether there may be something to see of it, and so something to hide."""
    found = exhibit.content.found_type
    return exhibit.distressing or found == "application/pdf" or found.partition("/")[0] in ("image", "video")
