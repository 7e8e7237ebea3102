"""Words of the Health page."""

from rvr_console.domain.custody import FaultKind
from rvr_console.domain.vault_check import FileState

PAGE = "Health"
ALL_WELL = "Everything is as it should be"
LOOK = "{count} to look at"
LOOK_ONE = "1 to look at"
VERIFY = "Verify now"
VERIFYING = "Verifying…"
NEVER = "Not yet"
NO_CASES = "This page names no case and no person. It shows whether evidence is safe, not what it is."

SERVICES = "Services"
SERVICE_NAMES = {"cad": "CAD", "gateway": "Gateway", "storage": "Storage"}
SERVICE_USE = {
    "cad": "Incidents come from it, acts go to it",
    "gateway": "People join calls and send files by it",
    "storage": "Evidence is sealed into it",
}
WORKING = "Working"
DOWN = "Down"
NOT_ASKED = "Not asked yet"
SERVICE_KEPT = {
    "cad": "Acts are kept here and go by themselves.",
    "gateway": "A running recording goes on; it reconnects by itself.",
    "storage": "What was sealed before is kept. Tell IT now.",
}

LOG = "Custody log"
LOG_INTACT = "Verified, nothing was changed"
LOG_NOT_VERIFIED = "Not verified yet"
LOG_CHECKING = "Being verified"
LOG_CHECKING_OF = "Being verified, {done} of {of}"
LOG_FAULTS = "{count} found that should not be"
LOG_FAULTS_ONE = "1 found that should not be"
LOG_KEPT = (
    "Nothing was changed by this check. What is done from now on is logged as always. "
    "Tell IT and your supervisor before this desk is used for evidence."
)
LOG_BEFORE = "Found at an earlier start"
LOG_BEFORE_KEPT = "It was written into the log itself and stays said, also when its traces are gone."
ENTRIES = "Entries"
ERASED = "Personal data erased"
ERASED_OF = "in {count} entries; they still verify"
ERASED_ONE = "in 1 entry; it still verifies"
VERIFIED_AT = "Last verified"
CHECKPOINT = "Last checkpoint"
CHECKPOINT_AT = "{at} · covers {size}"
CHECKPOINT_BY = "Signed by"
COSIGNED = "{desk} · cosigned by {names}"
NO_CHECKPOINT = "None yet"
COPY = "Copy beside the store"
COPY_BEHIND = "{count} behind; tried again with the next one"
COPY_WELL = "Up to date"
STAMPS = "Time stamps"
STAMPS_OFF = "No authority is set up"
STAMPS_PENDING_ONE = "1 waiting for the authority; it goes by itself"
STAMPS_PENDING = "{count} waiting for the authority; they go by themselves"
STAMPS_WAIT = "Waiting"
STAMPS_LAST = "Last {at}, none waiting"
STAMPS_NONE = "None asked for yet"
FAULT_AT = "entry {sequence}"
FAULT_KINDS = {
    FaultKind.EDITED: "Changed",
    FaultKind.DELETED: "Missing",
    FaultKind.INSERTED: "Put in",
    FaultKind.REORDERED: "Moved",
    FaultKind.ROLLED_BACK: "Put back to an earlier copy",
    FaultKind.CHECKPOINT: "Checkpoint",
    FaultKind.UNGUARDED: "Unguarded",
    FaultKind.UNREADABLE: "Unreadable",
}

VAULT = "Evidence store"
VAULT_WELL = "Verified, nothing is damaged"
VAULT_NOT_VERIFIED = "Not verified yet"
VAULT_CHECKING = "Being verified"
VAULT_WAITING = "Verification waits"
VAULT_DAMAGED = "{count} found that should not be"
VAULT_DAMAGED_ONE = "1 found that should not be"
VAULT_KEPT = "Everything is left as it is. Do not move or mend files yourself. Tell IT and your supervisor."
VAULT_NEARLY_FULL = "Nearly full"
VAULT_TROUBLE = "Cannot be read"
SPACE = "Space left"
HOURS = "Recording that fits"
HOURS_LEFT = "about {hours} h, {rate}"
MEASURED = "at the rate measured here"
ASSUMED = "at an assumed 2 Mbit/s"
UNDER_AN_HOUR = "under 1 h"
HELD = "Held then"
FILES = "Verified then"
FILES_OF = "{files}, {size}, {took}"
TOOK = "in {seconds} s"
CANCEL_VAULT = "Verifying the evidence store"
PROGRESS = "{files} of {of}, {done} of {size}"
ABOUT_LEFT = "about {left}"
WAITS_FOR_CALL = "Waits for the end of a recorded call."
PROVES = "What still proves it"
PROVES_NOTHING = "Nothing here proves it any more."
FILE = "File"
FILE_STATES = {
    FileState.OPEN: "never closed",
    FileState.MISSING: "missing",
    FileState.DAMAGED: "damaged",
    FileState.SHORTER: "its end is missing",
    FileState.STRANGER: "signed by a stranger",
    FileState.UNREADABLE: "cannot be read",
    FileState.UNKNOWN: "not known here",
    FileState.KEYS_MISSING: "its keys are missing",
}
MANY_MORE = "and {count} more"

DONE_WELL = "Verified."
DONE_WELL_ADVICE = "Custody log and evidence store are as they should be."
DONE_FOUND = "Verified, and something was found."
DONE_FOUND_ADVICE = "It is named below. Nothing was changed."
DONE_STOPPED = "Verification was stopped."
DONE_STOPPED_ADVICE = "Nothing was changed. Start it again when you like."

COLD_COPY = "Cold copy"
COLD_COPY_OFF = "none is configured: the evidence lies on this disk only"
COLD_HELD = "Copied"
COLD_COPIED = "{files}, {size}, read back and locked"
COLD_LAST = "{done}; the last {at}"
COLD_QUEUE = "Waiting"
COLD_WAITING = "{files} to be copied"
COLD_SINCE = "since"
COLD_PROBLEM = "What is wrong"
COLD_AGAIN = "Tried again in {span}."
COLD_WHOLE = "Up to date"
COLD_WORKS = "Copying"
COLD_WAITS = "Waiting"
COLD_FAULTY = "A copy is not right"
