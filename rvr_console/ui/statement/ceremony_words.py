"""All text of the signing beside the pages."""

from rvr_console.domain.signing import VoidReason

NAME = "Signing"
BEGIN = "Show the pages to sign"
CORRECT = "Correct the text"
DECLARE, DECLARE_OFF = "Show declaration", "after page {last}"
SEAL, SEAL_OFF = "Seal statement", "after the signature"
ON_SCREEN = "On {name}’s screen now. Same file on both."
STOP = "Stop showing"
READ_BACK = "Read back aloud"
READ_BACK_NOTE = "Statement read back aloud"
NOT_SHOWN = "Not shown yet"
NOT_SHOWN_ADVICE = "The person reads the very same file on their own screen."
FETCHING = "Sending the pages"
READING = "{name} is reading page {page}"
READING_ADVICE = "The declaration opens at the end of page {last}."
ALL_READ_ONE = "{name} has read the page"
ALL_READ = "{name} has read all {last} pages"
ALL_READ_ADVICE = "Ask whether anything is to be read back or changed, then show the declaration."
DECLARING = "The declaration is on the screen"
DECLARING_ADVICE = "{name} accepts it there, then signs by typing their name or drawing."
ACCEPTED = "{name} has accepted the declaration"
SIGNED = "{name} has signed"
SIGNED_ADVICE = "Seal it now: the same file with the signatures behind it."
SIGNED_AS = (
    "Typed as “{typed}”. If this is their name, seal it now: the same file with the signatures behind it."
)
SEALED = "Sealed as {level}"
VOID = {
    VoidReason.CHANGE_WANTED: "{name} asks for a change",
    VoidReason.ALTERED: "The pages on the phone were not those that were sent",
    VoidReason.STOPPED: "The showing was ended",
}
VOID_ADVICE = {
    VoidReason.CHANGE_WANTED: "Correct the text, freeze it, then show it anew.",
    VoidReason.ALTERED: "Nothing was signed. Show them again; if it happens again, tell your supervisor and IT.",
    VoidReason.STOPPED: "Nothing was signed. They can be shown again.",
}
PAGE = "Page {number}"
PAGE_READ, PAGE_READING, PAGE_LATER = "Read, {time}", "Reading", "Not yet"
GATE, GATE_MET, GATE_NOT, GATE_DECIDED = "May sign by video", "Gate met", "Not met", "Sergeant decided"
GATE_LATER = "Not read yet"
GATE_ADVICE = "A sergeant of the team may decide otherwise: here, with their own password, or under Review. You stay signed in."
GATE_REASON, GATE_COLLAR, GATE_PASSWORD = (
    "Reason of the sergeant",
    "Number of the sergeant",
    "Password of the sergeant",
)
GATE_MISSING, GATE_DO = "This is missing.", "May sign by video all the same"
BOUND, IS_BOUND = "What will be bound together", "What is bound together"
FILE, RECORDING, SIGNATURE, DEVICE, SEALED_WITH = (
    "File, SHA-256",
    "Recording",
    "Signature",
    "Device",
    "Sealed with",
)
NOT_YET = "Not yet: drawn or typed"
NO_DEVICE = "Not yet"
NOT_RECORDED = "Nothing is recorded"
NOT_RECORDED_YET = "Not yet: where the call is then"
AT = "segment {segment}, {time}"
KINDS = {"typed": "Typed name", "drawn": "Drawn"}
DESK = "This desk's certificate for documents"
SAID_READ = "All pages are read."
SAID_SIGNED = "Signed. Seal it now."
SAID_VOID = "The showing has ended. Nothing was signed."
