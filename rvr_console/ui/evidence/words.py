"""Words of the Evidence page."""

from rvr_console.domain.repositories import RecordingStatus
from rvr_console.ui.widgets.save_pane import SaveWords

PAGE = "Evidence"
TABLE = "Recordings and exhibits"
COLUMNS = ("", "Exhibit", "Description", "Kind", "State", "Received")
SHOW = "Show"
FILTER_ALL = "All {count}"
FILTER_PERSON = "From people {count}"
FILTER_MADE = "Made here {count}"
FILTER_RECORDINGS = "Recordings {count}"
FIND = "Find"
FIND_HINT = "Reference, log number, name, description (Ctrl+F)"
LOGGED = "Opening or saving asks for a purpose and is logged"
COUNT = "{exhibits}, {recordings} that you may see"
EXHIBIT_WORD, RECORDING_WORD = "exhibit", "recording"
NONE = "No evidence yet"
NONE_ADVICE = "Recordings, stills and files of your cases are listed here as they are sealed."
NONE_FOUND = "Nothing found"
NONE_FOUND_ADVICE = "Change the words, or choose All."
KEPT_NOTE = "Originals are never changed. Copies name the exhibit they come from."

RECORDING = "Recording"
RECORDING_OF = "Recording of the consultation"
RECORDING_STATES = {
    RecordingStatus.OPEN: "Being recorded",
    RecordingStatus.CLOSED: "Sealed",
    RecordingStatus.RECOVERED: "Sealed after a crash",
    RecordingStatus.FAULT: "Stopped by a fault",
}
CASE = "{log} · {person}"
SEGMENT = "sealed part"

NOTHING_CHOSEN = "Nothing is chosen"
NOTHING_CHOSEN_ADVICE = "Choose an exhibit to see what is known of it."
OPEN_TITLE = "Opening is logged"
OPEN_ADVICE = "Who opened it, when and why goes into the custody log before it is shown."
PURPOSE = "Purpose of opening"
PURPOSE_MISSING = "Write what you open it for. Nothing was opened."
OPEN = "Open"
OPEN_SLOT = "Open {reference}"
OPEN_OFF = "choose one"
OPENING = "Looking at it in a closed sandbox…"
CHECKING = "Checking the whole file before it is shown"
CHECKED_SO_FAR = "{part} of {size}"
CANCEL_NAME = "Cancel opening"
CANCEL = "Cancel"
FILM_CHECKING = "File checked: {part}"
FILM_CHECKED = "Whole file checked, it holds"
FILM_OPENING = "Checking the file: {part}. It is shown as soon as its start is checked."
OPENED = "{reference} is open"
OPENED_WHY = "shown at the right"
CLOSE = "Close"
CLOSE_NAME = "Close the picture"
OPEN_RECORDING = "Open recording"
RECORDING_ADVICE = "Recordings are verified and played on the page Review, with a purpose."
NO_PICTURE = "There is no picture of it"
SOUND_ONLY = "It is sound only: there is nothing to see"
SEEKING = "Going there…"
PLAY, PAUSE = "Play", "Pause"
PLAY_KEYS = "Play or pause (K); 5 s back (J), 5 s on (L), one picture back or on (, and .)"
PLACE = "Place in the film"
TIME_OF = "of {length}"
PAGE_OF = "Page {page} of {pages}"
PAGE_COMING = "Page {page} of {pages} …"
PAGE_BEFORE, PAGE_AFTER = "Back", "Next"
PAGE_BEFORE_NAME, PAGE_AFTER_NAME = "Page before (Page up or ,)", "Next page (Page down or .)"
SMALLER, BIGGER = "−", "+"
SMALLER_NAME, BIGGER_NAME = "Zoom out (−)", "Zoom in (+)"
LARGER, LESS_LARGE = "Larger", "Smaller"
LARGER_NAME, LESS_LARGE_NAME = "Larger, over the whole page", "Smaller, beside the list"
PAGES = "Pages"
SAVE_COPY = "Save a copy…"
HIDE = "Mark as distressing"
SHOW_AGAIN = "Not distressing"
COPY_FORM = SaveWords(
    title="Save a copy of the original",
    advice="It leaves the sealed store. Who saved it, why and where to is logged before it is made.",
    purpose="Purpose of the copy",
    folder="Folder for the copy",
    start="Start saving",
    stop="Do not save",
    working="Saving the copy, byte for byte, and comparing it",
    purpose_missing="Write what the copy is for.",
)
COPY_DONE = "The copy is saved."
COPY_OF = "{done} of {size}"
COPY_STOPPED = "The copy was cancelled."
COPY_STOPPED_ADVICE = "Nothing is left in the folder. The attempt stays in the custody log."
BUSY_COPY = "Another copy is being saved."
BUSY_COPY_ADVICE = "It goes on. Wait until it is done."

BUNDLE = "Make court bundle"
BUNDLE_FORM = SaveWords(
    title="Make a court bundle of this case",
    advice="Recordings, originals, custody log with proofs, signatures and the verifier. Logged before it is written.",
    purpose="Purpose of the bundle",
    folder="Folder for the bundle",
    start="Start the bundle",
    stop="Do not make it",
    working="Making the court bundle",
    purpose_missing="Write what the bundle is for.",
)
RECIPIENTS = "Only these can open it"
RECIPIENTS_HINT = "name and age1… key, several with commas; empty: anyone who has it"
RECIPIENTS_WRONG = "Write each as a name and its key, such as: Crown Court age1abc… Nothing was written."
BUNDLE_DONE = "The bundle is made."
BUNDLE_DONE_ADVICE = "{path} · {files} files, {size}. Its bundle.json has SHA-256 {digest}."
BUNDLE_NOTES = "The bundle is made, and something is not as it should be."
BUNDLE_STOPPED = "The bundle was cancelled."
BUNDLE_STOPPED_ADVICE = "Nothing is left in the folder. The attempt stays in the custody log."

FACTS = "Facts"
PRODUCED = "Produced by"
RECEIVED = "Received"
STARTED = "Started"
AT = "In the recording"
TAKEN = "Taken"
MADE = "Made"
TAKEN_AS = "{at}, as the file says"
WHERE = "Where"
WHERE_AS = "{latitude}, {longitude}, as the file says"
CAMERA = "Camera"
TYPE = "Type by content"
SIZE = "Size"
PIXELS = "{size}, {width} × {height}"
LENGTH = "Length"
CLAIMED = "{size} claimed"
NAME = "Name as sent"
HASH = "SHA-256"
COMPARED = "Compared"
DECLARED = "SHA-256 by the device"
MORE = "More"
MORE_FACTS = "As the file says"
EVIDENCE_ID = "Evidence number"
LOG_NUMBER = "Incident"
OFFICER = "Officer"
NO_HASH = "the device gave none"

CUSTODY = "Custody"
CUSTODY_COUNT = "{count} acts"
CUSTODY_ONE = "1 act"
CUSTODY_NONE = "The log of this one is not open to you"
BY = "by {who}"
HEADS = "{count} heads of the recording"
CONSOLE = "console"
CUSTODY_OF = "Custody of"
CUSTODY_THIS = "This one"
CUSTODY_INCIDENT = "Whole incident"
CUSTODY_EARLIER = "The newest {shown} of {count} acts; the saved list has all"
SAVE_LIST = "Save the list…"
LIST_TITLE = "Custody log of {of}"
LIST_FORM = SaveWords(
    title="Save this list of the custody log",
    advice="As a table (CSV), a page (PDF) and the proofs. Who saved it, why and where to is logged before it is written.",
    purpose="Purpose of the list",
    folder="Folder for the list",
    start="Start saving the list",
    stop="Do not save it",
    working="Saving the list",
    purpose_missing="Write what the list is for.",
)
LIST_DONE = "The list is saved."
