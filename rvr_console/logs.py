"""The log: one line a record, to standard error; whatever looks like a secret is blacked out before it is written."""

import logging
import re

# A link's secret is 26 Crockford characters; keys, fingerprints and hashes are longer runs of hex or base64.
_SECRETS = (
    re.compile(r"#[0-9a-hjkmnp-tv-z]{26}\b", re.IGNORECASE),
    re.compile(r"(?<![0-9A-Za-z])[0-9a-hjkmnp-tv-z]{26}(?![0-9A-Za-z])", re.IGNORECASE),
    re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{64,}(?![0-9A-Za-z])"),
    re.compile(r"(?i)(?:authorization|password|passphrase|token)[\"'=: ]+(?:bearer +)?\S+"),
    re.compile(r"(?i)bearer +\S+"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL),
)


def redacted(text: str) -> str:
    """The text with everything that looks like a secret replaced by [removed]."""
    for pattern in _SECRETS:
        text = pattern.sub("[removed]", text)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats, then redacts: tracebacks and arguments are covered too."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def start_logging(level: int = logging.INFO) -> None:
    """Send the root logger to standard error, redacted. Called once by each program's main."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(threadName)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in (
        "httpx",
        "httpcore",
        "urllib3",
        "websockets",
        "uvicorn.access",
        "asyncio",
        "qasync",
        "alembic",
    ):
        logging.getLogger(chatty).setLevel(logging.WARNING)
