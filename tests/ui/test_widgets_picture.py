"""Timeline, picture and recording banner: the parts painted by hand."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor

from rvr_console.ui.theme import apply_theme, tokens
from rvr_console.ui.widgets.recording_banner import RecordingBanner, RecordingState, sealed_words
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.timeline import ConsultationTimeline
from rvr_console.ui.widgets.timeline_model import (
    Mark,
    Span,
    SpanKind,
    TimelineData,
    clear_stretch,
    ruler_step,
)
from rvr_console.ui.widgets.timeline_paint import LEFT, RIGHT
from rvr_console.ui.widgets.video_view import Chip, VideoView

pytestmark = pytest.mark.usefixtures("dressed")
BEGINS = datetime(2026, 11, 21, 13, 40, tzinfo=UTC)


@pytest.fixture
def timeline(qtbot):
    view = ConsultationTimeline()
    qtbot.addWidget(view)
    view.resize(LEFT + 1000 + RIGHT, view.height())
    view.set_data(
        TimelineData(
            BEGINS,
            1000.0,
            now=900.0,
            connection=(Span(SpanKind.CONNECTED, 0, 900, "Phone"),),
            recording=(Span(SpanKind.SEALED, 0, 400, "Sealed"), Span(SpanKind.GAP, 400, 442)),
            marks=(Mark(400, "Gap 42 s", Shape.SOON, Tone.WARN), Mark(100, "Arrived", Shape.KIND)),
        )
    )
    view.show()
    return view


def test_click_seeks_and_a_glyph_gives_its_own_second(timeline, qtbot):
    sought = []
    timeline.seek_requested.connect(sought.append)
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(LEFT + 250, 40))
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(LEFT + 103, 90))
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    assert sought == [pytest.approx(250, abs=1), 100]


def test_arrows_step_through_events_and_enter_seeks(timeline, qtbot):
    sought = []
    timeline.seek_requested.connect(sought.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Left):
        qtbot.keyClick(timeline, key)
    assert sought == [400]
    assert "Arrived" in timeline.accessibleName()


def test_now_moves_without_drawing_the_layer_again(timeline, qapp):
    timeline.grab()
    layer = timeline._layer
    timeline.set_now(950.0)
    timeline.grab()
    assert timeline._layer is layer
    apply_theme(qapp, dark=True)
    assert timeline._layer is None
    apply_theme(qapp, dark=False)


def test_a_gap_is_hatched(timeline):
    image = timeline.grab().toImage()
    seen = {image.pixelColor(LEFT + 400 + dx, 64).name() for dx in range(8, 34)}
    assert tokens().warn.name() in seen
    assert tokens().warntint.name() in seen


def test_list_of_the_same_items_for_a_screen_reader(timeline):
    assert timeline.items() == [
        (0, "Phone"),
        (0, "Sealed"),
        (100, "Arrived"),
        (400, "Gap"),
        (400, "Gap 42 s"),
    ]


def test_ruler_leaves_room_for_its_words():
    assert ruler_step(1.0) == 120
    assert ruler_step(0.0001) == 14400


def _frame(width: int, height: int, bgra: tuple[int, int, int, int]) -> bytearray:
    return bytearray(bytes(bgra) * (width * height))


def test_the_picture_is_letterboxed_never_stretched(qtbot):
    view = VideoView("Hannah Cole")
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.set_frame(_frame(160, 90, (10, 20, 200, 255)), 160, 90, 640)
    box = view.picture_rect()
    assert (box.width(), box.height(), box.top()) == (400, 225, 87)
    image = view.grab().toImage()
    assert image.pixelColor(200, 40) == tokens().stage
    assert image.pixelColor(200, 200) == QColor(200, 20, 10)
    assert view.picture_size() == QSize(160, 90)


def test_the_frames_buffer_lives_as_long_as_it_is_shown(qtbot):
    view = VideoView("Hannah Cole")
    qtbot.addWidget(view)
    view.resize(64, 64)
    view.set_frame(_frame(64, 64, (0, 0, 250, 255)), 64, 64, 256)
    waste = [bytearray(64 * 256) for _ in range(50)]
    assert view.grab().toImage().pixelColor(32, 32) == QColor(250, 0, 0)
    assert len(waste) == 50


@pytest.mark.parametrize(("size", "shape"), [(10, (64, 64, 256)), (64 * 256, (64, 64, 100)), (0, (0, 0, 0))])
def test_a_frame_that_is_too_small_is_refused(qtbot, size, shape):
    view = VideoView("Hannah Cole")
    qtbot.addWidget(view)
    with pytest.raises(ValueError, match="bytes are no"):
        view.set_frame(bytes(size), *shape)


def test_without_a_picture_it_says_so(qtbot):
    view = VideoView("Hannah Cole")
    qtbot.addWidget(view)
    assert view.accessibleName() == "Hannah Cole, No picture yet"
    view.set_chips([Chip("Good · 71 ms", icon="signal")])
    view.set_frame(_frame(8, 8, (0, 0, 0, 255)), 8, 8, 32)
    assert view.accessibleName() == "Hannah Cole, Good · 71 ms"
    view.clear("Camera is off")
    assert view.accessibleName().startswith("Hannah Cole, Camera is off")


@pytest.mark.parametrize(
    ("age", "tone"),
    [
        (None, Tone.WARN),
        (0.4, Tone.OK),
        (2.0, Tone.OK),
        (2.1, Tone.WARN),
        (4.0, Tone.WARN),
        (4.1, Tone.DANGER),
    ],
)
def test_age_of_the_last_sealed_record_turns_warning_then_fault(age, tone):
    assert sealed_words(age)[1] is tone


def test_a_pause_says_its_true_age_without_alarm():
    assert sealed_words(-0.01)[0] == "Sealed 0.0 s ago"
    assert sealed_words(12.4, paused=True) == ("Not recording, last sealed 12 s ago", Tone.OK)
    assert sealed_words(None, paused=True)[1] is Tone.WARN


@pytest.mark.parametrize(
    ("state", "red"),
    [
        (RecordingState(43, 0.2), True),
        (RecordingState(43, None), True),
        (RecordingState(43, 2, paused=2), False),
        (RecordingState(43, 6), False),
    ],
)
def test_no_red_mark_while_nothing_is_recorded(qtbot, state, red):
    banner = RecordingBanner()
    qtbot.addWidget(banner)
    banner.resize(600, 40)
    banner.set_state(state)
    shown = banner.grab().toImage()
    assert (shown.pixelColor(4, 20) == tokens().rec) is red


def test_recording_banner_speaks_each_change_once_and_at_once(qtbot, monkeypatch):
    spoken = []
    monkeypatch.setattr(
        "rvr_console.ui.widgets.recording_banner.announce",
        lambda _w, text, *, assertive: spoken.append((text, assertive)),
    )
    banner = RecordingBanner()
    qtbot.addWidget(banner)
    banner.set_state(None)
    for second in range(3):
        banner.set_state(RecordingState(second, 0.4))
    banner.set_state(RecordingState(3, 0.4, paused=1.0))
    banner.set_state(RecordingState(4, 9.0))
    banner.set_state(None)
    assert [text for text, _ in spoken] == [
        "Recording",
        "Paused",
        "Recording fault: nothing is being sealed",
        "Not recording",
    ]
    assert all(assertive for _, assertive in spoken)
    assert banner.accessibleName() == "Not recording"


def test_the_words_of_a_span_stand_where_nothing_is_drawn_over_it():
    sealed = Span(SpanKind.SEALED, 0, 60, "Sealed")
    gap, pause = Span(SpanKind.GAP, 0, 2), Span(SpanKind.PAUSE, 10, 16)
    assert clear_stretch(sealed, ()) == (0, 60)
    assert clear_stretch(sealed, (pause, gap)) == (16, 60)
    assert clear_stretch(sealed, (gap, Span(SpanKind.GAP, 30, 70))) == (2, 30)
    begins, ends = clear_stretch(sealed, (Span(SpanKind.GAP, 0, 60),))
    assert begins == ends
