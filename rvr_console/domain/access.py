"""Who may do what: one table for the whole console."""

from dataclasses import dataclass
from enum import StrEnum

from rvr_console.errors import AccessDeniedError


class Role(StrEnum):
    OFFICER = "officer"
    SERGEANT = "sergeant"
    DISCLOSURE = "disclosure"
    IT_ADMIN = "it_admin"
    AUDITOR = "auditor"


class Act(StrEnum):
    CONSULT = "consult"  # issue and close link, record, statement, risk form
    TAKE_OVER = "take_over"
    TRIAGE = "triage"
    VIEW_RECORDING = "view_recording"
    SAVE_COPY = "save_copy"
    REVIEW = "review"  # dip sample, evidential review, approve risk grade
    REDACT = "redact"
    APPROVE_REDACTION = "approve_redaction"
    MAKE_BUNDLE = "make_bundle"
    PROPOSE_RETENTION = "propose_retention"
    LEGAL_HOLD = "legal_hold"
    CONFIRM_DISPOSAL = "confirm_disposal"
    MANAGE_USERS = "manage_users"
    MANAGE_TEAM = "manage_team"
    READ_CUSTODY = "read_custody"
    VERIFY_CUSTODY = "verify_custody"
    ALTER_CUSTODY = "alter_custody"
    DELETE_RECORDING = "delete_recording"


class Relation(StrEnum):
    """How the person stands to the case. NONE: no tie to it."""

    OWN = "own"
    TEAM = "team"
    ASSIGNED = "assigned"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class User:
    """collar: the officer's number, also the account's name."""

    collar: str
    name: str
    rank: str
    role: Role
    on_duty: bool = True

    @property
    def title(self) -> str:
        return f"{self.rank} {self.collar} {self.name}".strip()


_OWN, _TEAM, _ASSIGNED, _NONE = Relation.OWN, Relation.TEAM, Relation.ASSIGNED, Relation.NONE
_ALL = frozenset(Relation)
_R, _A = Role, Act
# Evidence specification section 5. An act missing for a role is denied; nobody alters the log or deletes a recording.
TABLE: dict[Role, dict[Act, frozenset[Relation]]] = {
    _R.OFFICER: {
        _A.CONSULT: frozenset({_OWN}),
        _A.VIEW_RECORDING: frozenset({_OWN}),
        _A.SAVE_COPY: frozenset({_OWN}),
        _A.READ_CUSTODY: frozenset({_OWN}),
        _A.VERIFY_CUSTODY: frozenset({_OWN}),
    },
    _R.SERGEANT: {
        _A.CONSULT: frozenset({_OWN}),
        _A.TAKE_OVER: frozenset({_TEAM}),
        _A.TRIAGE: _ALL,
        _A.VIEW_RECORDING: frozenset({_OWN, _TEAM}),
        _A.SAVE_COPY: frozenset({_OWN, _TEAM}),
        _A.REVIEW: frozenset({_TEAM}),
        _A.APPROVE_REDACTION: frozenset({_TEAM}),
        _A.PROPOSE_RETENTION: frozenset({_OWN, _TEAM}),
        _A.LEGAL_HOLD: frozenset({_OWN, _TEAM}),
        _A.CONFIRM_DISPOSAL: frozenset({_TEAM}),
        _A.MANAGE_TEAM: _ALL,
        _A.READ_CUSTODY: frozenset({_OWN, _TEAM}),
        _A.VERIFY_CUSTODY: frozenset({_OWN, _TEAM}),
    },
    _R.DISCLOSURE: {
        _A.VIEW_RECORDING: frozenset({_ASSIGNED}),
        _A.SAVE_COPY: frozenset({_ASSIGNED}),
        _A.REDACT: frozenset({_ASSIGNED}),
        _A.MAKE_BUNDLE: frozenset({_ASSIGNED}),
        _A.PROPOSE_RETENTION: frozenset({_ASSIGNED}),
        _A.LEGAL_HOLD: frozenset({_ASSIGNED}),
        _A.READ_CUSTODY: frozenset({_ASSIGNED}),
        _A.VERIFY_CUSTODY: frozenset({_ASSIGNED}),
    },
    _R.IT_ADMIN: {
        _A.MANAGE_USERS: _ALL,
        _A.VERIFY_CUSTODY: _ALL,
    },
    _R.AUDITOR: {
        _A.CONFIRM_DISPOSAL: _ALL,
        _A.READ_CUSTODY: _ALL,
        _A.VERIFY_CUSTODY: _ALL,
    },
}


def allows(role: Role, act: Act, relation: Relation = Relation.NONE) -> bool:
    """True when the table gives this role this act on a case it stands to in this way."""
    return relation in TABLE[role].get(act, frozenset())


def check(user: User, act: Act, relation: Relation = Relation.NONE) -> None:
    """Raise AccessDeniedError unless allowed; off-duty users cannot act (they may still read the custody log)."""
    if not allows(user.role, act, relation):
        raise AccessDeniedError(
            "Your role does not allow this.",
            kept="Nothing was changed.",
            todo="Ask your sergeant if you need it done.",
        )
    if not user.on_duty and act not in (Act.READ_CUSTODY, Act.VERIFY_CUSTODY):
        raise AccessDeniedError(
            "You are off duty.", kept="Nothing was changed.", todo="Go on duty first, top right."
        )
