"""Signing in and out, going on and off duty, accounts."""

from rvr_console.domain.access import User
from rvr_console.domain.repositories import Passwords
from rvr_console.services.desk import Desk


class SignIn:
    """Local accounts. One person at a time at this desk."""

    def __init__(self, desk: Desk, passwords: Passwords) -> None:
        self._desk = desk
        self._passwords = passwords

    @property
    def user(self) -> User | None:
        return self._desk.session.user

    async def sign_in(self, collar: str, password: str) -> User:
        """Raises RefusedError: wrong number or password (same words for both), or locked for a time."""
        raise NotImplementedError

    async def sign_out(self) -> None:
        raise NotImplementedError

    async def set_duty(self, on: bool) -> User:
        """Go on or off duty; off duty nothing can be done but reading."""
        raise NotImplementedError

    async def has_accounts(self) -> bool:
        raise NotImplementedError

    async def create_first_accounts(self, people: list[tuple[User, str, str]]) -> None:
        """Fill an empty store: (user, team, password). Raises RefusedError when there are accounts already."""
        raise NotImplementedError

    async def create_account(self, user: User, team: str, password: str) -> None:
        """By IT administrators. Raises RefusedError when the number is in use or the password too short."""
        raise NotImplementedError
