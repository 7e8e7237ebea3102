"""Words of the Safeguarding tab."""

TAB = "Safeguarding"
TITLE = "Safeguarding"
STANDARD, ENHANCED = "Standard rights", "Enhanced rights"
CLOCK_OPEN = {"referral": "Support referral by {when}", "update": "Tell the victim by {when}"}
CLOCK_LATE = {"referral": "Support referral was due {when}", "update": "Victim update was due {when}"}
CLOCK_DONE = {"referral": "Support referral made {when}", "update": "Victim told {when}"}

PARTS = "Part of safeguarding"
PART_WORDS = {
    "advice": "Advice",
    "measures": "Measures",
    "referrals": "Referrals",
    "disclosure": "Disclosure",
    "update": "Update",
}
PART_COUNT = "{word} {n}"

GIVE, GIVEN = "Given", "Given {time}"
TAKE, TAKEN = "Arranged", "Arranged {time}"
GIVE_NAME, TAKE_NAME = "Advice given: {what}", "Measure arranged: {what}"
OWN_ADVICE, OWN_MEASURE = "Other advice, in your own words", "Other measure, in your own words"
ADD = "Add"
ADD_ADVICE, ADD_MEASURE = "Add advice", "Add measure"

REFER_TO = "Refer to"
OTHER = "Another service…"
REFER_BASIS = "Does the person agree?"
BASIS = {"consent": "Agrees", "without_consent": "Without consent", "declined": "Declines"}
REFER_REASON = "Reason for referring without consent"
REFER_WORDS = "What it is about"
REFER_NAME = "Name of the service"
REFER = "Add referral"
REASON_NEEDED = "Say why it is made without consent. Nothing is lost."
NAME_NEEDED = "Name the service. Nothing is lost."
BASIS_NEEDED = "Say whether the person agrees. Nothing is lost."
NO_REFERRALS = "No referrals yet"
TO_SEND, SENT, DECLINED = "To send", "Sent {time}", "Declined"
MARK_SENT = "Mark as sent"
MARK_SENT_NAME = "Mark as sent: {to}"
WITHOUT = "Without consent: {reason}"

DISCLOSE_ADVICE = "Told aloud in the call, never written to the person: no chat, SMS or e-mail carries it, and it goes into no copy or bundle."
DISCLOSE_RIGHT = "Disclosed under"
DISCLOSE_TEXT = "What was disclosed"
DISCLOSE = "Record disclosure"
TEXT_NEEDED = "Write what was disclosed. Nothing is lost."
RIGHT_NEEDED = "Say under which right. Nothing is lost."
COVERED = "{what} · {words}, covered"
UNCOVERED = "{what} · {words}, shown"
COVERED_DETAIL = "Recorded {time} by {by}"
SHOW = "Show…"
SHOW_NAME = "Show disclosure: {what}, {time}"
PURPOSE = "What do you open it for?"
PURPOSE_HINT = "It is logged."
PURPOSE_NEEDED = "Say what you open it for. Nothing was opened."
OPEN = "Show it now"
COVER = "Cover it"
SHOWN_NAME = "Restricted disclosure"
SHOWN_HINT = "Covered again after {seconds} s"
NO_DISCLOSURES = "Nothing has been disclosed"

UPDATE_ADVICE = "The victim is told within {within} how the case stands; each update starts nothing anew, the first one counts."
WITHIN_WORKING, WITHIN_CALENDAR = "{n} working {days}", "{n} {days}"
DAY, DAYS = "day", "days"
UPDATE_WORDS = "What the victim was told"
UPDATE = "Add update"
UPDATE_NEEDED = "Write what the person was told. Nothing is lost."
NO_UPDATES = "Not told yet"
STORED_AT = "{time}"
