"""Invented incidents: a day's queue to look at, and very many to measure with.

Nobody and no place here exists. Phone numbers are from the range that Ofcom keeps free for drama (07700 900000 to 900999), the
postcodes use letters that Royal Mail does not. Every incident says SAMPLE in its address and in its history.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rvr_console.cad_simulator.uk_time import UK, day_words
from rvr_console.wire.cad_messages import HistoryMessage, IncidentMessage, PersonMessage

SERGEANT = "1186"
_QUESTIONS = (
    "not_an_emergency",
    "suspect_not_present",
    "safe_and_able_to_talk",
    "over_18",
    "agrees_to_video",
    "signal_and_battery",
    "device_with_camera",
)
_HEADINGS = ("threat", "harm", "risk", "investigation", "vulnerability", "engagement")


@dataclass(frozen=True, slots=True)
class _Case:
    """One line of the day. waited, next_in: minutes. thrive: the six headings in order."""

    waited: int
    category: str
    name: str
    place: str
    street: str
    thrive: tuple[str, str, str, str, str, str]
    flags: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    set_fields: dict[str, object] = field(default_factory=dict)
    next_in: int | None = None
    grade: int = 3
    safe_contact: str = "Texts are safe, any time"


_NO_THREAT = "None reported since the incident"
_CASES = (
    _Case(
        50 * 60 + 58,
        "Damage to vehicle",
        "Susan Whitlock",
        "Haverbrook",
        "6 Tannery Row",
        (
            _NO_THREAT,
            "Loss of use of car; no injury",
            "Low. Suspect not known, not nearby",
            "Doorbell footage from number 8",
            "Lives alone, limited mobility",
            "Agrees to video; daughter may join",
        ),
        ("vulnerable",),
        set_fields={"allocated_to": "2302"},
    ),
    _Case(
        47 * 60 + 21,
        "Theft of pedal cycle",
        "Owen Pardew",
        "Castle Ward",
        "21 Bellfounders Court",
        (
            _NO_THREAT,
            "Cycle worth £640; needed for work",
            "Low",
            "Rack covered by two cameras",
            "None stated",
            "Prefers video after 14:00",
        ),
    ),
    _Case(
        45 * 60 + 2,
        "Harassment, messages",
        "Leila Farrand",
        "Upper Lode",
        "3 Weir Cottages",
        (
            "Messages from former partner, none today",
            "Not sleeping; no injury",
            "Medium. Number blocked, new accounts made",
            "Screenshots kept on her phone",
            "Two children at school until 15:15",
            "Call only when the children are out",
        ),
        ("domestic_abuse",),
        set_fields={"contact_note": "Call back"},
        next_in=38,
        safe_contact="Call only; no texts. Not before the agreed time",
    ),
    _Case(
        41 * 60 + 36,
        "Burglary, outbuilding",
        "Graham Tilney",
        "Fenwick St Mary",
        "Old Forge House, Mill Lane",
        (
            _NO_THREAT,
            "Tools taken, about £1,100",
            "Low",
            "Footprints kept dry under a board",
            "None stated",
            "Agrees",
        ),
        set_fields={"contact_attempts": 1, "contact_note": "No answer"},
    ),
    _Case(
        30 * 60 + 7,
        "Damage to front door",
        "Marie Oduya",
        "Haverbrook",
        "Flat 2, 40 Cooper Street",
        (
            "Former partner kicked the door and left",
            "Door does not lock; landlord told",
            "Medium. Staying with her sister",
            "Neighbour in flat 3 saw him",
            "Eight weeks pregnant",
            "Agrees; at her sister's address",
        ),
        ("domestic_abuse",),
    ),
    _Case(
        28 * 60 + 40,
        "Fraud, doorstep",
        "Edwin Marlpit",
        "Kingsmead",
        "17 Almond Close",
        (
            "Caller said he would come again",
            "£350 paid for a roof not mended",
            "Medium",
            "Leaflet and a van's part number plate",
            "83, lives alone, hearing aid",
            "Agrees; speak slowly, captions help",
        ),
        ("vulnerable",),
        set_fields={"contact_attempts": 2, "contact_note": "No answer"},
        next_in=67,
    ),
    _Case(
        26 * 60 + 55,
        "Theft from vehicle",
        "Jo Ketteridge",
        "Northgate",
        "58 Ropewalk",
        (_NO_THREAT, "Laptop bag taken", "Low", "Car park camera, kept 7 days", "None stated", "Agrees"),
    ),
    _Case(
        22 * 60 + 18,
        "Neighbour dispute",
        "Pauline Stedge",
        "Castle Ward",
        "9 Minster View",
        (
            "Shouting over the fence, no threat",
            "None",
            "Low",
            "Diary of dates kept",
            "Asthma",
            "Not asked about video yet",
        ),
        unmet=("agrees_to_video",),
        set_fields={"triage": "to_triage"},
    ),
    _Case(
        19 * 60 + 44,
        "Harassment, phone calls",
        "Tomas Brandreth",
        "Marlow Quay",
        "Apartment 14, Chandlery",
        (
            "Silent calls at night from former husband",
            "Anxious; off work",
            "Medium",
            "Call record from his provider",
            "None stated",
            "Agrees; e-mail the link",
        ),
        ("domestic_abuse",),
    ),
    _Case(
        5 * 60 + 31,
        "Criminal damage, fence",
        "Harriet Nunney",
        "Upper Lode",
        "1 Osier Bank",
        (
            _NO_THREAT,
            "Two panels broken",
            "Low",
            "Photographs taken",
            "None stated",
            "At work until the call back",
        ),
        set_fields={"contact_note": "Call back"},
        next_in=218,
    ),
    _Case(
        3 * 60 + 12,
        "Theft of parcel",
        "Dilip Ravensworth",
        "Kingsmead",
        "76 Orchard Rise",
        (_NO_THREAT, "Parcel worth £85", "Low", "Courier's picture of the step", "None stated", "Agrees"),
    ),
    _Case(
        46,
        "Account, missing person",
        "Bernice Halloway",
        "Northgate",
        "33 St Osyth Road",
        (
            "None to the caller",
            "Brother, 41, not home since last night",
            "Search led by the control room",
            "She spoke with him at 21:00",
            "Very worried",
            "Agrees to give her account on video",
        ),
        unmet=("signal_and_battery",),
        set_fields={"triage": "to_triage"},
    ),
    _Case(
        34,
        "Domestic incident, assault",
        "Carys Penhallow",
        "Marlow Quay",
        "5 Signal Terrace",
        (
            "Partner left on foot, not expected back",
            "Bruised arm, no ambulance wanted",
            "Medium",
            "Pictures of the arm",
            "Children asleep upstairs",
            "Handed over from her 999 call",
        ),
        ("domestic_abuse",),
        grade=2,
        set_fields={"intake": "immediate", "target_seconds": 180, "state": "taken", "taken_by": "2417"},
    ),
    _Case(
        4 * 60 + 5,
        "Domestic incident, threats",
        "Rhona Escott",
        "Castle Ward",
        "12 Fuller's Yard",
        (
            "Former partner was outside when she called",
            "No injury",
            "High",
            "Voice message kept",
            "Alone with a baby",
            "Video was offered; a unit was sent",
        ),
        ("domestic_abuse",),
        grade=2,
        set_fields={"intake": "immediate", "target_seconds": 180, "state": "converted", "taken_by": "2290"},
    ),
)


def _reference(reported_at: datetime) -> str:
    """A log number that grows through the UK day, as in a room with some 700 logs a day."""
    local = reported_at.astimezone(UK)
    return f"{local.hour * 30 + local.minute // 2 + 1:03d} of {day_words(reported_at)}"


def _phone(rng: random.Random) -> str:
    return f"07700 900{rng.randrange(1000):03d}"


def _history(case: _Case, reported_at: datetime, now: datetime) -> list[HistoryMessage]:
    lines = [(reported_at, "SAMPLE: invented people and places. Reported by 101, offered video")]
    if case.set_fields.get("intake") == "immediate":
        lines = [(reported_at, "SAMPLE: invented people and places. Reported by 999, handed over")]
        officer = case.set_fields["taken_by"]
        lines.append((reported_at + timedelta(seconds=40), f"Taken by {officer}"))
        lines.append((reported_at + timedelta(seconds=95), f"Arrived: link sent by {officer}"))
        if case.set_fields["state"] == "converted":
            words = f"Converted to attendance by {officer}: suspect near the address"
            lines.append((reported_at + timedelta(seconds=210), words))
    for attempt in range(int(str(case.set_fields.get("contact_attempts", 0)))):
        lines.append((now - timedelta(hours=5 - attempt), "Contact attempt by 2417: No answer"))
    if case.waited > 24 * 60:
        lines.append((now - timedelta(minutes=32), "THRIVE done again: delay over 24 h"))
    if to := case.set_fields.get("allocated_to"):
        words = f"Sgt {SERGEANT} Ridley allocated to PC {to} Marsh: vulnerable"
        lines.append((now - timedelta(minutes=30), words))
    return [HistoryMessage(at=at, text=text) for at, text in sorted(lines)]


def sample_day(now: datetime, seed: int) -> Iterator[IncidentMessage]:
    """Fourteen incidents as they stand at `now`: one over target, two due soon, four to call back, two to triage, one allocated.

    Two came straight from a 999 caller's line and are with officers. The seed chooses telephone numbers and postcodes.
    """
    rng = random.Random(seed)  # noqa: S311 - invents people, guards nothing
    for case in sorted(_CASES, key=lambda c: -c.waited):
        reported_at = (now - timedelta(minutes=case.waited)).replace(microsecond=0)
        fields: dict[str, object] = {"triage": "suitable"} | case.set_fields
        if "taken_by" in fields:
            fields["taken_at"] = reported_at + timedelta(seconds=40)
            fields["arrived_at"] = reported_at + timedelta(seconds=95)
        if case.next_in is not None:
            fields["next_contact_at"] = (now + timedelta(minutes=case.next_in)).replace(
                second=0, microsecond=0
            )
        postcode = f"HB{rng.randrange(1, 9)} {rng.randrange(1, 9)}{rng.choice('BDFHJ')}{rng.choice('QTY')}"
        raw = {
            "reference": _reference(reported_at),
            "category": case.category,
            "grade": case.grade,
            "reported_at": reported_at,
            "place": case.place,
            "address": f"{case.street}, {case.place} {postcode} (SAMPLE)",
            "person": PersonMessage(
                name=case.name,
                phone=_phone(rng),
                email=f"{case.name.split()[0].lower()}@sample.invalid",
                safe_contact=case.safe_contact,
            ),
            "flags": list(case.flags),
            "thrive": dict(zip(_HEADINGS, case.thrive, strict=True)),
            "suitability": {q: q not in case.unmet for q in _QUESTIONS},
            "history": _history(case, reported_at, now),
            **fields,
        }
        yield IncidentMessage.model_validate(raw)
