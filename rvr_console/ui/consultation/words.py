"""Words of the consultation page."""

SAFETY_TITLE = "Safety questions"
LINK_FIRST = "Send link before these are answered…"
LINK_FIRST_ASK = "Send the link now? {n} safety questions are not answered."
LINK_FIRST_ONE = "Send the link now? One safety question is not answered."
LINK_FIRST_WHY = "Why the link goes first"
LINK_FIRST_NOW, LINK_FIRST_KEEP = "Send link now", "Ask first"
SAFETY_HINT = "Ask by phone before anything else. Stored as you type."
SAFETY_STORED = "Stored {time}"
SAFETY_ANSWERED, SAFETY_OPEN = "answered", "not answered"
SAFETY_ASK = "Answer"
KIND = "Kind of consultation"
WHERE_NOW = "Where is the person now?"
WHERE_HINT = "Say the address aloud and have it confirmed"
WHERE_CONFIRMED, WHERE_OPEN = "confirmed", "not confirmed yet"
CONFIRMED_ALOUD = "Confirmed aloud"
SOURCES = {"said_aloud": "said aloud", "browser": "phone location", "officer": "written by the officer"}

LINK = "Link"
LINK_NOT_SENT = "No link yet"
LINK_ADVICE = "Answer the safety questions, then send the link. Sending it tells CAD that you have arrived."
LINK_CLOSED_ADVICE = "It can never be opened again, by nobody."
READ_OUT = "Read out, four at a time"
READ_OUT_AT = "at {host}. No letters i, l, o or u are used."
COPY_LINK = "Copy link"
COPIED = "Copied. The link is for this person only."
ARRIVED_AT = "Arrived {time}"
CAD_TOLD = "CAD was told when the link was sent"

NOTES_TITLE = "Notes"
NOTE_FIELD = "Write a note"
ADD_NOTE = "Add note"
ADD_NOTE_TIP = "Add note (Shift+Enter)"
NOTE_HINT = "Shift+Enter adds it. A note is never changed afterwards."
NOTE_AT = "at {at} of the recording"
STORED = "Stored {time}"
NO_NOTES = "No notes yet"
NO_NOTES_ADVICE = "Write what you see and hear. Each note keeps its time and its place in the recording."

CAD_TITLE = "CAD log"
CAD_FIELD = "Log update"
SEND_UPDATE = "Send to CAD"
NO_CAD = "Nothing sent to CAD yet"
NO_CAD_ADVICE = "Taking the incident, sending the link and closing are sent by themselves."
CAD_STATES = {"pending": "Waiting for CAD", "done": "In CAD", "refused": "Refused"}
CAD_REFUSED_WHY = "CAD says: {reason}. It is not in CAD; what you did here is kept. Tell dispatch by radio."
CAD_TRIED = "Tried {times}; it is kept here and goes by itself."
TIMES_ONE, TIMES = "once", "{n} times"
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
WITHOUT_TITLE = "Closing without"
WITHOUT_ADVICE = "This case needs them. Do them, or say why not; the sergeant who reviews sees it."
WITHOUT = "Why without {label}"
MISSING_WITHOUT = "Say why it is not done. Nothing is lost."
MISSING_CODES = "Give at least one result code. Nothing is lost."
MISSING_OUTCOME = "Write what was done. Nothing is lost."

TABS = {
    "safety": "Safety",
    "link": "Link",
    "notes": "Notes",
    "evidence": "Evidence",
    "cad": "CAD log",
    "close": "Close",
}
TABS_SENT, TABS_NOT_SENT = "sent", "not sent"
TAB_BAR = "Paperwork"
WIDE_TABS = frozenset({"statement"})
TODO_TABS = {"safety": "safety", "evidence": "evidence", "notes": "notes", "cad": "cad"}

CONVERT = "Convert to attendance"
CONVERT_KEYS = "Ctrl+Shift+A"
CONVERT_TIP = "Convert to attendance (Ctrl+Shift+A)"
OFF = "off"
DISMISS = "Dismiss"
CONVERT_REASON = "Why is somebody needed there?"
CONVERT_DONE, CONVERT_OVER = "CAD has been asked", "the consultation has ended"
RECORDING_AGREED = "Picture and sound · {name} agreed"
RECORDING_DECIDED = "Picture and sound · recorded by your decision"
RECORDING_ASKED = "Picture and sound"
CONVERT_SEND = "Send somebody now"
CONVERTED = "Converted to attendance"
CONVERTED_FACT = "Converted to attendance."
CONVERTED_ADVICE = "CAD has been asked to send somebody. Keep the link open until help is there."
KEEP_VIDEO = "Keep video"

NEXT_WAITING_DEVICE = ("Admit device", "nobody there yet")
NEXT_CONNECTING = ("Connecting…", "about 3 s")
NEXT_CONSENT = ("Waiting for agreement", "asked on the phone")
NEXT_RETURN = ("Waiting for return", "same link")
NEXT_NOTHING = ("Nothing to do", "submitted")
NEXT_ANOTHER = ("Take another", "from the queue")
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
STAGE_SINCE = "since {time} · {length}"
STAGE_PREVIEW = "You, preview"
STAGE_NO_PREVIEW = "Your camera starts here"
NO_CHECKS = "This device reports no checks. Ask what the phone shows."
FOUR_WORDS = "Four words: {words}"
STAGE_CONNECTING = "Connecting…"
STAGE_CONNECTING_ADVICE = "Both ends compare what they see before picture and sound are let through."
STAGE_DROPPED = "Picture and sound are gone"
STAGE_DROPPED_ADVICE = (
    "What was recorded is kept; the gap is stated in the recording. The link stays open: "
    "when {name} opens it again, the call goes on by itself. If there is danger, convert to attendance."
)
STAGE_RESTARTED = "The console was started again"
STAGE_LEFT_BY_EXIT = "{name} left by “Exit this page”"
STAGE_LEFT_ADVICE = (
    "Exit may mean that somebody came in. What was recorded is kept and the link stays open. "
    "Use the safe contact, or convert to attendance."
)
STAGE_BACK = "{name} is coming back…"
STAGE_BACK_ADVICE = "Same link, same device. Recording goes on by itself."
STAGE_PAUSED = "Paused: neither picture nor sound is sent or recorded"
STAGE_GIVEN_BACK = "The incident is back in the queue"
STAGE_GIVEN_BACK_ADVICE = (
    "The contact attempt is in the log and with CAD. Take another incident from the queue."
)
STAGE_ENDED = "The call has ended and its link is closed"
STAGE_ENDED_ADVICE = "The recording is sealed. Complete the close on the right."
MESSAGES = "Messages"
MESSAGE = "Message to the waiting room"
MESSAGE_CALL = "Message"
SEND = "Send"
YOU = "You"

SECOND = "Another device is asking to join."
SECOND_ADVICE = "{browser}. The first stays in the call; this one sees and hears nothing."
SECOND_ALONE = (
    "{browser}. It sees and hears nothing; only the first device, which is away, can come back on this link."
)
SECOND_REFUSE = "Refuse it"
REFUSED = "{name} does not agree to the recording."
REFUSED_REASON = "Your decision and reason"
RECORD_ALL_THE_SAME = "Record all the same"
GO_ON_UNRECORDED = "Go on without recording"
SECURE = "Secure, both ends confirmed"
NOT_SECURE = "Not yet secure"
NO_CONNECTION = "No connection"
PHONE_MUTED = "Muted on the phone"
PHONE_CAMERA_OFF = "Camera off on the phone"
PICTURE_OF = "Picture of {name}"
OWN_PICTURE = "Your own picture"
CLOSE_CHAT = "Close chat"
CHAT_NEW = "Chat, {n} new"
MARKER = "Marker"
MARKED = "Marker set"

CONTACT_NOT_SAFE = "Not safe to talk"
CONTACT_NONE = "No contact…"
CONTACT_QUESTION = "What came of it?"
CONTACT_NOT_SAFE_ASK = "Not safe to talk: give {name} back to the queue?"
CONTACT_CHOICES = {
    "no_answer": "No answer",
    "wrong_number": "Wrong number",
    "call_back": "Call back later",
    "not_safe": "Not safe to talk",
}
CONTACT_TIME = "Call again at"
CONTACT_TIME_HINT = "such as 14:30, today; empty if not agreed"
CONTACT_TIME_NEEDED = "Write the agreed time, such as 14:30. Nothing is lost."
CONTACT_TIME_WRONG = "This is no time of day. Write it as 14:30. Nothing is lost."
CONTACT_TIME_PAST = "This time is over. Write a later one. Nothing is lost."
CONTACT_GIVE_BACK = "Log it and give back"
CONTACT_KEEP = "Go on trying"
CONTACT_LINK_CLOSES = "The link is closed with it."
CLOSE_LINK = "Close link…"
CLOSE_LINK_ASK = "Close the link for ever?"
CLOSE_LINK_ADVICE = "The consultation ends without a call. The answers and notes are kept."
CLOSE_LINK_NOW = "Close link now"
CLOSE_LINK_KEEP = "Leave it open"
BEFORE_BAR = "Before the call"

SAID = {
    "link_sent": "Link sent",
    "device_waiting": "A device is in the waiting room",
    "connecting": "Connecting",
    "live": "Call connected, both ends confirmed",
    "paused": "Call paused",
    "dropped": "Picture and sound are gone. The link stays open",
    "ended": "Call ended, link closed",
    "submitted": "Submitted for review",
    "given_back": "The incident is back in the queue",
}
SAID_CHAT = "{name} writes: {text}"

EMPTY = "No consultation is open"
EMPTY_ADVICE = "Take the next incident from the queue."
MARK_ARRIVED = "Arrived"
MARK_AGREED = "Agreed, recorded"
MARK_RECORDED = "Recorded by decision"
MARK_PAUSED = "Paused"
MARK_DROPPED = "Dropped"
MARK_NOTE = "Note"
MARK_CLOSED = "Link closed"
MARK_SECOND = "Another device"
MARK_RESTARTED = "Console restarted"
MARK_LEFT = "Left"
MARK_LEFT_EXIT = "Left by “Exit this page”"
SPAN_SEALED = "Sealed"
SPAN_PAUSE = "Pause"
SPAN_GAP = "Gap {length}"
SPAN_BACK = "Back on the same link after {length}"
NOT_RECORDED_BY_DECISION = "Not recorded, by the officer's decision"
STARTS_LATER = "Starts when the victim has answered the announcement"
OTHER_DEVICE = "Another device, not let in"
