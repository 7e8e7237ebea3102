"""The time-stamp authority of the settings. Loaded only where one is configured."""

from pathlib import Path

from rvr_console.errors import KnownError
from rvr_console.services.custody_stamps import StampAuthority
from rvr_console.settings import Settings


def configured_authority(settings: Settings) -> StampAuthority | None:
    """None when none is configured. Raises KnownError when the settings do not hold together."""
    if not settings.timestamp_url:
        return None
    from rvr_console.evidence.timestamp_http import HttpTimestamps
    from rvr_console.evidence.timestamps import TimestampAuthority

    try:
        trusted_pem = Path(settings.timestamp_certificates).read_bytes()
    except OSError as error:
        raise KnownError(
            "The certificates of the time-stamp authority cannot be read.",
            kept="Nothing was started.",
            todo="Correct timestamp_certificates in the settings.",
        ) from error
    return TimestampAuthority(HttpTimestamps(settings.timestamp_url), trusted_pem)
