import io
import logging

import pytest

from rvr_console.logs import RedactingFormatter, redacted


@pytest.mark.parametrize(
    "secret",
    [
        "7k3mq9txw2hd5rvn8ecj4p6sab",
        "https://video.example/#7k3mq9txw2hd5rvn8ecj4p6sab",
        "ab" * 32,
        "Authorization: Bearer hunter2",
    ],
)
def test_secrets_never_reach_the_log(secret):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter("%(message)s"))
    logger = logging.getLogger("scan")
    logger.handlers[:] = [handler]
    logger.propagate = False
    try:
        raise ValueError(secret)
    except ValueError:
        logger.exception("failed with %s", secret)
    for part in secret.split("#")[-1].split(" ")[-1:]:
        assert part not in stream.getvalue()


def test_plain_words_stay():
    assert (
        redacted("CAD answered in 12 ms for 155 of 21/11/2026")
        == "CAD answered in 12 ms for 155 of 21/11/2026"
    )
