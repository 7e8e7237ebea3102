"""All text of the statement's tab."""

from rvr_console.domain.statement_content import MedicalConsent, PersonalStatement, StatementKind

TAB = "Statement"
KINDS = {
    StatementKind.WITNESS: "Witness statement",
    StatementKind.VICTIM_PERSONAL: "Victim personal statement",
    StatementKind.INTERPRETER: "Interpreter's statement",
    StatementKind.WITHDRAWAL: "Withdrawal statement",
}
CHOOSE = "Statement on the screen"
NEW = "New statement"
NEW_TIP = "Begin a witness, victim personal, interpreter's or withdrawal statement"
EMPTY = "No statement yet."
EMPTY_ADVICE = "Begin one: what the case knows of the witness is filled in."
BEGIN = "Begin a witness statement"

STEPS = ("Write", "Freeze", "Read", "Declare", "Sign", "Seal")
STEP_NAME = "Steps of the statement"
STEP_STATES = {"done": "done", "now": "now", "later": "not yet"}

TEXT, PAGES, VERSIONS = "Text", "Pages", "Versions"
VIEW = "Show the text, its pages or its versions"
NO_VERSIONS = "No version yet."
NO_VERSIONS_ADVICE = "Freezing the text makes the first one. Each is kept as it was frozen."
VERSION_TEXT = "Text of version {number}, as frozen"
EDITOR = "Text of the statement"
EDITOR_HINT = "In the first person, in order, in the witness's own words. One paragraph a line."
EXHIBIT = "Insert exhibit"
EXHIBIT_TIP = "Puts in “I produce … as AB/1”"
NO_EXHIBITS = "No exhibits in this consultation yet"
COUNT = "{words}, {paragraphs}"
STORED = "Stored {time}"
NOT_STORED = "Not stored yet"
SUGGESTING = "Looking for suggestions…"
NO_SUGGESTION = "No suggestion"
IGNORE = "Ignore “{word}” here"
CHANGE_TO = "{word}"

PREVIEW = "Pages as they will be set"
PAGE = "Page {number} of {total}"
SETTING = "Setting pages…"
NO_PAGES = "No pages yet."

FRONT = "Front page"
NAME, OCCUPATION = "Name", "Occupation"
OVER_18, AGE = "Over 18", "Age in years"
REFERENCE, TAKEN_BY = "Unique reference", "Taken by"
RECORDED = "Visually recorded"
READ_OVER, READER = "Read over, cannot read it", "Read over by"
INTERPRETER, LANGUAGE = "Interpreter", "Language"
BACK = "Back page, never served on the defence"
CONTACT, CONTACT_METHOD = "Contact details", "Preferred way and time"
DATES = "Dates to avoid"
DATES_CHOICE = (("none", "None"), ("dates", "These days"))
DATES_LINES = "Days to avoid, one stretch a line"
DATES_HINT = "04/01/2027 to 08/01/2027"
DATES_WRONG = "“{line}” is not a date or two, such as 04/01/2027 to 08/01/2027. What you typed is still here."
ATTEND = "Willing to attend court"
MEDICAL = "Medical records may be obtained"
MEDICAL_CHOICE = (
    (MedicalConsent.YES, "Yes"),
    (MedicalConsent.NO, "No"),
    (MedicalConsent.NOT_NEEDED, "Not needed"),
)
NEEDS = "Needs and special measures"
NEEDS_HINT = "or “none”"
PERSONAL = "Victim personal statement"
PERSONAL_CHOICE = (
    (PersonalStatement.NOT_ASKED, "Not offered yet"),
    (PersonalStatement.WANTED, "Offered, wanted"),
    (PersonalStatement.LATER, "Offered, later"),
    (PersonalStatement.DECLINED, "Offered, declined"),
    (PersonalStatement.NOT_A_VICTIM, "Not a victim"),
)

MISSING = "Still missing"
NOTHING_MISSING = "Nothing is missing"
FREEZE = "Freeze text"
FREEZING = "Freezing…"
FREEZE_OFF = "{count} missing"
FROZEN_AT = "Frozen {time}"
SIGNED = "Signed"
DRAFT = "Draft"
CORRECTING = "Correcting version {number}: {reason}"

VERSION = "Version {number}"
FACTS = "Frozen version"
FACT_VERSION, FACT_FROZEN, FACT_PAGES, FACT_FILE = "Version", "Frozen", "Pages", "File, SHA-256"
FROZEN_BY = "{time} by {by}"
CORRECT = "Correct the text…"
CORRECT_ADVICE = "A correction makes version {next}. Version {number} is kept."
CORRECT_WHY = "What is to be corrected"
CORRECT_DO = "Make version {next}"
KEEP = "Keep version {number}"

SAID_FROZEN = "Text frozen, version {number}, {pages}."
NEXT = "Next: statement"
STANDING_DRAFT = "Draft, {words}"
STANDING_EMPTY = "Not started"
STANDING_FROZEN = "Version {number} frozen"
STANDING_SIGNED = "Signed"
