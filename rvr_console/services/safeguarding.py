"""Safeguarding in a consultation: advice, measures, referrals with their clocks, and disclosures that go by word of mouth only."""

from rvr_console.domain.access import Act, Relation, User, check
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.policy import Choice, SafeguardingPolicy
from rvr_console.domain.safeguarding import (
    CoveredRecord,
    EntryKind,
    MessageCheck,
    ReferralBasis,
    RestrictedRecord,
    SafeguardingEntry,
    SafeguardingFile,
    cover,
    file_of,
    referrals_of,
)
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Desk, Work, check_may_read, needs_words, relation
from rvr_console.services.values import ChecklistItem, CheckState

OWN_WORDS = "own"  # key of an entry that is not in the policy's list
MAX_WORDS, MAX_DISCLOSURE = 2000, 20000  # characters
REMEMBERED = 24  # messages of a case looked at together: a text can be sent in small pieces


class Safeguarding:
    """Each act and its custody entry are one transaction; the log names entries by id and key, never by their words."""

    def __init__(self, desk: Desk, policy: SafeguardingPolicy) -> None:
        self._desk = desk
        self.policy = policy

    async def read(self, consultation_id: str) -> SafeguardingFile:
        """Everything of this case; restricted records covered."""

        def read(work: Work, user: User) -> SafeguardingFile:
            consultation = work.consultation(consultation_id)
            check_may_read(work, user, consultation)
            return file_of(
                self.policy,
                work.incident(consultation.incident),
                consultation.started_at,
                work.tx.safeguarding.entries(consultation_id),
                work.tx.safeguarding.restricted([consultation_id]),
                enhanced=self._enhanced(work, consultation),
            )

        return await self._desk.act(Act.CONSULT, consultation_id, read)

    def _enhanced(self, work: Work, consultation: Consultation) -> bool:
        """Whether a form of this case says so; the incident's flags are looked at besides."""
        wanted = self.policy.enhanced_answer
        if wanted is None:
            return False
        forms = work.tx.forms.of_consultation(consultation.id)
        answers = [form.answers.get(wanted.item) for form in forms if form.pack_id == wanted.pack]
        return any(answer is not None and answer.value == wanted.value for answer in answers)

    # --- what was done ---
    async def give_advice(self, consultation_id: str, key: str, words: str = "") -> SafeguardingEntry:
        """key: of the policy's list, or "own" with words. Raises RefusedError."""
        return await self._add_listed(consultation_id, EntryKind.ADVICE, self.policy.advice, (key, words))

    async def take_measure(self, consultation_id: str, key: str, words: str = "") -> SafeguardingEntry:
        return await self._add_listed(consultation_id, EntryKind.MEASURE, self.policy.measures, (key, words))

    async def refer(
        self, consultation_id: str, to: str, basis: ReferralBasis, reason: str = "", words: str = ""
    ) -> SafeguardingEntry:
        """to: key of a recipient, or "own" with words. Without consent it needs a reason. Sent by an act of its own."""
        if basis is ReferralBasis.WITHOUT_CONSENT:
            needs_words(reason, "Say why the referral is made without consent.")
        return await self._add_listed(
            consultation_id, EntryKind.REFERRAL, self.policy.recipients, (to, words), basis, reason
        )

    async def referral_sent(self, consultation_id: str, referral_id: str) -> SafeguardingEntry:
        """The officer has sent it. Raises RefusedError: no such referral, declined, or sent before."""

        def send(work: Work, _user: User, consultation: Consultation) -> SafeguardingEntry:
            found = referrals_of(work.tx.safeguarding.entries(consultation.id))
            known = [referral for referral in found if referral.entry.id == referral_id]
            if not known or not known[0].open:
                raise RefusedError("This referral is not waiting to be sent.", kept="Nothing was changed.")
            entry = _entry(work, consultation, EntryKind.REFERRAL_SENT, about=referral_id)
            work.tx.safeguarding.add(entry)
            work.log(CustodyAct.REFERRAL_SENT, consultation.id, id=referral_id, to=known[0].entry.key)
            return entry

        return await self._desk.on_case(Act.CONSULT, consultation_id, send)

    async def victim_updated(self, consultation_id: str, words: str) -> SafeguardingEntry:
        """The victim was told how the case stands."""

        def add(work: Work, _user: User, consultation: Consultation) -> SafeguardingEntry:
            said = _bounded(needs_words(words, "Say what the person was told."), MAX_WORDS)
            return _keep(work, _entry(work, consultation, EntryKind.VICTIM_UPDATED, words=said))

        return await self._desk.on_case(Act.CONSULT, consultation_id, add)

    async def _add_listed(
        self,
        consultation_id: str,
        kind: EntryKind,
        choices: tuple[Choice, ...],
        said: tuple[str, str],
        basis: ReferralBasis | None = None,
        reason: str = "",
    ) -> SafeguardingEntry:
        key, words = said[0], _bounded(said[1].strip(), MAX_WORDS)

        def add(work: Work, _user: User, consultation: Consultation) -> SafeguardingEntry:
            label = _label(choices, key)
            what = label or needs_words(words, "Say in your own words what it is.")
            more = words if label else ""
            return _keep(
                work,
                _entry(
                    work, consultation, kind, key=key, what=what, words=more,
                    basis=basis, reason=_bounded(reason.strip(), MAX_WORDS),
                ),
            )  # fmt: skip

        return await self._desk.on_case(Act.CONSULT, consultation_id, add)

    # --- disclosures ---
    async def record_disclosure(self, consultation_id: str, key: str, text: str) -> CoveredRecord:
        """What was disclosed by word of mouth. key: of the policy's disclosures. Nothing of it can be sent to the person."""

        def add(work: Work, _user: User, consultation: Consultation) -> CoveredRecord:
            what = _label(self.policy.disclosures, key)
            if not what:
                raise RefusedError("Say under which right it was disclosed.", kept="Nothing was changed.")
            written = _bounded(needs_words(text, "Write what was disclosed."), MAX_DISCLOSURE)
            record = RestrictedRecord(
                work.new_id(), consultation.id, work.at, work.actor, key, what, written, work.new_id()
            )
            work.tx.safeguarding.add_restricted(record)
            work.log(
                CustodyAct.RESTRICTED_RECORDED, consultation.id, id=record.id, key=key, sha256=record.digest
            )
            return cover(record)

        return await self._desk.on_case(Act.CONSULT, consultation_id, add)

    async def show_disclosure(self, consultation_id: str, record_id: str, purpose: str) -> str:
        """Its text, for the screen alone. Logged with the purpose. For the officer of the case and the team's sergeant."""

        def show(work: Work, user: User) -> str:
            consultation = work.consultation(consultation_id)
            stands = relation(work, user, consultation)
            check(user, Act.CONSULT if stands is Relation.OWN else Act.REVIEW, stands)
            why = needs_words(purpose, "Say what you open it for.")
            for record in work.tx.safeguarding.restricted([consultation_id]):
                if record.id == record_id:
                    work.log(CustodyAct.RESTRICTED_VIEWED, consultation_id, purpose=why, id=record_id)
                    return record.text
            raise RefusedError("There is no such record.", kept="Nothing was changed.")

        return await self._desk.act(Act.CONSULT, consultation_id, show)


class OutgoingWords:
    """Looks at every text of the officer's that leaves for the person: chat, a message with the link, a request."""

    def __init__(self, desk: Desk, policy: SafeguardingPolicy) -> None:
        self._desk = desk
        self._check = MessageCheck(policy.run_words, policy.run_letters)
        self._sent: dict[str, list[str]] = {}

    async def let_out(self, consultation_id: str, text: str, channel: str) -> None:
        """Return when it may be sent. Raises RefusedError when it carries a restricted record of this incident; that is logged.

        channel: "chat", "sms" or "email". The refusal says nothing of the record but that there is one.
        """
        before = self._sent.setdefault(consultation_id, [])

        def look(work: Work, _user: User, consultation: Consultation) -> bool:
            cases = [one.id for one in work.tx.consultations.of_incident(consultation.incident)]
            for record in work.tx.safeguarding.restricted(cases):
                if self._check.carries(record.text, text, before):
                    work.log(CustodyAct.RESTRICTED_HELD_BACK, consultation_id, id=record.id, channel=channel)
                    return True
            return False

        if await self._desk.on_case(Act.CONSULT, consultation_id, look):
            raise RefusedError(
                "This message carries words of a restricted disclosure and was not sent.",
                kept="Nothing left this desk; what you wrote is still in the line.",
                todo="A disclosure is told aloud, never by chat, SMS or e-mail. Write the message in other words.",
            )
        before.append(text)
        del before[:-REMEMBERED]


def safeguarding_item(work: Work, consultation: Consultation) -> ChecklistItem:
    """Its line of "Still to do": done once advice was given and every referral made is sent."""
    entries = work.tx.safeguarding.entries(consultation.id)
    advice = sum(entry.kind is EntryKind.ADVICE for entry in entries)
    measures = sum(entry.kind is EntryKind.MEASURE for entry in entries)
    referrals = referrals_of(entries)
    waiting = sum(referral.open for referral in referrals)
    counts = (("advice", advice), ("measures", measures), ("referrals", len(referrals)))
    words = ", ".join(f"{what} {n}" for what, n in counts if n).capitalize()
    if waiting:
        words = f"{waiting} {'referral' if waiting == 1 else 'referrals'} to send"
    if advice and not waiting:
        state = CheckState.DONE
    else:
        state = CheckState.UNDER_WAY if words else CheckState.NOT_STARTED
    return ChecklistItem("safeguarding", "Safeguarding", state, words or "No advice given yet")


def _label(choices: tuple[Choice, ...], key: str) -> str:
    """Empty for own words. Raises RefusedError for a key that the policy does not have."""
    for choice in choices:
        if choice.key == key:
            return choice.label
    if key != OWN_WORDS:
        raise RefusedError("The policy has no such entry.", kept="Nothing was changed.")
    return ""


def _bounded(text: str, most: int) -> str:
    if len(text) > most:
        raise RefusedError(
            f"This is too long: at most {most} characters.", kept="What you wrote is still in the field."
        )
    return text


def _entry(
    work: Work,
    consultation: Consultation,
    kind: EntryKind,
    *,
    key: str = "",
    what: str = "",
    words: str = "",
    basis: ReferralBasis | None = None,
    reason: str = "",
    about: str = "",
) -> SafeguardingEntry:
    return SafeguardingEntry(
        work.new_id(), consultation.id, work.at, work.actor, kind, key, what, words, basis, reason, about
    )


def _keep(work: Work, entry: SafeguardingEntry) -> SafeguardingEntry:
    work.tx.safeguarding.add(entry)
    details = {"id": entry.id, "kind": entry.kind.value, "key": entry.key}
    if entry.basis is not None:
        details["basis"] = entry.basis.value
    work.log(CustodyAct.SAFEGUARDING_ADDED, entry.consultation_id, **details)
    return entry
