"""The time-stamp authority of the settings: none, a wrong one, one that is away."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rvr_console.app.time_stamps import configured_authority
from rvr_console.errors import KnownError, ServiceDownError
from rvr_console.evidence.desk_identity import TestAuthority
from rvr_console.settings import Settings


def test_without_an_address_there_is_none() -> None:
    assert configured_authority(Settings()) is None


def test_an_address_without_good_certificates_stops_the_start(tmp_path: Path) -> None:
    settings = replace(
        Settings(), timestamp_url="https://127.0.0.1:9", timestamp_certificates=str(tmp_path / "a")
    )
    with pytest.raises(KnownError, match="cannot be read"):
        configured_authority(settings)
    (tmp_path / "a").write_bytes(b"nonsense")
    with pytest.raises(KnownError, match="cannot be used"):
        configured_authority(settings)


def test_a_good_one_is_asked_at_its_address(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TestAuthority.create("Test Force", datetime.now(UTC)).certificate_pem)
    settings = replace(
        Settings(), timestamp_url="http://127.0.0.1:9", timestamp_certificates=str(tmp_path / "a")
    )
    authority = configured_authority(settings)
    assert authority is not None
    with pytest.raises(ServiceDownError):
        authority.stamp(b"signature")
