"""An act of the officer that fails by a mistake in the program still comes to its end: what waits for it goes on."""

import asyncio

import pytest

from rvr_console.ui.consultation.doing import Doing
from rvr_console.ui.statement.saving import SaveQueue


class Page:
    """No consultation is open."""

    state = None

    def redraw(self) -> None:
        pass


async def test_text_is_stored_again_after_a_save_that_broke() -> None:
    tasks: list[asyncio.Task[None]] = []
    doing = Doing(Page(), Page(), lambda act: tasks.append(asyncio.ensure_future(act)))  # type: ignore[arg-type]
    stored: list[str] = []

    async def save(_statement: str, content: str) -> None:
        if content == "first":
            raise ZeroDivisionError
        stored.append(content)

    saves = SaveQueue(doing, save, lambda _statement: None)  # type: ignore[arg-type]
    saves.put("s", "first")  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        await tasks[0]
    assert "s" in saves, "it is not called stored"
    saves.put("s", "second")  # type: ignore[arg-type]
    await asyncio.gather(*tasks[1:])
    assert stored == ["second"]
