"""Signing in and out, going on and off duty, accounts."""

from dataclasses import replace

from rvr_console.domain.access import Act, User, check
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.repositories import Account, Transaction
from rvr_console.domain.secrets import Passwords
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Desk, Work, local_time

SHORTEST_PASSWORD = 12
_UNKNOWN = "unknown account"  # what was typed is not logged: people type passwords into the wrong field


class SignIn:
    """Local accounts. One person at a time at this desk."""

    def __init__(self, desk: Desk, passwords: Passwords) -> None:
        self._desk = desk
        self._passwords = passwords
        self._nobody = ""

    @property
    def user(self) -> User | None:
        return self._desk.session.user

    async def sign_in(self, collar: str, password: str) -> User:
        """Raises RefusedError: wrong number or password (same words for both), or locked for a time."""
        answer = await self._desk.note(lambda work: self._try(work, collar.strip(), password))
        if isinstance(answer, RefusedError):
            raise answer
        self._desk.session.set(answer)
        return answer

    async def confirm(self, collar: str, password: str) -> User:
        """Who a second person at this desk is, for one act: checked, locked and logged as a sign-in, and the desk stays whose it was.

        Raises RefusedError as `sign_in`, AccessDeniedError when nobody is signed in.
        """
        self._desk.session.require()
        answer = await self._desk.note(lambda work: self._try(work, collar.strip(), password, why="one act"))
        if isinstance(answer, RefusedError):
            raise answer
        return answer

    async def sign_out(self) -> None:
        """Safe to call when nobody is signed in."""
        user = self.user
        if user is None:
            return
        self._desk.session.set(None)
        await self._desk.note(lambda work: work.log(CustodyAct.SIGNED_OUT, user.collar))

    async def set_duty(self, on: bool) -> User:
        """Go on or off duty; off duty nothing can be done but reading."""
        user = self._desk.session.require()
        changed = replace(user, on_duty=on)

        def store(work: Work) -> None:
            account = work.tx.users.get(user.collar)
            if account is not None:
                work.tx.users.put(replace(account, user=changed))
            work.log(CustodyAct.DUTY_CHANGED, user.collar, on="yes" if on else "no")

        await self._desk.note(store)
        self._desk.session.set(changed)
        return changed

    async def has_accounts(self) -> bool:
        return await self._desk.note(lambda work: bool(work.tx.users.all()))

    async def create_first_accounts(self, people: list[tuple[User, str, str]]) -> None:
        """Fill an empty store: (user, team, password). Raises RefusedError when there are accounts already."""

        def create(work: Work) -> None:
            if work.tx.users.all():
                raise RefusedError("There are accounts already.", kept="They were left as they are.")
            for user, team, password in people:
                self._add(work.tx, user, team, password)
                work.log(CustodyAct.ACCOUNT_CREATED, user.collar, role=user.role.value)

        await self._desk.note(create)

    async def create_account(self, user: User, team: str, password: str) -> None:
        """By IT administrators. Raises RefusedError when the number is in use or the password too short."""

        def create(work: Work, actor: User) -> None:
            check(actor, Act.MANAGE_USERS)
            if work.tx.users.get(user.collar) is not None:
                raise RefusedError("This number has an account already.", kept="It was left as it is.")
            self._add(work.tx, user, team, password)
            work.log(CustodyAct.ACCOUNT_CREATED, user.collar, role=user.role.value)

        await self._desk.act(Act.MANAGE_USERS, user.collar, create)

    def _add(self, tx: Transaction, user: User, team: str, password: str) -> None:
        if not user.collar or len(password) < SHORTEST_PASSWORD:
            raise RefusedError(
                f"An account needs a number and a password of at least {SHORTEST_PASSWORD} characters.",
                kept="Nothing was changed.",
            )
        tx.users.put(Account(user, team, self._passwords.hash(password)))

    def _try(self, work: Work, collar: str, password: str, **details: str) -> User | RefusedError:
        """One attempt; a failure is an answer, not an exception, so that its count and entry are kept."""
        account = work.tx.users.get(collar)
        if account is None:
            self._nobody = self._nobody or self._passwords.hash(work.new_id())
            self._passwords.verify(self._nobody, password)  # takes as long as for a known number
            work.log(CustodyAct.SIGN_IN_FAILED, _UNKNOWN)
            return _wrong()
        if account.locked_until is not None and work.at < account.locked_until:
            work.log(CustodyAct.SIGN_IN_FAILED, collar, why="locked")
            return RefusedError(
                f"This account is locked until {local_time(account.locked_until)} after failed attempts.",
                kept="Nothing was changed.",
                todo="Wait until then, or ask IT.",
            )
        if not self._passwords.verify(account.password, password):
            failures = account.failures + 1
            delay = self._passwords.delay_after(failures)
            until = work.at + delay if delay else None
            work.tx.users.put(replace(account, failures=failures, locked_until=until))
            work.log(CustodyAct.SIGN_IN_FAILED, collar, failures=str(failures))
            return _wrong()
        work.tx.users.put(replace(account, failures=0, locked_until=None))
        replace(work, actor=collar).log(CustodyAct.SIGNED_IN, collar, **details)
        return account.user


def _wrong() -> RefusedError:
    return RefusedError(
        "The number or the password is not right.",
        kept="Nothing was changed.",
        todo="Check both and try again.",
    )
