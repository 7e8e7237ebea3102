"""Words of the consultation page."""

SAFETY = {
    "alone": "Alone?",
    "safe_place": "In a safe place?",
    "who_else": "Who else is there?",
    "suspect_where": "Where is the suspect?",
    "children_where": "Where are the children?",
    "which_device": "Which device for the link?",
    "safe_contact": "Safe contact",
    "safe_times": "Safe times",
}
SAFETY_TITLE = "Safety questions"
SAFETY_HINT = "Ask by phone before anything else. Stored as you type."
WHERE_NOW = "Where is the person now?"
WHERE_HINT = "Say the address aloud and have it confirmed"
CONFIRMED_ALOUD = "Confirmed aloud"
SOURCES = {"said_aloud": "said aloud", "browser": "phone location", "officer": "written by the officer"}

LINK = "Link"
LINK_NOT_SENT = "No link yet"
LINK_ADVICE = "Answer the safety questions, then send the link. Sending it tells CAD that you have arrived."
READ_OUT = "Read out, four at a time"
READ_OUT_AT = "at {host}. No letters i, l, o or u are used."
COPY_LINK = "Copy link"
COPIED = "Copied. The link is for this person only."
ARRIVED_AT = "Arrived {time}"
CAD_TOLD = "CAD was told when the link was sent"

NOTES_TITLE = "Notes"
NOTE_FIELD = "Write a note"
ADD_NOTE = "Add note"
NO_NOTES = "No notes yet"
NO_NOTES_ADVICE = "Write what you see and hear. Each note keeps its time and its place in the recording."

CAD_TITLE = "CAD log"
CAD_FIELD = "Log update"
SEND_UPDATE = "Send to CAD"
NO_CAD = "Nothing sent to CAD yet"
NO_CAD_ADVICE = "Taking the incident, sending the link and closing are sent by themselves."
CAD_STATES = {"pending": "Waiting for CAD", "done": "In CAD", "refused": "Refused"}
CAD_VERBS = {
    "triaged": "Triaged",
    "returned": "Returned to dispatch",
    "allocated": "Allocated",
    "self_dispatched": "Self-dispatched",
    "arrived": "Arrived: link sent",
    "log_update": "Log update",
    "contact_attempt": "Contact attempt",
    "converted_to_attendance": "Converted to attendance",
    "resourced_back": "Resource back",
    "result_codes": "Result codes",
    "closed": "Closed",
    "reopened": "Reopened",
}

CLOSE_TITLE = "Close"
CLOSE_NOT_YET = "End the call first"
CLOSE_NOT_YET_ADVICE = (
    "Resource back, result codes and CAD close follow once the call has ended and its link is closed."
)
OUTCOME = "What was done"
RESULT_CODES = "Result codes"
RESULT_HINT = "separated by commas"
SUBMIT = "Submit for review"
SUBMITTED = "Submitted for review"
SUBMITTED_ADVICE = "A sergeant reviews every case within 24 hours of the call."
MISSING_OUTCOME = "Write what was done. Nothing is lost."

TABS = {"safety": "Safety", "link": "Link", "notes": "Notes", "cad": "CAD log", "close": "Close"}
TAB_BAR = "Paperwork"
TODO_TABS = {"safety": "safety", "notes": "notes", "cad": "cad"}

CONVERT = "Convert to attendance"
CONVERT_REASON = "Why is somebody needed there?"
CONVERT_SEND = "Send somebody now"
CONVERTED = "Converted to attendance"
CONVERTED_ADVICE = "CAD has been asked to send somebody. Keep the link open until help is there."
KEEP_VIDEO = "Keep video"
MISSING_REASON = "Give a reason. Nothing is lost."

NEXT_WAITING_DEVICE = ("Admit device", "nobody there yet")
NEXT_CONNECTING = ("Connecting…", "about 3 s")
NEXT_CONSENT = ("Waiting for agreement", "asked on the phone")
NEXT_RETURN = ("Waiting for return", "same link")
NEXT_NOTHING = ("Nothing to do", "submitted")
NEXT_SEND = "Send link"
NEXT_ADMIT = "Admit device"
NEXT_RESUME = "Resume call"
NEXT_SAFETY = "Next: safety, question {n}"
NEXT_NOTE = "Next: notes"
NEXT_IN_CALL = "In the call"
NEXT_IN_CALL_WHY = "end it to submit"
NEXT_SUBMIT = "Submit for review"
NEXT_DECIDE = ("Decide about recording", "left")

STAGE_NOT_SENT = "No link has been sent"
STAGE_NOT_SENT_ADVICE = "The waiting room opens when you send the link."
STAGE_SENT = "Link sent"
STAGE_SENT_ADVICE = (
    "Nobody is in the waiting room yet. Stay on the phone and read the link out if it does not arrive."
)
STAGE_WAITING = "A device is in the waiting room"
STAGE_FIRST = "First device on this link. You see and hear each other when you admit it; recording is announced at once."
STAGE_WORDS = "Ask {name} to read these four words. They must match."
STAGE_CHECK = "Device check, run on the phone"
STAGE_CONNECTING = "Connecting…"
STAGE_DROPPED = "Picture and sound are gone"
STAGE_DROPPED_ADVICE = "The link stays open. When {name} opens it again, the call goes on by itself."
STAGE_ENDED = "The call has ended and its link is closed"
STAGE_ENDED_ADVICE = "The recording is sealed. Complete the close on the right."
MESSAGE = "Message to the waiting room"
MESSAGE_CALL = "Message"
SEND = "Send"
YOU = "You"

SECOND = "Another device is asking to join."
SECOND_ADVICE = "{browser}. The first stays in the call; this one sees and hears nothing."
SECOND_REFUSE = "Refuse it"
REFUSED = "{name} does not agree to the recording."
REFUSED_REASON = "Your decision and reason"
RECORD_ALL_THE_SAME = "Record all the same"
GO_ON_UNRECORDED = "Go on without recording"
SECURE = "Secure, both ends confirmed"
NOT_SECURE = "Not yet secure"
MARKER = "Marker"
MARKED = "Marker set"
LEFT_BY_EXIT = "{name} left by “Exit this page”. The link stays open."

EMPTY = "No consultation is open"
EMPTY_ADVICE = "Take the next incident from the queue."
STARTS_LATER = "Starts when the victim has answered the announcement"
