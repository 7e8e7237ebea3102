"""A still in a real call: real Chromium, real media process, real sandbox. Its size and place are those of the received picture."""

from pathlib import Path

import pytest

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import ExhibitChanged
from rvr_console.domain.exhibit import ExhibitState
from rvr_console.domain.recording import EventKind, Party
from rvr_console.system.sandbox import closed_sandbox
from tests.faults.console_officer import recorded
from tests.faults.console_town import talk, town

pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]
EARLIER_US = 1_500_000  # the exhibit is sealed before the recording states it


async def test_a_still_is_the_received_picture_at_its_place(tmp_path: Path) -> None:
    async with town(tmp_path) as place, place.desk() as desk:
        phone = await place.phone()
        case, _url = await talk(desk, phone)
        await desk.told.wait(recorded(2_000_000))
        desk.console.calls.set_view_size(case, Party.VICTIM, 64, 48)
        exhibit = await desk.console.stills.take_still(case, "the door")
        assert (str(exhibit.reference), exhibit.state) == ("AB/1", ExhibitState.SEALED)
        if closed_sandbox() is not None:
            told = await desk.told.wait(lambda e: isinstance(e, ExhibitChanged) and bool(e.exhibit.facts))
            assert int(told.exhibit.facts["width"]) > 64, "as received, not as it is shown"
            small = await desk.console.exhibit_views.thumbnail(exhibit.evidence_id)
            assert small.preview is not None
            assert len(set(small.preview.pixels)) > 3, "a picture, not one colour"
        await desk.officer.call("end_for_both", case)

        moment = exhibit.origin.moment
        assert moment is not None
        (segment, *_) = await desk.officer.segments(moment.evidence_id)
        stated = segment.first(EventKind.SNAPSHOT)
        assert stated.detail["exhibit"] == exhibit.evidence_id
        assert stated.detail["sha256"] == exhibit.content.sha256
        assert stated.detail["of_us"] == str(moment.offset_us)
        assert 0 <= stated.pts_us - moment.offset_us < EARLIER_US
        assert 2_000_000 <= moment.offset_us <= segment.duration_us
        acts = [act for act, _ in await desk.officer.custody(exhibit.evidence_id)]
        assert acts[:3] == [
            CustodyAct.STILL_TAKEN.value,
            CustodyAct.EXHIBIT_RECEIVED.value,
            CustodyAct.EXHIBIT_SEALED.value,
        ]
