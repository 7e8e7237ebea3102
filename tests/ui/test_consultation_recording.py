"""Is it recorded, and does the page say so: refusals, the officer's decision, pauses."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from rvr_console.domain import call
from rvr_console.domain.consultation import Consent
from rvr_console.domain.recording import RecorderState
from rvr_console.ui.widgets.recording_banner import RecordingBanner

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")


def test_a_refusal_needs_the_officers_reason(rig):
    rig.until("device_waiting")
    rig.go_live()
    rig.say(call.ConsentIn(agreed=False))
    assert rig.sees("Hannah Cole does not agree to the recording.")
    rig.click("Record all the same")
    assert rig.sees("Give a reason")
    assert rig.state.consultation.consent is Consent.NOT_ASKED
    assert not rig.far.done("start_recording")
    rig.key(Qt.Key.Key_Escape)
    assert rig.sees("does not agree")
    rig.type("Your decision and reason", "Injuries must be seen")
    rig.click("Record all the same")
    assert rig.state.consultation.consent is Consent.REFUSED_RECORDED
    assert rig.state.consultation.consent_reason == "Injuries must be seen"
    assert rig.far.done("start_recording")
    assert not rig.sees("does not agree")


def test_going_on_unrecorded_records_nothing_and_says_so(rig):
    rig.until("device_waiting")
    rig.go_live()
    rig.say(call.ConsentIn(agreed=False))
    rig.type("Your decision and reason", "Talks only unrecorded")
    rig.named("Go on without recording").setFocus()
    rig.click("Go on without recording")
    assert rig.state.consultation.consent is Consent.REFUSED_NOT_RECORDED
    assert not rig.far.done("start_recording")
    assert rig.sees("Not recording")
    focus = QApplication.focusWidget()  # the pane has gone: its focus must not fall on a danger button
    assert focus is None, focus.accessibleName()


def test_in_a_pause_the_banner_says_the_recorders_own_age(rig, monkeypatch):
    rig.until("paused")
    monkeypatch.setattr(rig.world.clock, "monotonic_ns", lambda: 12_000_000_001)  # its last record: at 1
    rig.status(RecorderState.PAUSED, 12)
    (name,) = [b.accessibleName() for b in rig.page.findChildren(RecordingBanner)]
    assert "Not recording, last sealed 12 s ago" in name
