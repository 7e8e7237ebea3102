"""Words about exhibits, the same on every page."""

from rvr_console.domain.exhibit import ExhibitFlag, ExhibitSource

KINDS = {
    "image": "Photo",
    "video": "Video",
    "audio": "Sound",
    "text": "Text",
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word document",
    "application/msword": "Word document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Spreadsheet",
    "application/vnd.ms-excel": "Spreadsheet",
}
OTHER_KIND = "File"
ARCHIVE_KIND = "Archive"
SOURCE_KINDS = {
    ExhibitSource.STILL: "Still",
    ExhibitSource.HIGH_RES_STILL: "Photo taken now",
    ExhibitSource.SCREEN_SHARE: "Screenshot",
    ExhibitSource.STATEMENT: "Signed statement",
}
SOURCES = {
    ExhibitSource.UPLOAD: "by link",
    ExhibitSource.STILL: "still from the picture",
    ExhibitSource.HIGH_RES_STILL: "taken with the device's camera",
    ExhibitSource.SCREEN_SHARE: "from the device's screen",
    ExhibitSource.STATEMENT: "signed in the call, sealed by the desk",
}
AT_RECORDING = "at {at} of the recording"
NOT_NAMED = "No description yet"

SEALED = "Sealed"
CHECKING = "Checking"
RECOVERED = "Sealed after a crash"
HASH_SAME = "same as on the device"
HASH_OTHER = "not the same as on the device"
HASH_MADE_HERE = "made at this desk"

FLAGS = {
    ExhibitFlag.EMPTY: "Empty file",
    ExhibitFlag.TRUNCATED: "End is missing",
    ExhibitFlag.MISMATCH: "Type differs",
    ExhibitFlag.POLYGLOT: "Two types in one",
    ExhibitFlag.EICAR: "Virus test",
    ExhibitFlag.ACTIVE: "Program or script",
    ExhibitFlag.ARCHIVE: "Archive",
    ExhibitFlag.DECEPTIVE_NAME: "Deceptive name",
    ExhibitFlag.HASH_DIFFERS: "Hash differs",
    ExhibitFlag.TOO_LARGE: "Too large to open",
    ExhibitFlag.UNREADABLE: "Cannot be read",
    ExhibitFlag.LOCKED: "Password protected",
    ExhibitFlag.ATTACHMENTS: "Files inside",
    ExhibitFlag.STOPPED: "Preview stopped",
}
FLAG_ADVICE = {
    ExhibitFlag.EMPTY: "The file holds nothing.",
    ExhibitFlag.TRUNCATED: "The file breaks off before its own end.",
    ExhibitFlag.MISMATCH: "Its content is of another type than its name says; what counts is the content.",
    ExhibitFlag.POLYGLOT: "It can be read as two types, so it is not opened here.",
    ExhibitFlag.EICAR: "It is the test string that virus scanners look for, so it is not opened here.",
    ExhibitFlag.ACTIVE: "It is, or can carry, a program: it is never run here.",
    ExhibitFlag.ARCHIVE: "Archives are never opened here.",
    ExhibitFlag.DECEPTIVE_NAME: "Its name hides what it is and is shown written out.",
    ExhibitFlag.HASH_DIFFERS: "The device computed another SHA-256 than this console.",
    ExhibitFlag.TOO_LARGE: "A small file that claims so many pixels would fill the memory, so it is not decoded.",
    ExhibitFlag.UNREADABLE: "It does not decode as what its content says it is.",
    ExhibitFlag.LOCKED: "It opens with a password only. Ask for the password, or for a copy without one.",
    ExhibitFlag.ATTACHMENTS: "It carries other files inside, which are not opened here.",
    ExhibitFlag.STOPPED: "What looked at it took too long or too much memory and was ended: it may be damaged, or built to do harm.",
}
CLAIMED = "Too large to open safely: {size} claimed."
KEPT_AS_IT_CAME = "It is kept as it came."
ASK_AGAIN = "Ask for it again."
NO_PREVIEW = "no preview"
HIDDEN = "hidden, distressing"
PICTURE_OF = "Picture of {reference}"
