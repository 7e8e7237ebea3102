"""What the forms' presenter needs of services, page and tab."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rvr_console.domain.record_layout import BlockLayout
from rvr_console.services.form_reading import OpenForm
from rvr_console.services.forms import Forms
from rvr_console.ui.consultation.doing import Doing
from rvr_console.ui.consultation.state import Standing
from rvr_console.ui.risk.state import FormsState


class FormFiles(Protocol):
    async def save(self, form_id: str, folder: str, purpose: str) -> str:
        """PDF and JSON into the folder; the PDF's file name. Logged first. Raises KnownError."""
        ...


@dataclass(frozen=True, slots=True)
class FormServices:
    """files: None where nothing can be saved. collar: who is signed in. needed: ids or kinds of the packs that a case needs, by
    its kind and the policy; None: all are offered alike.
    """

    forms: Forms
    collar: Callable[[], str]
    layouts: Sequence[BlockLayout] = ()
    files: FormFiles | None = None
    needed: Callable[[str], Awaitable[Sequence[str]]] | None = None


class Page(Protocol):
    """The consultation page, as far as a sheet needs it."""

    doing: Doing

    def now(self) -> datetime: ...

    def refresh_soon(self) -> None: ...

    def set_standing(self, key: str, standing: Standing) -> None: ...


class View(Protocol):
    def show_forms(self, state: FormsState) -> None: ...

    def prepare(self, opened: OpenForm, section: str) -> None:
        """Make this section of a form that is shown next; nothing on the screen changes yet."""
        ...

    def go_to(self, item: str) -> None:
        """Bring the item into view with the focus in it."""
        ...

    def ask_raise(self, grade: str) -> None: ...

    def ask_correction(self, question: str) -> None:
        """Why the answer before was wrong; the answer that stands is shown until it is said."""
        ...

    def tell(self, sentence: str) -> None:
        """Something was refused: say it in the tab."""
        ...

    def flush(self) -> None: ...

    def leave_side(self) -> None:
        """The items are shown again."""
        ...

    def to_form_chip(self, kind: str) -> None:
        """The focus goes to this form's chip."""
        ...

    def to_end(self) -> None:
        """The focus goes to what is done with the whole form: complete it, open it again."""
        ...

    def open_first(self) -> None:
        """The focus goes where the next thing is to be done."""
        ...
