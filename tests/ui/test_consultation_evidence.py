"""The consultation's Evidence tab over real services: asked for, arriving, sealed, described, hidden, refused."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QProgressBar

sys.path.insert(0, str(Path(__file__).parent))

from evidence_rig import EvidenceRig

from rvr_console.domain import call
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.exhibit import ExhibitSource, Preview, RecordingMoment
from rvr_console.domain.uploads import UploadState
from rvr_console.errors import StorageError
from rvr_console.ui.exhibits.thumbnail import image_of
from rvr_console.ui.theme import apply_theme

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")


@pytest.fixture(scope="module")
def live(tmp_path_factory, qapp):
    """One call for the whole file: it costs more to make than all that is done in it."""
    apply_theme(qapp, dark=False)
    made = EvidenceRig(tmp_path_factory.mktemp("evidence"), qapp)
    made.page.resize(1344, 852)
    made.page.show()
    made.until("live")
    yield made
    made.close()


@pytest.fixture
def rig(live, qtbot):
    live.state.arrivals.clear()
    live.state.asked = None
    live.files.moment = None
    live.page.show()
    live.page.activateWindow()
    qtbot.waitUntil(live.page.isActiveWindow)
    live.page.open_tab("evidence")
    live.presenter.redraw()
    live.settle()
    return live


def entries(rig, act, exhibit):
    return [one for one in rig.run(rig.world.logged(act)) if one.subject == exhibit.evidence_id]


def tab_words(rig) -> str:
    tabs = rig.named("Paperwork")
    return next(
        name for n in range(tabs.count()) if (name := tabs.accessibleTabName(n)).startswith("Evidence")
    )


def test_empty_says_what_to_do_and_the_keyboard_is_at_the_first_button(rig):
    assert rig.sees("No exhibits yet")
    assert rig.sees("Ask for a photo or a file")
    assert rig.named("Ask for a photo").hasFocus()


def test_asked_by_button_and_by_key_and_forgotten_when_something_comes(rig):
    rig.click("Ask for a photo")
    assert rig.far.done("ask_for_file") == [("ask_for_file", "photo", "Please take or choose a photo.")]
    assert rig.sees("Asked for a photo at")
    rig.key(Qt.Key.Key_F7)
    assert rig.far.done("ask_for_file")[-1][1] == "file"
    assert rig.sees("Asked for a file at")
    asked = rig.run(rig.world.logged(CustodyAct.FILE_ASKED))
    assert [(one.subject, one.actor, one.details) for one in asked] == [
        (rig.cid, "2417", {"what": "photo"}),
        (rig.cid, "2417", {"what": "file"}),
    ]
    rig.bring("01")
    assert not rig.sees("Asked for a file at")
    assert rig.state.asked is None


def test_a_file_arrives_with_real_numbers_and_becomes_an_exhibit(rig, monkeypatch):
    ns = [0]
    mine = replace(rig.presenter.evidence._services, monotonic_ns=lambda: ns[0])
    monkeypatch.setattr(rig.presenter.evidence, "_services", mine)
    facts = {"untrusted_name": "doorbell.mp4", "untrusted_type": "video/mp4"}
    rig.coming(0, upload="a1", **facts)
    assert rig.sees("0 kB of 214 MB")
    ns[0] = 40 * 10**9
    rig.coming(131_000_000, upload="a1", **facts)
    (bar,) = [bar for bar in rig.page.findChildren(QProgressBar) if bar.isVisible()]
    assert bar.value() == 612
    assert bar.accessibleName() == "File doorbell.mp4, 131 MB of 214 MB, about 25 s"
    assert rig.sees("1 arriving")
    rig.coming(
        131_000_000, UploadState.WAITING, "a1", "The evidence disk is full. It goes on by itself.", **facts
    )
    assert rig.sees("131 MB of 214 MB. The evidence disk is full.")
    rig.coming(214_000_000, UploadState.CHECKING, "a1", **facts)
    assert rig.sees("It is sealed and checked")
    rig.files.moment = RecordingMoment("EV-2026-0001", 1, 432_000_000)
    rig.bring("a1", **facts)
    assert not [bar for bar in rig.page.findChildren(QProgressBar) if bar.isVisible()]
    assert rig.sees("at 00:07:12 of the recording")
    rig.coming(214_000_000, UploadState.RECEIVED, "a1", **facts)
    assert not rig.sees("arriving")


def test_a_file_that_is_not_taken_stays_with_its_reason_until_dismissed(rig):
    name = "holiday\u202egpj.exe"
    rig.coming(0, UploadState.FAILED, words="The gateway does not take this file.", untrusted_name=name)
    assert rig.sees("The gateway does not take this file.")
    assert rig.sees("holiday\\u202egpj.exe")
    assert "not taken" in tab_words(rig)
    rig.click("Dismiss holiday\\u202egpj.exe")
    assert not rig.sees("holiday")


def test_described_in_place_and_stored_when_left(rig):
    exhibit = rig.bring("d1", description="")
    name = f"Description of {exhibit.reference}"
    field = rig.type(name, "Front door from outside")
    assert entries(rig, CustodyAct.EXHIBIT_DESCRIBED, exhibit) == []
    rig.key(Qt.Key.Key_Return)
    (entry,) = entries(rig, CustodyAct.EXHIBIT_DESCRIBED, exhibit)
    assert entry.actor == "2417"
    assert rig.run(rig.files.exhibits.get(exhibit.evidence_id)).description == "Front door from outside"
    rig.presenter.redraw()
    assert field.text() == "Front door from outside"
    rig.key(Qt.Key.Key_Return)
    assert len(entries(rig, CustodyAct.EXHIBIT_DESCRIBED, exhibit)) == 1, "nothing new was said"
    rig.type(name, ", daylight")
    rig.page.leave()
    rig.settle()
    assert len(entries(rig, CustodyAct.EXHIBIT_DESCRIBED, exhibit)) == 2, "leaving the consultation stores it"


def test_what_is_typed_survives_other_news_and_a_refused_store(rig, monkeypatch):
    exhibit = rig.bring("e1", description="")
    field = rig.type(f"Description of {exhibit.reference}", "Front do")
    rig.coming(1_000)
    rig.bring("e2")
    assert field.text() == "Front do"
    assert field.hasFocus()

    async def refuse(*_args):
        raise StorageError("The disk is full.", kept="Nothing was changed.", todo="Make room.")

    with monkeypatch.context() as broken:
        broken.setattr(rig.files.exhibits, "describe", refuse)
        rig.key(Qt.Key.Key_Return)
    assert rig.sees("The disk is full.")
    assert field.text() == "Front do"
    QTest.keyClicks(field, "or")
    rig.key(Qt.Key.Key_Return)
    (entry,) = entries(rig, CustodyAct.EXHIBIT_DESCRIBED, exhibit)
    assert entry.details["description"] == "Front door"


def test_hidden_pictures_are_not_even_asked_for(rig):
    exhibit = rig.bring("f1")
    reference = exhibit.reference
    assert rig.named(f"Picture of {reference}").shows_picture
    rig.click(f"Hide picture of {reference}")
    assert len(entries(rig, CustodyAct.EXHIBIT_MARKED, exhibit)) == 1
    assert not rig.named(f"Picture of {reference}").shows_picture
    assert "hidden, distressing" in rig.named(f"Picture of {reference}").accessibleName()
    rig.pictures.asked.clear()
    rig.presenter.redraw()
    rig.settle()
    assert exhibit.evidence_id not in rig.pictures.asked
    rig.click(f"Show picture of {reference} again")
    assert rig.named(f"Picture of {reference}").shows_picture


def test_a_program_is_flagged_in_words_and_has_nothing_to_hide(rig):
    exhibit = rig.bring("a9", data=b"MZ" + bytes(2000), untrusted_name="report.pdf.exe")
    assert rig.sees("Program or script")
    assert rig.sees("it is never run here")
    assert "to look at" in tab_words(rig)
    assert not rig.sees(f"Hide picture of {exhibit.reference}")


def test_stills_by_button_and_key_with_marks_on_the_timeline(rig):
    before = len(rig.state.exhibits)
    rig.click("Take a still")
    rig.key(Qt.Key.Key_F5)
    made = [str(one.reference) for one in rig.state.exhibits if one.reference.initials == "AB"]
    assert made == ["AB/1", "AB/2"]
    marks = [mark.word for mark in rig.page._timeline._data.marks]
    assert "Still AB/2" in marks
    assert "HC/1" in marks
    assert rig.sees(f"Recording, {before + 2} exhibits")


def test_a_still_in_a_share_is_of_the_shared_screen(rig):
    before = len(rig.state.exhibits)
    rig.say(call.VictimShare(on=True))
    rig.key(Qt.Key.Key_F5)
    rig.say(call.VictimShare(on=False))
    rig.key(Qt.Key.Key_F5)
    made = [one.origin.source for one in rig.state.exhibits[before:]]
    assert made == [ExhibitSource.SCREEN_SHARE, ExhibitSource.STILL]


def test_every_control_is_named_in_both_themes(rig, unnamed, qapp):
    rig.coming(1_000)
    for dark in (False, True):
        apply_theme(qapp, dark=dark)
        assert unnamed(rig.page) == []
    apply_theme(qapp, dark=False)
    assert isinstance(rig.named("Description of HC/1"), QLineEdit)


@pytest.mark.parametrize(
    "preview", [Preview(10, 10, bytes(399)), Preview(0, 4, b""), Preview(5000, 1, bytes(20_000))]
)
def test_pixels_that_are_not_what_they_say_make_no_picture(preview):
    assert image_of(preview) is None


def test_sound_pixels_make_a_picture_of_their_own_memory():
    made = image_of(Preview(2, 1, bytes((1, 2, 3, 255, 4, 5, 6, 255))))
    assert isinstance(made, QImage)
    assert made.pixelColor(0, 0).getRgb()[:3] == (1, 2, 3)


def test_only_while_somebody_is_there(rig):
    rig.presenter.call.pause()
    rig.settle()
    assert rig.named("Ask for a photo").isEnabled()
    assert not rig.named("Take a still").isEnabled()
    assert not rig.named("Still").isEnabled()
    rig.drop()
    rig.presenter.evidence.ask_for("file")
    rig.settle()
    assert rig.sees("Nobody is in the call to be asked.")
    assert not rig.sees("Asked for a file at")
    assert not rig.named("Ask for a photo").isEnabled()
    assert "only while somebody is in the call" in rig.named("Ask for file").accessibleName()
