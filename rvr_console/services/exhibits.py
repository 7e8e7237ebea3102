"""What is known and logged of exhibits, and who may open them. Nothing here deletes."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from rvr_console.domain.access import Act, User, check
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.exhibit import Exhibit, ExhibitChange, ExhibitState, ListedExhibit, kept_text
from rvr_console.domain.file_check import HOLDS, CheckEnd
from rvr_console.domain.recording import RecordHead
from rvr_console.services.desk import Desk, Work, check_may_read, relation
from rvr_console.services.exhibit_facts import (
    ExhibitPermit,
    keep_listed,
    keep_recovery,
    keep_seal,
    known_exhibit,
    permit_exhibit,
    told,
)

T = TypeVar("T")


class Exhibits:
    """Acts of persons are checked against the role table and logged under their number; the program's own under "console"."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def of_consultation(self, consultation_id: str) -> list[Exhibit]:
        """Oldest first."""

        def read(work: Work, user: User) -> list[Exhibit]:
            check_may_read(work, user, work.consultation(consultation_id))
            return work.tx.exhibits.of_consultation(consultation_id)

        return await self._desk.act(Act.VIEW_RECORDING, consultation_id, read)

    async def get(self, evidence_id: str) -> Exhibit:
        """What is known of it; opening it is `view`."""

        def read(work: Work, user: User) -> Exhibit:
            exhibit = known_exhibit(work, evidence_id)
            check_may_read(work, user, work.consultation(exhibit.consultation_id))
            return exhibit

        return await self._desk.act(Act.VIEW_RECORDING, evidence_id, read)

    async def describe(self, evidence_id: str, text: str) -> Exhibit:
        """The officer's description; earlier ones stay in the store and in the log."""

        def write(work: Work, _user: User, exhibit: Exhibit) -> Exhibit:
            return self._say(
                work,
                exhibit,
                ExhibitChange.DESCRIPTION,
                kept_text(text.strip()),
                CustodyAct.EXHIBIT_DESCRIBED,
            )

        return await self._on_exhibit(Act.CONSULT, evidence_id, write)

    async def mark_distressing(self, evidence_id: str, *, on: bool) -> Exhibit:
        """From then on it is shown only when asked for, with a purpose. By anyone who may view it."""

        def write(work: Work, _user: User, exhibit: Exhibit) -> Exhibit:
            value = "yes" if on else "no"
            return self._say(work, exhibit, ExhibitChange.DISTRESSING, value, CustodyAct.EXHIBIT_MARKED)

        return await self._on_exhibit(Act.VIEW_RECORDING, evidence_id, write)

    async def view(self, evidence_id: str, purpose: str) -> ExhibitPermit:
        """Check, log with the purpose, and only then permit opening. Raises RefusedError without a purpose."""
        return await self._desk.act(
            Act.VIEW_RECORDING,
            evidence_id,
            lambda work, user: permit_exhibit(work, user, evidence_id, purpose, Act.VIEW_RECORDING),
        )

    async def save_copy(self, evidence_id: str, purpose: str, folder: Path) -> ExhibitPermit:
        """As view, for a copy of the original bytes into folder; logged before the copy is made."""
        return await self._desk.act(
            Act.SAVE_COPY,
            evidence_id,
            lambda work, user: permit_exhibit(
                work, user, evidence_id, purpose, Act.SAVE_COPY, folder=str(folder)
            ),
        )

    async def copy_not_made(self, evidence_id: str, why: str, folder: Path) -> None:
        """The copy that was permitted did not come about: the log must not say that there is one."""
        details = {"why": why, "folder": str(folder)}
        await self._desk.note(lambda work: work.log(CustodyAct.COPY_NOT_MADE, evidence_id, **details))

    # --- by the program itself ---
    async def verified(self, evidence_id: str, end: CheckEnd = HOLDS) -> None:
        """What the walk over its whole sealed file found, or that it was stopped."""
        details = {"status": end.status.value, "words": end.words}
        await self._desk.note(lambda work: work.log(CustodyAct.EXHIBIT_VERIFIED, evidence_id, **details))

    async def inspected(self, evidence_id: str, words: str, facts: dict[str, str]) -> Exhibit:
        """What the sandbox read from the original: EXIF, position, length. words: how it went."""

        def keep(work: Work) -> Exhibit:
            known_exhibit(work, evidence_id)
            if facts:
                work.tx.exhibits.add_change(evidence_id, work.at, work.actor, ExhibitChange.FACTS, facts)
            exhibit = told(work, evidence_id)
            flags = sorted(exhibit.flags)
            flagged = f"Flagged: {', '.join(flags).replace('_', ' ')}." if flags else ""
            details = {"words": " ".join(part for part in (words, flagged) if part), "flags": ",".join(flags)}
            work.log(CustodyAct.EXHIBIT_INSPECTED, evidence_id, **{k: v for k, v in details.items() if v})
            return exhibit

        return await self._desk.note(keep)

    async def recovered(self, found: ListedExhibit, head: RecordHead | None, words: str) -> Exhibit | None:
        """Recovery at start closed a file that a crash left open. None: it was incomplete, and is kept as that."""
        return await self._desk.note(lambda work: keep_recovery(work, found, head, words))

    async def listed_again(self, found: ListedExhibit) -> Exhibit | None:
        """An exhibit of the vault that the store does not know is put back. None when nothing was missing, or it cannot be."""
        label, head = found.label, found.head
        if label is None:
            return None

        def keep(work: Work) -> Exhibit | None:
            exhibit = keep_listed(work, label, found.evidence_id)
            if exhibit is None or head is None or found.words:
                return exhibit
            return keep_seal(work, found.evidence_id, head, ExhibitState.SEALED)

        return await self._desk.note(keep)

    async def unstated(self, evidence_ids: Iterable[str]) -> list[str]:
        """Those of the vault's exhibits of which neither the store nor the custody log knows anything yet."""
        wanted = list(evidence_ids)

        def look(work: Work) -> list[str]:
            return [one for one in wanted if not _stated(work, one)]

        return await self._desk.note(look)

    def _say(
        self, work: Work, exhibit: Exhibit, change: ExhibitChange, value: str, act: CustodyAct
    ) -> Exhibit:
        work.tx.exhibits.add_change(exhibit.evidence_id, work.at, work.actor, change, {"value": value})
        work.log(act, exhibit.evidence_id, **{change.value: value})
        return told(work, exhibit.evidence_id)

    async def _on_exhibit(self, act: Act, evidence_id: str, body: Callable[[Work, User, Exhibit], T]) -> T:
        def run(work: Work, user: User) -> T:
            exhibit = known_exhibit(work, evidence_id)
            check(user, act, relation(work, user, work.consultation(exhibit.consultation_id)))
            return body(work, user, exhibit)

        return await self._desk.act(act, evidence_id, run)


def _stated(work: Work, evidence_id: str) -> bool:
    if work.tx.exhibits.get(evidence_id) is not None:
        return True
    return any(entry.act is CustodyAct.EXHIBIT_BROKEN_OFF for entry in work.tx.custody.of(evidence_id))
