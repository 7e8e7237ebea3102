"""Signs in through the service and tells the page how it went."""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from rvr_console.domain.access import User
from rvr_console.errors import KnownError

Spawn = Callable[[Coroutine[Any, Any, None]], object]


class SignInService(Protocol):
    async def sign_in(self, collar: str, password: str) -> User:
        """Raises RefusedError (wrong, locked) or another KnownError."""
        ...


class SignInView(Protocol):
    def show_pending(self) -> None: ...

    def show_fault(self, what: str, advice: str) -> None: ...

    def reset(self) -> None: ...


class SignInPresenter:
    """signed_in: called with the person once the service said yes."""

    def __init__(
        self, view: SignInView, service: SignInService, spawn: Spawn, signed_in: Callable[[User], object]
    ) -> None:
        self._view, self._service, self._spawn, self._signed_in = view, service, spawn, signed_in
        self._busy = False

    def sign_in(self, collar: str, password: str) -> None:
        """One attempt at a time."""
        if not self._busy:
            self._busy = True
            self._view.show_pending()
            self._spawn(self._try(collar, password))

    async def _try(self, collar: str, password: str) -> None:
        try:
            user = await self._service.sign_in(collar, password)
        except KnownError as error:
            self._view.show_fault(error.what, " ".join(p for p in (error.kept, error.todo) if p))
            return
        finally:
            self._busy = False
        self._view.reset()
        self._signed_in(user)
