"""Words of the review page."""

from rvr_console.domain.repositories import RecordingStatus, ReviewOutcome
from rvr_console.domain.statement_content import StatementKind
from rvr_console.ui.widgets.save_pane import SaveWords

PAGE = "Review"
PAGE_VIEW = "Recordings"
TO_REVIEW_INLINE = "{count} to review, shortest time first"
ALL_INLINE = "{count} that you may view"
SHOW = "Show"
FILTER_REVIEW = "To review {count}"
FILTER_ALL = "All recordings {count}"
TABLE = "Cases and recordings"
COLUMNS = ("Time left", "Log", "Person", "Officer", "Call", "Recording")
OPEN_CASE = "Open case"
OPEN_CASE_OFF = "choose a case"
NONE_TO_REVIEW = "Nothing to review"
NONE_TO_REVIEW_ADVICE = "Submitted cases of your team appear here, those with the shortest time first."
NO_RECORDINGS = "No recordings yet"
NO_RECORDINGS_ADVICE = "Recordings of your consultations appear here once a call was recorded."
OWN_CASE = "Your own case"
NOT_FOR_REVIEW = "–"

TITLE_REVIEW = "Evidential review"
TITLE_VIEW = "Recording"
PLACE_IN_LIST = "{place} of {count} to review, shortest time first"
BELOW = "{log} · {person} · officer {officer}"
BACK = "Back to list"

PURPOSE = "Purpose of viewing"
PURPOSE_TITLE = "Say what you open the recording for"
PURPOSE_ADVICE = (
    "Your purpose is written into the custody log before anything is opened."
    " The recording is verified first, then played from its sealed form."
)
PURPOSE_MISSING = "Write the purpose. Nothing was opened."
OPEN = "Open recording"
OPENING = "Opening…"
OPEN_FOUND = "Recording open"
OPEN_WHY = "logged with your purpose"
WHICH = "Recording"
NOT_RECORDED = "This case has no recording"
NOT_RECORDED_ADVICE = "The consultation was not recorded. Its notes and the CAD log are below."
VERIFYING = "Verifying the recording"
REFUSED_TITLE = "This recording is not played: {headline}"
REFUSED_KEPT = "The files are left exactly as they are. Tell IT and the disclosure officer."

PLAY = "Play"
PAUSE = "Pause"
SPEED = "Speed"
SPEEDS = {"1": "1×", "1.5": "1.5×", "2": "2×"}
NEXT_GAP = "Next gap"
NO_MORE_GAPS = "There is no gap after this moment."
STEP_BACK = "One frame back"
STEP_ON = "One frame forward"
VOLUME = "Volume"
TIME_OF = "of {length}"
PICTURE_OF = "Picture of {name}"
NO_PICTURE_OF = "No picture of {name} at this time"
PLAYER = "Player"

TABS = {
    "events": "Events",
    "checklist": "Checklist",
    "forms": "Forms",
    "statements": "Statement",
    "safeguarding": "Safeguarding",
    "cad": "CAD log",
    "notes": "Notes",
    "seal": "Verification",
}
TAB_BAR = "About the case"
NO_EVENTS = "Open the recording to see its events"
CLOSED_WITHOUT = "Closed without"
CLOSED_WITHOUT_WHY = "{state}. Reason: {reason}"
NO_CHECKLIST = "Nothing in the checklist yet"
NOTHING_IN_CAD = "CAD was told nothing"
NO_NOTES = "No notes were written"
NOT_VERIFIED_YET = "The recording is verified when it is opened"

NO_FORMS = "No forms were begun"
NO_FORMS_ADVICE = "What the officer fills in during the call is read and approved here."
FORM_ANSWERS = "{title}, answers"
NOT_COMPLETED = "Not completed, {n} not answered"
FORM_OPEN, FORM_WAITS, FORM_COMPLETED, FORM_APPROVED = "Open", "To approve", "Completed", "Approved"
GRADE_NONE = "No grade yet"
BEFORE = "(before: {answers})"
APPROVE = "Approve"
APPROVING = "Approving…"
APPROVE_OWN = "Your own work. Another sergeant approves it."
APPROVED_DONE = "{title} approved{grade}."
APPROVED_GRADE = ", grade {grade}"

NO_SAFEGUARDING = "Nothing was recorded for the person's safety"
DISCLOSURE_NOT_YOURS = (
    "What was disclosed is shown to the officer of the case and to a sergeant of the team only."
)
SAFEGUARDED = {"advice": "Advice given", "measure": "Measure arranged", "update": "Victim told"}
REFERRAL_BASIS = {"consent": "agrees", "without_consent": "without consent", "declined": "declines"}
REFERRAL_TO_SEND, REFERRAL_SENT, REFERRAL_DECLINED = "To send", "Sent {time}", "Declined"
CLOCKS = {"referral": "Support referral", "update": "Victim update"}
CLOCK_OPEN, CLOCK_LATE, CLOCK_DONE, CLOCK_DUE = "Due", "Late", "In time", "by {due}"

NO_STATEMENTS = "No statement was begun"
STATEMENT_KINDS = {
    StatementKind.WITNESS: "Witness statement",
    StatementKind.VICTIM_PERSONAL: "Victim personal statement",
    StatementKind.INTERPRETER: "Interpreter's statement",
    StatementKind.WITHDRAWAL: "Withdrawal statement",
}
STATEMENT_OF = "{kind}, {name}"
STATEMENT_DRAFT, STATEMENT_FROZEN, STATEMENT_SIGNED, STATEMENT_SEALED = (
    "Draft", "Frozen, not signed", "Signed, not sealed", "Signed and sealed",
)  # fmt: skip
DRAFT_WORDS = "Draft, {words}"
DRAFT_CORRECTION = "Correcting version {number}: {reason}"
SIGNED_NOW = "Version {number}, signed {time}, not sealed yet"
SEALED_AS = "Version {number}, signed {time}, sealed as {level}"
A_FILE = "a file"
STATEMENT_SAVE = "Save front and back"
STATEMENT_SAVE_HINT = (
    "As frozen, without signatures. The back page is for the police and the prosecutor only."
)
STATEMENT_SAVE_OFF = "A draft has no pages yet. Once it is frozen, its front and back can be saved."
STATEMENT_SAVE_WORDS = SaveWords(
    title="Save front and back page of a statement (two PDFs, as frozen)",
    advice="They leave the console in clear. Who saved them and why is logged before they are made.",
    purpose="Purpose of the pages",
    folder="Folder for the pages",
    start="Save the pages",
    stop="Do not save them",
    working="Saving the pages",
    purpose_missing="Write what the pages are for.",
)
STATEMENT_SAVE_WHICH = "{title}, version {number}, as frozen. A signed document is saved from Evidence."
STATEMENT_READ, STATEMENT_READ_PURPOSE = "Read the text", "Purpose of reading"
STATEMENT_READ_MISSING = "Write what the text is read for. Nothing was opened."
STATEMENT_TEXT, STATEMENT_LIST = "{title}, version {number}, as frozen", "Back to the list"
STATEMENT_SAVED = "Front and back are saved."
GATE_CLOSED = "This person may not sign by video. Not met: {lacks}."
GATE_REASON, GATE_REASON_HINT = "Why they may all the same", "stands in the custody log"
GATE_NO_REASON = "Write the reason."
GATE_DO = "May sign by video all the same"
GATE_DONE, GATE_DONE_ADVICE = "The person may sign by video.", "The officer can show the pages now."

LEFT = "left to review"
OVER = "over the 24 hours"
IN_TIME = "In time"
SOON = "Due soon"
OVERDUE = "Overdue"
ENDED_DUE = "Call ended {ended}. Review due by {due}."
OUTCOME = "Outcome of the review"
OUTCOME_HINT = "exactly one"
OUTCOMES = {
    ReviewOutcome.A: ("Suspect identified, realistic prospect → patrol", "Needs: named suspect, plan."),
    ReviewOutcome.B: (
        "Proportionate lines, or a visit in person → local team",
        "Needs: lines to follow or visit reason, plan.",
    ),
    ReviewOutcome.C: ("Further desk-based lines → video response officer", "Needs: lines to follow, plan."),
    ReviewOutcome.D: ("Cannot progress → finalise", "Needs: outcome type, victim told, and how."),
}
NO_PLAN = "No plan yet"
NO_TOLD = "Not written yet"
PLAN = "Investigation plan"
PLAN_HINT = "for D: outcome type, and how the victim was told"
FEEDBACK = "Feedback to the officer"
FEEDBACK_HINT = "optional, seen by the officer only"
RECORD = "Record outcome {outcome}"
RECORD_NONE = "Record outcome"
CHOOSE_OUTCOME = "choose one"
PLAN_MISSING, TOLD_MISSING = "plan is missing", "write type and how told"
OWN_WORK = "your own work"
OWN_WORK_ADVICE = "You took this call yourself. Another sergeant reviews it."
OFF_DUTY = "you are off duty"
RECORDING_OUTCOME = "Recording…"
RECORDED = "Outcome {outcome} recorded for {log}."

FACTS = "About this recording"
STATUS_WORDS = {
    RecordingStatus.OPEN: "Not closed",
    RecordingStatus.CLOSED: "Sealed and closed",
    RecordingStatus.RECOVERED: "Completed by recovery",
    RecordingStatus.FAULT: "Stopped by a fault",
}
CONSENT_WORDS = {
    "not_asked": "Not asked",
    "agreed": "Agreed",
    "refused_recorded": "Refused; recorded by the officer's decision",
    "refused_not_recorded": "Refused; not recorded",
}

COPY = "Save a copy"
COPY_WORDS = SaveWords(
    title="Save a play-anywhere copy (MP4, both pictures side by side)",
    advice="It leaves the sealed store. Who saved it, why and where to is logged before it is made.",
    purpose="Purpose of the copy",
    folder="Folder for the copy",
    start="Start saving",
    stop="Do not save",
    working="Saving the copy",
    purpose_missing="Write what the copy is for.",
)
COPY_DONE = "The copy is saved."
COPY_STOPPED = "Saving was cancelled."
COPY_STOPPED_ADVICE = "Nothing is left in the folder. The attempt stays in the custody log."
COPY_CLOSE_FIRST = "not now"

BUNDLE = "Make court bundle"
BUNDLE_WORDS = SaveWords(
    title="Make a court bundle (copies, originals, custody log with proofs, and a program that checks it)",
    advice="It leaves the sealed store in clear. Everything in it is logged before it is made.",
    purpose="Purpose of the bundle",
    folder="Folder for the bundle",
    start="Start making",
    stop="Do not make it",
    working="Making the bundle",
    purpose_missing="Write what the bundle is for.",
)
BUNDLE_DONE = "The bundle is made."
BUNDLE_DONE_ADVICE = "{path}, {files} files. Check it with the program in it: python3 rvr_verify.py ."
BUNDLE_STOPPED = "Making the bundle was cancelled."
BUNDLE_NOTES = "The bundle is made. Not everything in it is as it should be."

ASSIGN = "Give to disclosure"
ASSIGN_TITLE = "Give this case to a disclosure officer, who may then view it and make the court bundle"
ASSIGN_TO = "Disclosure officer"
ASSIGN_DO = "Give the case"
ASSIGN_STOP = "Not now"
ASSIGN_NOBODY = "There is no disclosure officer's account on this desk. IT makes one."
ASSIGNED = "{name} has this case now."
