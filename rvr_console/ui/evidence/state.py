"""What the Evidence page knows. Pure values: no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from rvr_console.domain.custody import CustodyEntry
from rvr_console.domain.exhibit import Inspection
from rvr_console.domain.file_check import CheckWatch
from rvr_console.domain.film import OpenFilm
from rvr_console.services.evidence_list import EvidenceItem
from rvr_console.services.exhibit_views import ViewedExhibit
from rvr_console.ui.exhibits.kinds import MADE_HERE


class Stage(Enum):
    CLOSED = auto()
    OPENING = auto()
    SHOWN = auto()


class Show(Enum):
    ALL = "all"
    PERSON = "person"
    MADE = "made"
    RECORDINGS = "recordings"


@dataclass
class Chosen:
    """The one that is looked at. custody: None while it is read, or when this person may not read it.

    whole_incident: custody is that of the whole incident, else of this one alone.

    watch: of the check of its whole file while it is opened. film: a film or sound while it is open; whoever lets it go closes it.

    viewed: what was opened otherwise, and under which permission; inspection: the page of it that is shown. page, side: that which
    is wanted, from 0, and its pixels; turning: it is on its way.
    """

    item: EvidenceItem
    stage: Stage = Stage.CLOSED
    purpose: str = ""
    viewed: ViewedExhibit | None = None
    inspection: Inspection | None = None
    page: int = 0
    side: int = 0
    turning: bool = False
    film: OpenFilm | None = None
    watch: CheckWatch | None = None
    custody: list[CustodyEntry] | None = None
    whole_incident: bool = False

    @property
    def subject(self) -> str:
        """Whose custody entries are shown and saved."""
        return self.item.incident.reference if self.whole_incident else self.item.evidence_id

    def begin(self, purpose: str) -> CheckWatch:
        """It is being opened."""
        self.purpose, self.stage, self.watch = purpose, Stage.OPENING, CheckWatch()
        return self.watch

    def show(self, watch: CheckWatch, film: OpenFilm | None, viewed: ViewedExhibit | None) -> None:
        """What came of the opening that `watch` belongs to; nothing if it was closed meanwhile, or opened again."""
        if watch.stopped or watch is not self.watch:
            if film is not None:
                film.close()
        elif film is not None or viewed is not None:
            self.film, self.viewed, self.stage = film, viewed, Stage.SHOWN
            self.inspection = viewed.inspection if viewed is not None else None

    def shut(self) -> None:
        """Nothing of it is open any more."""
        if self.watch is not None:
            self.watch.stop()
        film, self.film = self.film, None
        if film is not None:
            film.close()
        self.inspection = self.viewed = None
        self.page, self.turning, self.stage = 0, False, Stage.CLOSED


@dataclass
class EvidenceState:
    """The presenter is the only writer."""

    items: list[EvidenceItem] = field(default_factory=list)
    chosen: Chosen | None = None
    copying: bool = False
    bundling: bool = False
    listing: bool = False


def belongs(item: EvidenceItem, show: Show) -> bool:
    made = item.exhibit is not None and item.exhibit.origin.source in MADE_HERE
    return {
        Show.ALL: True,
        Show.PERSON: item.exhibit is not None and not made,
        Show.MADE: made,
        Show.RECORDINGS: item.recording is not None,
    }[show]


def matches(item: EvidenceItem, wanted: str) -> bool:
    """Whether every word is somewhere in what the list shows of it."""
    exhibit = item.exhibit
    said = [item.incident.reference, item.incident.person.name, item.incident.category, item.officer]
    if exhibit is not None:
        said += [str(exhibit.reference), exhibit.description, exhibit.origin.original_name]
        said += [exhibit.content.found_type, exhibit.content.sha256]
    text = " ".join(said).casefold()
    return all(word in text for word in wanted.casefold().split())


def shown(items: Sequence[EvidenceItem], show: Show, wanted: str) -> list[EvidenceItem]:
    return [item for item in items if belongs(item, show) and matches(item, wanted)]
