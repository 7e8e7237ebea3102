"""Words of the shell and the shared widgets: sentence case, British spelling, plain English."""

PRODUCT = "Video response"
SLOT_KEYS = "Ctrl+Enter"
SENDING = "Sending…"
OFF = "off"
ON = "on"
CHOSEN = "chosen"
HEALTHY = "working"

# Top bar
TOP_BAR = "Top bar"
REC = "REC"
RECORDED = "Recorded"
RECORDING = "Recording"
PAUSED = "Paused"
PAUSED_MARK = "PAUSED"
BACK_TO_CALL = "back to the call"
ON_DUTY = "On duty"
OFF_DUTY = "Off duty"
GO_ON_DUTY = "go on duty"
GO_OFF_DUTY = "go off duty"
PERSON_MENU = "menu"
SIGN_OUT = "Sign out"
SWITCH_THEME = "Dark or light\tCtrl+Shift+D"
BREAK_IN = "Break in {minutes} min"
BREAK_DUE = "Break due now"

# Rail
RAIL = "Pages"
SHORTCUTS = "Shortcuts"

# Recording banner
SEALED_AGO = "Sealed {seconds} s ago"
SEALED_LATE = "Sealed {seconds} s ago: slower than it should be"
SEALED_STOPPED = "Nothing sealed for {seconds} s: check the recording"
SEALED_PAUSED = "Not recording, last sealed {seconds} s ago"
SEALED_NOTHING = "Nothing sealed yet"
NOT_RECORDING = "Not recording"

# Call bar
CALL_BAR = "Call controls"
MUTE = "Mute"
CAMERA = "Camera"
PAUSE = "Pause"
RESUME = "Resume"
STILL = "Still"
ASK_FOR_FILE = "Ask for file"
SHARE = "Share"
INVITE = "Invite"
CHAT = "Chat"
MORE = "More"
END_CALL = "End call"
END, MORE = "End", "More"
END_CALL_KEYS = "Shift+F12"
END_FOR_BOTH = "End for both"
KEEP_LINK = "Keep the link open"
CANCEL = "Cancel"
END_QUESTION = "End the call?"

# Timeline
TIMELINE = "Timeline of the consultation"
LANE_CONNECTION = "Connection"
LANE_RECORDING = "Recording"
LANE_EVENTS = "Events"
NOW = "Now {time}"
TIMELINE_EMPTY = "Nothing has happened yet"

# Answers, fields, checklist
YES = "Yes"
NO = "No"
NOT_KNOWN = "Not known"
STORED = "Stored {time}"
ERROR = "error"
MISSING_REASON = "Give a reason. Nothing is lost."
STILL_TO_DO = "Still to do"
DONE_COUNT = "{done} of {all} done"

# Banner, progress
DISMISS = "Dismiss"
FAULT = "Fault"
WARNING = "Warning"
FINISHED = "Done"
NOTICE = "Notice"
QR_CODE = "QR code of the link"
NO_PICTURE = "No picture yet"

CHOOSE_FOLDER = "Choose folder…"
FOLDER_MISSING = "Name a folder that is there, such as a memory stick's."

# Shell
SHORTCUT_SHEET = "Keyboard shortcuts"
CLOSE_SHEET = "Close"
SPAN_WORDS = {
    "WAITING": "Waiting room",
    "CONNECTED": "Connected",
    "SEALED": "Sealed",
    "PAUSE": "Pause",
    "GAP": "Gap",
}
SEALED_FAULT = "Recording fault: nothing is being sealed"
SHORTCUT_GROUPS = (
    (
        "Everywhere",
        (
            ("Ctrl+Enter", "the button top right"),
            ("Alt+1 … 7", "pages"),
            ("F6, Shift+F6", "next, previous pane"),
            ("Ctrl+F", "find"),
            ("Ctrl+Shift+D", "dark or light"),
            ("F1 or ?", "this sheet"),
        ),
    ),
    (
        "In a consultation",
        (
            ("Ctrl+1 … 9", "tabs"),
            ("Ctrl+PgUp, PgDn", "form: section before, after"),
            ("Ctrl+Shift+PgUp, PgDn", "form before, after"),
            ("Ctrl+Shift+A", "convert to attendance"),
            ("F2", "mute"),
            ("F3", "camera"),
            ("F4", "pause or resume"),
            ("F5", "still"),
            ("F7", "ask for a file"),
            ("F8", "share"),
            ("F9", "invite"),
            ("F10", "chat"),
            ("F11", "flip: ask for the other camera"),
            ("F12", "marker"),
            ("Shift+F12", "end call, then a choice"),
            ("Y, N, K", "yes, no, not known"),
        ),
    ),
    (
        "Tables and player",
        (
            ("↑ ↓ Enter", "choose a row, open it"),
            ("J K L", "back, pause, forward"),
            (", and .", "one frame back or forward"),
            ("← →", "events on the timeline"),
            ("Esc", "close chat, menu or sheet; never the call"),
        ),
    ),
)
NO_PAGES = "Your role has no pages at this desk"
NO_PAGES_ADVICE = "Sign out, or ask your sergeant or IT which account to use."
BREAK_TAKEN = "I have had my break"

# Sign in
SIGN_IN = "Sign in"
SIGNING_IN = "Signing in…"
SIGN_IN_ADVICE = "Your collar number and your password."
COLLAR = "Collar number"
PASSWORD = "Password"  # noqa: S105  # a label
NEED_COLLAR = "Enter your collar number."
NEED_PASSWORD = "Enter your password."  # noqa: S105  # a sentence
DEMO = "DEMO"
DEMO_ACCOUNTS = "Demonstration accounts"
DEMO_ADVICE = "These people are invented. Choose one to sign in."
DEMO_ROW = "Sign in as {name}, {role}, demonstration account"
ROLE_WORDS = {
    "officer": "Officer",
    "sergeant": "Sergeant",
    "disclosure": "Disclosure",
    "it_admin": "IT administrator",
    "auditor": "Auditor",
}
