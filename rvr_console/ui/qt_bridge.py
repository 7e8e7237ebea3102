"""The only way into the Qt thread: domain events published from any thread arrive here, in order, as calls on the Qt thread."""

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

log = logging.getLogger(__name__)
Event = TypeVar("Event")


class QtBridge(QObject):
    """Implements domain.ports.EventSink. Handlers run on the thread that made the bridge: the Qt thread."""

    _published = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._handlers: dict[type, list[Callable[..., None]]] = defaultdict(list)
        self._published.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def publish(self, event: object) -> None:
        """Safe from any thread; returns at once."""
        self._published.emit(event)

    def subscribe(self, kind: type[Event], handler: Callable[[Event], None]) -> Callable[[], None]:
        """Call handler for each event of this type. Returns what ends the subscription."""
        self._handlers[kind].append(handler)

        def end() -> None:
            if handler in self._handlers[kind]:
                self._handlers[kind].remove(handler)

        return end

    @Slot(object)
    def _deliver(self, event: object) -> None:
        for handler in list(self._handlers[type(event)]):
            try:
                handler(event)
            except (
                Exception
            ):  # main of the Qt thread's event delivery: one screen's mistake must not starve the others
                log.exception("a screen failed on %s", type(event).__name__)
