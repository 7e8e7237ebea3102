"""Drives the real screens as a person does: finds widgets by accessible name, sends mouse and keyboard events, reads what is shown.

It knows widgets only: no service, no storage, no adapter (an import contract holds that).
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QScrollArea, QTabBar, QWidget

POLL_SECONDS = 0.03
MENU_MS = 200


class NotFoundError(Exception):
    """No such widget on the screen within the time a person would wait."""


def shown_widgets() -> Iterator[QWidget]:
    """Every widget that a person can see now."""
    for top in QApplication.topLevelWidgets():
        if top.isVisible():
            yield top
            yield from (w for w in top.findChildren(QWidget) if w.isVisible())


def find(name: str) -> QWidget | None:
    """The visible widget whose accessible name is `name`, or begins with it and goes on with its state ("Mute, off, F2")."""
    begins = None
    for widget in shown_widgets():
        said = widget.accessibleName()
        if said == name:
            return widget
        if begins is None and said.startswith((name + ",", name + ":")):
            begins = widget
    return begins


def names_shown() -> list[str]:
    return sorted({w.accessibleName() for w in shown_widgets() if w.accessibleName()})


def text_shown(text: str) -> bool:
    """True if some visible label or accessible name contains the text."""
    return any(
        text in w.accessibleName()
        or text in w.accessibleDescription()
        or (isinstance(w, QLabel) and text in w.text())
        for w in shown_widgets()
    )


async def from_qt(act: Callable[[], object]) -> None:
    """Act from Qt's own loop, as a person's hand does, never from inside a task: what it opens may have a loop of its own."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def run() -> None:
        try:
            act()
        finally:
            if not done.done():
                done.set_result(None)

    QTimer.singleShot(0, run)
    await done


class Driver:
    """Hands and eyes. Every wait has an end; what was not found is said with what was there instead."""

    def __init__(self, patience: float = 20.0) -> None:
        self._patience = patience

    async def until(self, condition: Callable[[], object], what: str, seconds: float | None = None) -> None:
        """Return once the condition is true. Raises NotFoundError."""
        deadline = time.monotonic() + (seconds or self._patience)
        while not condition():
            if time.monotonic() > deadline:
                raise NotFoundError(
                    f"waited in vain: {what}; on the screen: {', '.join(names_shown())[:1500]}"
                )
            await asyncio.sleep(POLL_SECONDS)

    async def widget(self, name: str, seconds: float | None = None, *, enabled: bool = True) -> QWidget:
        """The widget, once it is visible (and enabled)."""

        def there() -> bool:
            found = find(name)
            return found is not None and (found.isEnabled() or not enabled)

        await self.until(there, f"“{name}”", seconds)
        found = find(name)
        if found is None:
            raise NotFoundError(name)
        self._bring_into_view(found)
        return found

    @staticmethod
    def _bring_into_view(widget: QWidget) -> None:
        parent = widget.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(widget)
            parent = parent.parentWidget()

    async def click(self, name: str, seconds: float | None = None, at: QPoint | None = None) -> None:
        """A left click in the middle (or at a point of the widget). Raises NotFoundError if something lies over it."""
        widget = await self.widget(name, seconds)
        point = at or widget.rect().center()
        top = widget.window()
        hit = top.childAt(widget.mapTo(top, point)) if top is not widget else widget
        if hit is not None and hit is not widget and not widget.isAncestorOf(hit):
            raise NotFoundError(f"“{name}” is covered by “{hit.accessibleName() or type(hit).__name__}”")
        target = hit or widget
        place = target.mapFrom(widget, point) if hit else point
        await from_qt(lambda: QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=place))

    async def type_into(self, name: str, text: str) -> None:
        """Click into a field, then type; each character is a key event."""
        await self.click(name)
        widget = QApplication.focusWidget() or await self.widget(name)
        await from_qt(lambda: QTest.keyClicks(widget, text))

    async def type_instead(self, name: str, text: str) -> None:
        """As `type_into`, in the place of what stands there."""
        await self.click(name)
        await self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        widget = QApplication.focusWidget() or await self.widget(name)
        await from_qt(lambda: QTest.keyClicks(widget, text))

    async def choose(self, button: str, action: str) -> None:
        """An entry of the menu that the button opens. Raises NotFoundError where there is none.

        A menu may have a loop of its own or none, so its click is planned first, and waited for.
        """
        clicked: list[bool] = []
        QTimer.singleShot(MENU_MS, lambda: clicked.append(self._click_entry(action)))
        await self.click(button)
        await self.until(lambda: clicked, f"the menu of “{button}”")
        if not clicked[0]:
            raise NotFoundError(f"no entry “{action}” in the menu of “{button}”")

    async def choose_first(self, button: str) -> None:
        """The first entry of the menu that the button opens."""
        await self.choose(button, "")

    @staticmethod
    def _click_entry(action: str) -> bool:
        """Empty: the first. False: there is no such entry."""
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            return False
        for entry in menu.actions():
            if action in ("", entry.text().split("\t")[0]):
                QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entry).center())
                return True
        menu.close()
        return False

    async def click_tab(self, bar: str, tab: str) -> None:
        """A tab of the named tab bar, by its word."""
        widget = await self.widget(bar)
        if not isinstance(widget, QTabBar):
            raise NotFoundError(f"“{bar}” is not a tab bar")
        place = next((n for n in range(widget.count()) if widget.tabText(n) == tab), None)
        if place is None:
            raise NotFoundError(f"no tab “{tab}” in “{bar}”")
        await self.click(bar, at=widget.tabRect(place).center())

    async def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """A key, to whatever has the focus."""
        target = QApplication.focusWidget() or QApplication.activeWindow()
        if target is None:
            raise NotFoundError("no window has the keyboard")
        await from_qt(lambda: QTest.keyClick(target, key, modifier))

    def text_of(self, name: str) -> str:
        """What a label shows. Raises NotFoundError."""
        widget = find(name)
        if not isinstance(widget, QLabel):
            raise NotFoundError(f"no label “{name}”")
        return widget.text()

    @staticmethod
    def names(beginning: str) -> list[str]:
        """Accessible names of what is visible and called so, from top to bottom of the tree."""
        found = [w.accessibleName() for w in shown_widgets() if w.accessibleName().startswith(beginning)]
        return list(dict.fromkeys(found))

    @staticmethod
    def shows(text: str) -> bool:
        """Whether the text can be read somewhere now."""
        return text_shown(text)

    async def sees(self, text: str, seconds: float | None = None) -> None:
        """Return once the text can be read somewhere."""
        await self.until(lambda: text_shown(text), f"the words “{text}”", seconds)

    async def picture(self, path: Path) -> None:
        """What the window shows, as PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        window = next((w for w in QApplication.topLevelWidgets() if w.isVisible()), None)
        if window is None:
            raise NotFoundError("no window")
        window.grab().save(str(path))
        await asyncio.sleep(0)
