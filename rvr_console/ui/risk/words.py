"""Words of the forms' tab. Labels of items, sections and grades are the packs' own."""

from rvr_console.domain.form import PackKind
from rvr_console.ui import form_words

TAB = "Risk"
KINDS = {
    PackKind.RISK: "Risk",
    PackKind.NEEDS: "Needs",
    PackKind.NOTICE: "Notice",
    PackKind.SAFETY: "Safety",
    PackKind.THRIVE: "THRIVE",
    PackKind.REFERRAL: "Referral",
    PackKind.INVESTIGATION: "Investigation",
    PackKind.MISSING: "Missing",
}
TITLES = {
    PackKind.RISK: "Risk assessment",
    PackKind.NEEDS: "Needs assessment",
    PackKind.NOTICE: "Public protection notice",
    PackKind.SAFETY: "Safety questions",
    PackKind.THRIVE: "THRIVE again",
    PackKind.REFERRAL: "Referral",
    PackKind.INVESTIGATION: "Investigation record",
    PackKind.MISSING: "Missing-person account",
}
FORM_CHIP, SECTION_CHIP, PERSON_CHIP = "Form", "Section", "Person"
MORE_LEFT, MORE_RIGHT = "{name}: more to the left", "{name}: more to the right"
OTHER_FORMS = "Other forms…"
NONE_NEEDED = "No form is needed in this kind of consultation"
NONE_NEEDED_ADVICE = "Others can be started all the same: choose “Other forms…” above."
VERSION = "{pack} {version}"
OF = "{n} of {all}"
ANSWERED = "Answered"
ANSWERED_OF = "{n} of {all} answered"
ITEM = "Item {number}"
ITEM_NAME = "{item}, {label}"
COMMENT = "Comment"
COMMENT_OF = "Comment on {item}"
ADD_COMMENT = "Add comment"
WRITE_HERE = "Write here"
DATE_HINT = "dd/mm/yyyy"
DATE_WRONG = "This is no day. Write it as 21/11/2026. Nothing is lost."
WHY_WE_ASK = "Why we ask: {why}"
BRANCH = "{label}, asked because of the answers above"

SO_FAR = "So far"
FACTS = "What goes with this form"
GRADE = "Grade"
GRADE_SO_FAR = "(indicative so far: {grade}{band})"
GRADE_NONE = "(nothing answered yet)"
BAND = ", {low}–{high} counted"
BAND_TOP = ", {low} and more counted"
RAISE_TO = "Raise to {grade}…"
RAISE_HINT = "You can raise the grade with a written reason, never lower it."
RAISE_ASK = "Raise the grade to {grade}?"
RAISE_WHY = "Your professional judgement, in writing"
RAISE_NOW = "Raise the grade"
KEEP_GRADE = "Leave it"

CORRECT_ASK = "Correct item {item} from {before} to {after}?"
CORRECT_WHY = "Why the answer before was wrong"
CORRECT_NOW = "Correct it"
CORRECT_KEEP = "Leave it as it was"

START = "Start form"
START_ADVICE = "Nothing is stored before you start it. The form keeps this version of its pack."
ANOTHER_PERSON = "Another person…"
PERSON_NAME = "Name of the person"
PERSON_ADVICE = "One form for each person, adult or child."
NO_PACKS = "No forms are installed"
NO_PACKS_ADVICE = "Tell IT: this desk has no form packs that it could verify."

STORED = "Stored {time}"
NOT_STORED = "Not stored"
TRY_AGAIN = "Store again"
COMPLETE = "Complete form"
REOPEN = "Open again…"
REOPEN_ASK = "Open the form again for a correction?"
REOPEN_WHY = "Why"
REOPEN_NOW = "Open the form"
REOPEN_KEEP = "Leave it closed"
MISSING = "Not answered: {n}"
MISSING_TITLE = "Not answered yet"
MISSING_ADVICE = "Answer them, or write why one stays unanswered."
MISSING_NONE = "Everything is answered"
MISSING_REASON = "Reason why item {number} stays unanswered"
MISSING_REASON_HINT = "Reason if it stays unanswered"
EARLIER = "Earlier"
EARLIER_TITLE = "Earlier assessments"
EARLIER_NONE = "No earlier assessment of this incident or person is known here"
EARLIER_ITEM, EARLIER_NOW = "Item", "Now"
EARLIER_GRADE = "Grade"
BLOCKS, BLOCKS_SHORT = "Text for records", "For records"
BLOCKS_TITLE = "Text for the records system"
COPY = "Copy {label}"
COPIED = "Copied {time}"
SAVE, SAVE_SHORT = "Save PDF…", "Save…"
SAVE_TITLE = "Save this form"
SAVE_ADVICE = "A PDF for people and a JSON file for programs. The act is logged."
SAVE_PURPOSE, SAVE_FOLDER = "Purpose", "Folder"
SAVE_START, SAVE_STOP = "Save form", "Do not save"
SAVE_WORKING = "Saving the form"
SAVE_PURPOSE_MISSING = "Write what it is for. Nothing is lost."
SAVED = "Saved {name} {time}"
BACK = "Back to the items"

NEXT_ITEM = "Next: {form}, item {number}"
NEXT_ONE = "Next: {form}, {label}"
NEXT_COMPLETE = "Next: complete {form}"
STAND_DONE = "{grade}, completed"
STAND_DONE_PLAIN = "Completed"
STAND_APPROVED = "{grade}, approved"
STAND_NOT_STARTED = "not started"
STAND_NOT_NEEDED = "not needed here"
NEXT_START = "Next: start {form}"
UNANSWERED = form_words.UNANSWERED
