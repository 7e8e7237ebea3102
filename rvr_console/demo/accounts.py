"""Accounts of the sample day: one for each of the five roles. Invented people; marked DEMO wherever they are shown."""

from rvr_console.domain.access import Role, User
from rvr_console.ui.sign_in.page import DemoAccount

TEAM = "northmoor-evr"
_PEOPLE = (
    (User("2417", "Amara Bennett", "PC", Role.OFFICER), "sample-day-officer"),
    (User("2302", "Jo Marsh", "PC", Role.OFFICER), "sample-day-officer"),
    (User("1186", "Tom Ridley", "Sgt", Role.SERGEANT), "sample-day-sergeant"),
    (User("7041", "Dana Okafor", "Disclosure officer", Role.DISCLOSURE), "sample-day-disclosure"),
    (User("9001", "Kit Lowe", "IT", Role.IT_ADMIN), "sample-day-it-admin"),
    (User("8120", "Priya Nair", "Auditor", Role.AUDITOR), "sample-day-auditor"),
)


def first_accounts() -> list[tuple[User, str, str]]:
    """(person, team, password)."""
    return [(user, TEAM, password) for user, password in _PEOPLE]


def demo_accounts() -> tuple[DemoAccount, ...]:
    return tuple(DemoAccount(user.collar, user.title, user.role, password) for user, password in _PEOPLE)
