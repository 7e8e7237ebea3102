"""Words of the queue page."""

from rvr_console.domain.incident import Flag, Triage

PAGE = "Queue"
TABLE = "Incidents waiting"
WAITING_COUNT = "{count} waiting · oldest first"
OVER_COUNT = "{count} over target"
SOON_COUNT = "{count} due soon"
COLUMNS = ("Waiting ▾", "Target", "Log", "Grade", "Incident", "Flags", "Suitability", "Contact")

SHOW = "Show"
FILTERS = {"all": "All", "ready": "Ready", "call_back": "Call back", "to_triage": "To triage"}
FIND = "Find log or name"
FIND_KEYS = "Ctrl+F"

TAKE_NEXT = "Take next"
TAKING = "Taking…"
NOTHING_TO_TAKE = "nobody ready"
YOUR_NEXT = "Your next incident"
NEXT_ALLOCATED = "{log}, allocated to you"
NEXT_IMMEDIATE = "{log}, on the immediate line"
NEXT_OLDEST = "{log}, waiting longest"
OFF_DUTY = "you are off duty"
NOT_YOURS = "for officers and sergeants"

OVER_TARGET = "Over target"
DUE_IN = "Due in {time}"
IN_TARGET = "In target"
REPORTED = "Reported {time}"
PROVISIONAL = "Kept here, not in CAD"
NO_FLAGS = "None"
FLAGS = {Flag.VULNERABLE: "Vulnerable", Flag.DOMESTIC_ABUSE: "Domestic abuse"}
ALLOCATED = "Allocated"
IMMEDIATE = "Immediate"
TRIAGE = {Triage.SUITABLE: "Suitable", Triage.TO_TRIAGE: "To triage", Triage.RETURNED: "Returned"}
READY = "Ready"
FOR_YOU = "For you"
FOR_OTHER = "For {collar}"
CALL_BACK = "Call back"
TRIED = "{count} of {allowed} tried"
NEXT_AT = "Next {time}"
NOTHING = "—"

FOOT = "The mark on each bar is the target."
UPDATED = "Updated {time}"

NOBODY = "Nobody is waiting"
NOBODY_ADVICE = "New incidents appear here by themselves."
NO_MATCH = "No incident matches"
NO_MATCH_ADVICE = "Change the filter or what you look for."
LOADING = "Reading the queue"
LOADING_ADVICE = "This takes a moment."
CHOOSE = "No incident chosen"
CHOOSE_ADVICE = "Choose a row to see what the control room knows."

THRIVE = "THRIVE"
THRIVE_HEADINGS = {
    "threat": "Threat",
    "harm": "Harm",
    "risk": "Risk",
    "investigation": "Investigation",
    "vulnerability": "Vulnerability",
    "engagement": "Engagement",
}
NOT_RECORDED = "Not recorded"
SUITABILITY = "Suitability"
SUITABILITY_MET = "{met} of {all} met"
QUESTIONS = {
    "not_an_emergency": "Not an emergency",
    "suspect_not_present": "Suspect not present",
    "safe_and_able_to_talk": "Safe and able to talk",
    "over_18": "Over 18",
    "agrees_to_video": "Agrees to video",
    "signal_and_battery": "Signal and battery",
    "device_with_camera": "Device with a camera",
}
ANSWER_YES = "yes"
ANSWER_NO = "no"
ANSWER_NONE = "not asked"
HISTORY = "History"
ENTRIES = "{count} entries"
ONE_ENTRY = "1 entry"
PHONE = "Phone ending {last}"
DETAIL = "Details of {name}, {log}"

TAKE_THIS = "Take this one"
LOG_CONTACT = "Log contact"
OUTCOME = "Outcome of the attempt"
OUTCOMES = (
    ("no_answer", "No answer"),
    ("not_safe", "Not safe to talk"),
    ("wrong_number", "Wrong number"),
    ("call_back", "Call back at an agreed time"),
)
NEXT_TIME = "Next safe time"
NEXT_TIME_HINT = "today, such as 14:30"
NEXT_TIME_WRONG = "Give a time such as 14:30. Nothing is lost."
NEXT_TIME_PAST = "That time has passed. Give a later one."
NEXT_TIME_NEEDED = "Give the agreed time, such as 14:30."
SAVE_CONTACT = "Log it"
CANCEL = "Cancel"

SUITABLE = "Suitable"
RETURN = "Return to dispatch"
RETURN_REASON = "Why it is returned"
RETURN_NEEDED = "Give a reason. Nothing is lost."
ALLOCATE = "Allocate"
ALLOCATE_TO = "Collar number"
ALLOCATE_HINT = "leave empty to lift the allocation"

TAKEN = "{log} is yours."
TRIAGED = "{log} is marked suitable."
RETURNED = "{log} is returned to dispatch."
ALLOCATED_TO = "{log} is allocated to {collar}."
UNALLOCATED = "{log} is no longer allocated."
CONTACT_LOGGED = "The attempt is logged for {log}."
IMMEDIATE_FREE = "Immediate line: nobody waiting"
IMMEDIATE_WAITING = "Immediate line: {count} waiting"

# Local book, while CAD is down
BOOK_ADVICE = "CAD is down. Incidents that come by phone go into the local book; CAD gives them its own number when it is back."
BOOK_OPEN = "New incident"
BOOK_WRITE = "Write into local book"
BOOK_NEEDED = "Needed. Nothing is lost."
BOOK_FIELDS = {
    "category": "Kind of incident",
    "place": "Town or ward",
    "address": "Address",
    "name": "Name of the person",
    "phone": "Phone",
}
BOOK_WRITTEN = "Written into the local book. It is in the queue, with a number that starts with P."
