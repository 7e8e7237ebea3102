"""Words of the shell and the shared widgets: sentence case, British spelling, plain English."""

PRODUCT = "Video response"
SLOT_KEYS = "Ctrl+Enter"
SENDING = "Sending…"
OFF = "off"
ON = "on"
