"""What was typed goes to the store: one save after the other, the newest content of each statement last."""

from collections.abc import Callable, Coroutine
from typing import Any

from rvr_console.domain.statement_content import StatementContent
from rvr_console.ui.consultation.doing import Doing

Save = Callable[[str, StatementContent], Coroutine[Any, Any, None]]


class SaveQueue:
    """Nothing typed overtakes itself; what could not be stored waits for the next key. over(statement id): one save came to its end."""

    def __init__(self, doing: Doing, save: Save, over: Callable[[str], None]) -> None:
        self._doing, self._save, self._over = doing, save, over
        self._unsaved: dict[str, StatementContent] = {}
        self._failed: set[str] = set()
        self._idle: list[Callable[[], None]] = []
        self._saving = False

    def __contains__(self, statement_id: str) -> bool:
        """Something of it is not stored."""
        return statement_id in self._unsaved

    def put(self, statement_id: str, content: StatementContent) -> None:
        self._unsaved[statement_id] = content
        self._failed.discard(statement_id)
        self._next()

    def when_idle(self, then: Callable[[], None]) -> None:
        """Once everything typed was stored, or could not be."""
        self._idle.append(then)
        self._next()

    def _next(self) -> None:
        if self._saving:
            return
        waiting = [one for one in self._unsaved.items() if one[0] not in self._failed]
        if not waiting:
            idle, self._idle = self._idle, []
            for then in idle:
                then()
            return
        statement_id, content = waiting[0]
        self._saving = True

        def settled(done: bool) -> None:
            self._saving = False
            if not done:
                self._failed.add(statement_id)
            elif self._unsaved.get(statement_id) == content:
                del self._unsaved[statement_id]
            self._over(statement_id)
            self._next()

        self._doing.do(self._save(statement_id, content), settled=settled)
