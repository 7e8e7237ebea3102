"""What is said of an exhibit's hash: held against the device's, not known, or made at this desk."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rvr_console.domain.exhibit import (
    Exhibit,
    ExhibitContent,
    ExhibitOrigin,
    ExhibitReference,
    ExhibitSource,
)
from rvr_console.ui.evidence import words
from rvr_console.ui.evidence.facts import _hash_tag
from rvr_console.ui.exhibits import words as exhibit_words

HASH = "ab" * 32
SENT = Exhibit(
    "e" * 32,
    ExhibitReference("AB", 1),
    ExhibitOrigin("c", ExhibitSource.UPLOAD, "Hannah Cole", upload_id="u1"),
    ExhibitContent(9, HASH, "application/pdf"),
    datetime(2026, 11, 21, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("source", "declared", "said"),
    [
        (ExhibitSource.UPLOAD, HASH, exhibit_words.HASH_SAME),
        (ExhibitSource.UPLOAD, "cd" * 32, exhibit_words.HASH_OTHER),
        (ExhibitSource.UPLOAD, "", words.NO_HASH),
        (ExhibitSource.STATEMENT, "", exhibit_words.HASH_MADE_HERE),
    ],
)
def test_a_sealed_statement_is_made_here_and_no_device_owes_its_hash(source, declared, said):
    exhibit = replace(SENT, origin=replace(SENT.origin, source=source), declared_sha256=declared)
    assert _hash_tag(exhibit).word == said
