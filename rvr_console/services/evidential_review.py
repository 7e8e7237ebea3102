"""A sergeant's evidential review of every incident within 24 hours of the call."""

from dataclasses import replace
from datetime import timedelta

from rvr_console.domain.access import Act, Relation, User, allows, check
from rvr_console.domain.consultation import Consultation, ConsultationState
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.repositories import Review, ReviewOutcome
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Desk, Work, needs_words, relation
from rvr_console.services.values import ReviewItem

DUE_AFTER = timedelta(hours=24)
TOLD_NEEDED = "the outcome type and how the victim was told"


class EvidentialReview:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list_waiting(self) -> list[ReviewItem]:
        """Submitted by the team and not yet reviewed, shortest time first."""

        def read(work: Work, user: User) -> list[ReviewItem]:
            check(replace(user, on_duty=True), Act.REVIEW, Relation.TEAM)
            found = []
            for consultation in work.tx.consultations.in_state(ConsultationState.SUBMITTED):
                stands = relation(work, user, consultation)
                if stands is Relation.OWN or allows(user.role, Act.REVIEW, stands):
                    found.append(_item(work, consultation, own=stands is Relation.OWN))
            return sorted(found, key=lambda item: item.due_at)

        return await self._desk.act(Act.REVIEW, "review", read)

    async def record(
        self, consultation_id: str, outcome: ReviewOutcome, plan: str, feedback: str = ""
    ) -> Review:
        """Exactly one outcome, never of one's own work. Raises RefusedError, AccessDeniedError.

        plan: for A, B and C the investigation plan; for D the outcome type, and how the victim was told. None goes without.
        """

        def keep(work: Work, user: User, consultation: Consultation) -> Review:
            if consultation.state is not ConsultationState.SUBMITTED:
                raise RefusedError("This case is not waiting for review.", kept="Nothing was changed.")
            needed = TOLD_NEEDED if outcome is ReviewOutcome.D else "an investigation plan"
            written = needs_words(plan, f"Outcome {outcome.value} needs {needed}.")
            review = Review(consultation_id, outcome, written, feedback.strip(), user.collar, work.at)
            work.tx.reviews.add(review)
            work.log(CustodyAct.REVIEW_OUTCOME, consultation_id, outcome=outcome.value)
            work.keep(replace(consultation, state=ConsultationState.REVIEWED))
            return review

        return await self._desk.on_case(Act.REVIEW, consultation_id, keep)


def _item(work: Work, consultation: Consultation, *, own: bool) -> ReviewItem:
    began = consultation.ended_at or consultation.submitted_at or consultation.started_at
    due_at = began + DUE_AFTER
    officer = work.tx.users.get(consultation.officer)
    return ReviewItem(
        consultation=consultation,
        incident=work.incident(consultation.incident),
        due_at=due_at,
        due_in=due_at - work.at,
        own=own,
        officer_title=officer.user.title if officer else consultation.officer,
        review=work.tx.reviews.get(consultation.id),
        without=tuple(work.tx.safeguarding.closed_without(consultation.id)),
    )
