"""The desk's clock against that of the time-stamp authority, at the sealing."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from test_signing_pdf import Clock, job, key, stamps, tsa  # noqa: F401  # tsa is a fixture

from rvr_console.documents.signing import PdfSealer
from rvr_console.domain.sealed_document import SealLevel
from rvr_console.errors import EvidenceError
from tests.tsa_rig import Tsa


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_that_the_time_stamp_authority_contradicts_seals_nothing(tsa: Tsa, minutes: int) -> None:  # noqa: F811
    now = datetime.now(UTC)
    wrong = Clock(now + timedelta(minutes=minutes))
    with pytest.raises(EvidenceError, match="authority says that it is"):
        PdfSealer(key(), wrong, stamps(tsa)).seal(job(at=now - timedelta(minutes=30)))
    assert PdfSealer(key(), Clock(now), stamps(tsa)).seal(job()).level is SealLevel.B_LT


def test_pages_shown_with_a_clock_that_was_ahead_are_sealed_once_the_authority_says_that_it_is_right(
    tsa: Tsa,  # noqa: F811
) -> None:
    now = datetime.now(UTC)
    shown_ahead = job(at=now + timedelta(days=400))
    for sealer in (
        PdfSealer(key(), Clock(now)),
        PdfSealer(key(), Clock(now), stamps(tsa, lambda _request: b"no stamp")),
    ):
        with pytest.raises(EvidenceError, match="behind the time"):
            sealer.seal(shown_ahead)
    made = PdfSealer(key(), Clock(now), stamps(tsa)).seal(shown_ahead)
    assert (made.level, "was ahead" in made.words) == (SealLevel.B_LT, True)
