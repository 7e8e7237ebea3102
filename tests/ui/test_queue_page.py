from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from rvr_console.domain.access import Role, User
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.incident import HistoryLine, Incident, Person, Triage
from rvr_console.errors import RefusedError, ServiceDownError
from rvr_console.ui.queue.detail import DetailScroll
from rvr_console.ui.queue.page import QueuePage
from rvr_console.ui.queue.presenter import QueuePresenter
from rvr_console.ui.widgets.text import Text

pytestmark = pytest.mark.usefixtures("dressed")
NOW = datetime(2026, 11, 21, 13, 52, tzinfo=UTC)
OFFICER = User("2302", "J. Marsh", "PC", Role.OFFICER)
SERGEANT = User("1186", "T. Ridley", "Sgt", Role.SERGEANT)


def incident(number: int, hours: float, **changes) -> Incident:
    base = Incident(
        reference=f"{number} of 19/11/2026",
        category="Damage to vehicle",
        grade=3,
        reported_at=NOW - timedelta(hours=hours),
        place="Haverbrook",
        address="6 Tannery Row",
        person=Person("Susan Whitlock", "07700900214"),
        triage=Triage.SUITABLE,
        thrive={"harm": "Loss of use of car"},
        suitability={"over_18": True, "agrees_to_video": False},
        history=(HistoryLine(NOW - timedelta(hours=hours), "Reported by 101"),),
    )
    return replace(base, **changes)


class Service:
    """Keeps what was asked; answers with `fault` if one is set."""

    def __init__(self, incidents) -> None:
        self.incidents, self.asked, self.fault = list(incidents), [], None

    async def list_incidents(self):
        return list(self.incidents)

    async def _answer(self, *asked):
        self.asked.append(asked)
        if self.fault:
            raise self.fault
        return Consultation(id="c1", incident=str(asked[-1]), officer="2302", started_at=NOW)

    async def take_next(self):
        return await self._answer("take_next")

    async def take(self, reference):
        return await self._answer("take", reference)

    async def triage(self, reference, suitable, reason):
        return await self._answer("triage", reference, suitable, reason)

    async def allocate(self, reference, collar):
        return await self._answer("allocate", reference, collar)

    async def log_contact(self, reference, outcome, next_at):
        return await self._answer("log_contact", reference, outcome, next_at)


class Desk:
    def __init__(self, qtbot, incidents, user=OFFICER) -> None:
        self.page, self.service = QueuePage(lambda: NOW), Service(incidents)
        self.waiting, self.taken, self.qtbot = [], [], qtbot
        self.presenter = QueuePresenter(
            self.page, self.service, self.waiting.append, lambda: NOW, self.taken.append
        )
        self.page.connect_presenter(self.presenter)
        qtbot.addWidget(self.page)
        self.page.resize(1344, 800)
        self.page.show()
        self.page.activateWindow()
        qtbot.waitUntil(self.page.isActiveWindow)
        self.presenter.set_user(user)

    async def run(self):
        while self.waiting:
            await self.waiting.pop(0)

    def named(self, name):
        """The visible button with this accessible name."""
        return next(
            b for b in self.page.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisible()
        )

    def press(self, name):
        self.qtbot.mouseClick(self.named(name), Qt.MouseButton.LeftButton)


@pytest.fixture
async def desk(qtbot):
    made = Desk(qtbot, [incident(1, 50), incident(2, 30, triage=Triage.TO_TRIAGE), incident(3, 20)])
    await made.run()
    return made


def slot_name(desk):
    return desk.page.header.slot.accessibleName()


async def test_take_next_says_which_and_why_then_takes_it(desk, qtbot):
    assert desk.page.header._why_strong.text() == "1 of 19/11, waiting longest"
    qtbot.keyClick(desk.page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert slot_name(desk).startswith("Take next, ")
    await desk.waiting.pop(0)
    assert desk.service.asked == [("take_next",)]
    assert [c.id for c in desk.taken] == ["c1"]
    await desk.run()
    assert slot_name(desk) == "Take next, Ctrl+Enter"


async def test_pressing_twice_takes_once(desk):
    slot = desk.page.header.slot
    desk.qtbot.mouseClick(slot, Qt.MouseButton.LeftButton)
    desk.qtbot.mouseClick(slot, Qt.MouseButton.LeftButton)
    desk.presenter.take_next()
    await desk.run()
    assert desk.service.asked == [("take_next",)]


@pytest.mark.parametrize("error", [RefusedError, ServiceDownError])
async def test_a_refusal_is_told_and_the_slot_is_ready_again(desk, error):
    desk.service.fault = error("Another officer has it.", kept="Nothing was changed.", todo="Take the next.")
    desk.page.header.slot.acted.emit()
    await desk.run()
    fault = desk.page.banners._banners["fault"]
    assert fault.accessibleName() == "Fault: Another officer has it. Nothing was changed. Take the next."
    assert not desk.taken
    assert not desk.page.header.slot.pending
    desk.service.fault = None
    desk.page.header.slot.acted.emit()
    await desk.run()
    assert desk.page.banners.keys() == ()


async def test_nobody_ready_or_off_duty_says_so_inside_the_slot(desk):
    desk.service.incidents = [incident(2, 3, triage=Triage.TO_TRIAGE)]
    desk.presenter.refresh()
    await desk.run()
    assert slot_name(desk) == "Take next, off, nobody ready"
    desk.presenter.set_user(replace(OFFICER, on_duty=False))
    await desk.run()
    assert slot_name(desk) == "Take next, off, you are off duty"
    assert desk.page.pane.contact_button.isHidden()


async def test_the_chosen_incident_stays_chosen_when_the_queue_is_read_again(desk):
    desk.page.table.selectRow(2)
    assert desk.page.pane.reference == "3 of 19/11/2026"
    desk.service.incidents.insert(0, incident(9, 60))
    desk.presenter.refresh()
    await desk.run()
    assert desk.page.pane.reference == "3 of 19/11/2026"
    assert desk.page.table.currentIndex().row() == 3
    desk.service.incidents = [i for i in desk.service.incidents if not i.reference.startswith("3 ")]
    desk.presenter.refresh()
    await desk.run()
    assert desk.page.pane.reference == ""


async def test_the_incident_that_is_taken_next_is_the_one_that_is_read(qtbot):
    other = incident(80, 50, allocated_to="9999")
    made = Desk(qtbot, [other, incident(81, 40), incident(82, 30)])
    await made.run()
    assert made.page.pane.reference == "81 of 19/11/2026"
    made.page._choose("82 of 19/11/2026")
    made.presenter.refresh()
    await made.run()
    assert made.page.pane.reference == "82 of 19/11/2026", "what a person chose stays"


async def test_calls_while_reading_end_in_one_more_reading(desk):
    for _ in range(5):
        desk.presenter.refresh()
    assert len(desk.waiting) == 1
    await desk.run()
    assert desk.page.model.counts.all == 3


async def test_an_officer_has_no_sergeants_decisions(desk):
    pane = desk.page.pane
    assert pane.suitable_button.isHidden()
    assert pane.return_button.isHidden()
    assert pane.allocate_button.isHidden()
    assert pane.take_button.isVisible()


async def test_sergeant_decides_and_a_return_needs_a_reason(qtbot):
    desk = Desk(qtbot, [incident(2, 30, triage=Triage.TO_TRIAGE)], SERGEANT)
    await desk.run()
    desk.press("Suitable")
    await desk.run()
    assert "2 of 19/11/2026 is marked suitable." in desk.page.banners._banners["toast"].accessibleName()
    desk.press("Return to dispatch")
    form = desk.page.pane._reason
    qtbot.mouseClick(form.submit_button, Qt.MouseButton.LeftButton)
    assert "Give a reason" in form.reason.accessibleName()
    qtbot.keyClicks(form.reason, "Needs a visit")
    qtbot.keyClick(form.reason, Qt.Key.Key_Return)
    await desk.run()
    desk.press("Allocate")
    qtbot.keyClicks(desk.page.pane._allocate.collar, "2302")
    qtbot.keyClick(desk.page.pane._allocate.collar, Qt.Key.Key_Return)
    await desk.run()
    assert desk.service.asked == [
        ("triage", "2 of 19/11/2026", True, ""),
        ("triage", "2 of 19/11/2026", False, "Needs a visit"),
        ("allocate", "2 of 19/11/2026", "2302"),
    ]


async def test_logging_a_contact_checks_the_time(desk, qtbot):
    desk.press("Log contact")
    form = desk.page.pane._contact
    now = NOW.astimezone()
    later = (now + timedelta(hours=1)) if now.hour < 23 else now + timedelta(minutes=5)
    form.outcome.setCurrentIndex(3)
    problems = {}
    for text in ("", "25:00", "soon", "00:00"):
        form.time.setText(text)
        qtbot.mouseClick(form.submit_button, Qt.MouseButton.LeftButton)
        problems[text] = form._time_field.error.split(".")[0]
    assert problems == {
        "": "Give the agreed time, such as 14:30",
        "25:00": "Give a time such as 14:30",
        "soon": "Give a time such as 14:30",
        "00:00": "That time has passed",
    }
    assert not desk.service.asked
    form.time.setText(later.strftime("%H:%M"))
    qtbot.mouseClick(form.submit_button, Qt.MouseButton.LeftButton)
    await desk.run()
    act, _reference, outcome, at = desk.service.asked[0]
    assert (act, outcome) == ("log_contact", "call_back")
    assert at.tzinfo is not None
    assert at == later.replace(second=0, microsecond=0)


async def test_escape_closes_a_form_and_the_focus_stays_near(desk, qtbot):
    desk.press("Log contact")
    qtbot.keyClick(desk.page.pane._contact.outcome, Qt.Key.Key_Escape)
    assert desk.page.pane._contact.isHidden()
    assert desk.page.pane.contact_button.hasFocus()


async def test_find_filter_and_empty_states(desk, qtbot):
    qtbot.keyClick(desk.page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert desk.page.tools.find_box.hasFocus()
    qtbot.keyClicks(desk.page.tools.find_box, "3 of")
    assert desk.page.model.rowCount() == 1
    qtbot.keyClick(desk.page.tools.find_box, Qt.Key.Key_Return)
    assert desk.page.table.hasFocus()
    qtbot.keyClick(desk.page.table, Qt.Key.Key_Return)
    assert desk.page.pane.take_button.hasFocus()
    desk.page.tools.find_box.setText("nobody of that name")
    assert desk.page._empty.accessibleName().startswith("No incident matches.")
    desk.page.tools.find_box.clear()
    desk.service.incidents = []
    desk.presenter.refresh()
    await desk.run()
    assert desk.page._empty.accessibleName().startswith("Nobody is waiting.")


async def test_counts_reach_filters_heading_and_rail(desk):
    counts = []
    desk.page.waiting_changed.connect(counts.append)
    desk.presenter.refresh()
    await desk.run()
    assert counts == [3]
    names = [s.accessibleName() for s in desk.page.tools.filters._segments.values()]
    assert names == ["Show, All 3, chosen", "Show, Ready 2", "Show, Call back 0", "Show, To triage 1"]
    assert desk.page.header._inline.text() == "3 waiting · oldest first"


async def test_text_from_the_control_room_is_never_markup(desk):
    desk.service.incidents = [incident(1, 5, person=Person("<b>Susan</b>"), category="<img src=x>")]
    desk.presenter.refresh()
    await desk.run()
    desk.page.table.selectRow(0)
    texts = [t for t in desk.page.pane.findChildren(Text) if "<" in t.text()]
    assert len(texts) == 2
    assert all(t.textFormat() is Qt.TextFormat.PlainText for t in texts)


async def test_every_control_has_a_name(qtbot, unnamed):
    desk = Desk(qtbot, [incident(2, 30, triage=Triage.TO_TRIAGE)], SERGEANT)
    await desk.run()
    for button in (
        desk.page.pane.contact_button,
        desk.page.pane.return_button,
        desk.page.pane.allocate_button,
    ):
        button.click()
    assert unnamed(desk.page) == []


async def test_signing_out_leaves_nothing_of_the_queue_on_the_screen(desk):
    desk.page.tools.find_box.setText("whitlock")
    desk.page.show_fault("Another officer has it.", "")
    desk.presenter.set_user(None)
    await desk.run()
    assert desk.page.model.rowCount() == 0
    assert desk.page.pane.reference == ""
    texts = [t.text() for t in desk.page.findChildren(Text)] + [desk.page.tools.find_box.text()]
    assert not [t for t in texts if "Whitlock" in t or "19/11" in t or "whitlock" in t]
    assert desk.page.banners.keys() == ()
    desk.presenter.refresh()
    assert not desk.waiting


async def test_a_queue_that_cannot_be_read_says_so_until_it_can(desk):
    works = desk.service.list_incidents

    async def fails():
        raise ServiceDownError("The store does not answer.", kept="What you see may be old.")

    desk.service.list_incidents = fails
    desk.presenter.refresh()
    await desk.run()
    assert desk.page.banners.keys() == ("reading",)
    assert desk.page.model.rowCount() == 3
    desk.service.list_incidents = works
    desk.presenter.refresh()
    await desk.run()
    assert desk.page.banners.keys() == ()


async def test_time_moves_on_once_a_minute(desk):
    desk.presenter.tick(NOW)
    before = desk.page.model.index(0, 0).data()
    desk.presenter.tick(NOW + timedelta(seconds=30))
    assert desk.page.model.index(0, 0).data() == before
    desk.presenter.tick(NOW + timedelta(seconds=61))
    assert desk.page.model.index(0, 0).data() != before


async def test_the_pane_shows_its_own_ground_behind_whichever_incident(desk):
    [scroll] = desk.page.pane.findChildren(DetailScroll)
    for row in (0, 1):
        desk.page.table.selectRow(row)
        assert scroll.widget().findChildren(Text)
        assert not scroll.widget().autoFillBackground()
