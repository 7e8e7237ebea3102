import sys

import PySide6
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPalette, QTextLayout
from PySide6.QtWidgets import QLineEdit

from rvr_console.ui.theme import (
    DARK,
    LIGHT,
    Size,
    Weight,
    apply_theme,
    contrast,
    font,
    icon_pixmap,
    theme_signals,
    tokens,
)
from rvr_console.ui.theme.apply import RESOURCES
from rvr_console.ui.theme.fonts import font_for
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone

TEXT_PAIRS = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink", "sunken"),
    ("ink", "hover"),
    ("ink", "tint"),
    ("ink2", "surface"),
    ("ink2", "ground"),
    ("ink2", "sunken"),
    ("ink2", "tint"),
    ("ink3", "surface"),
    ("ink3", "sunken"),
    ("accent", "surface"),
    ("accent", "ground"),
    ("accent", "tint"),
    ("onaccent", "accent"),
    ("onaccent", "accenthover"),
    ("ok", "oktint"),
    ("ok", "surface"),
    ("warn", "warntint"),
    ("warn", "surface"),
    ("danger", "dangertint"),
    ("danger", "surface"),
    ("ink", "oktint"),
    ("ink", "warntint"),
    ("ink", "dangertint"),
    ("accent", "warntint"),
    ("accent", "oktint"),
    ("onrec", "rec"),
    ("onrec", "rechover"),
    ("surface", "ink2"),
    ("stageink", "stage"),
    ("stageink2", "stage"),
    ("stageink", "chip"),
    ("stageok", "stage"),
    ("stagewarn", "stage"),
    ("stagedanger", "stage"),
    ("chip", "stagewarn"),
]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_has_contrast_aa(theme, text, ground):
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_and_focus_have_contrast_of_controls(theme):
    for ground in (theme.surface, theme.ground):
        assert contrast(theme.edge, ground) >= 3
        assert contrast(theme.accent, ground) >= 3


def test_contrast_of_known_colours():
    assert contrast(QColor("#000000"), QColor("#FFFFFF")) == pytest.approx(21)
    assert round(contrast(LIGHT.ink, LIGHT.surface), 1) == 16.5
    assert round(contrast(DARK.ok, DARK.oktint), 1) == 7.3


def test_switch_sets_tokens_and_palette_then_tells(qapp):
    apply_theme(qapp, dark=False)
    heard = []
    hear = lambda: heard.append((tokens().dark, qapp.palette().color(QPalette.ColorRole.Window).name()))  # noqa: E731
    theme_signals().changed.connect(hear)
    apply_theme(qapp, dark=True)
    apply_theme(qapp, dark=False)
    theme_signals().changed.disconnect(hear)
    assert heard == [(True, DARK.ground.name()), (False, LIGHT.ground.name())]


def test_painted_widgets_follow_the_switch(qapp, qtbot):
    tag = StatusTag(Tag(Shape.DONE, "Sealed", Tone.OK))
    button = Button("Take over", "primary")
    field = QLineEdit()
    for widget in (tag, button, field):
        qtbot.addWidget(widget)
    seen = []
    for dark in (False, True):
        apply_theme(qapp, dark=dark)
        seen.append([widget.grab().toImage() for widget in (tag, button, field)])
    for light, dark in zip(*seen, strict=True):
        assert light != dark
    apply_theme(qapp, dark=False)


def test_figures_are_tabular_and_hyphens_stay_narrow(dressed):
    if not (RESOURCES / "fonts").is_dir():
        pytest.skip("Inter is not built here")
    metrics = QFontMetricsF(font(Size.BODY, Weight.REGULAR))
    assert metrics.horizontalAdvance("111111") == metrics.horizontalAdvance("888888")
    words = QFontMetricsF(font_for("hand-over"))
    assert words.horizontalAdvance("-") < metrics.horizontalAdvance("-")


def test_weights_differ_and_sizes_are_pixels(dressed):
    assert font(Size.LABEL).pixelSize() == 12
    assert font(Size.FIGURE, Weight.BOLD).weight() == 600


def test_without_fonts_and_icons_the_console_still_shows(qapp, tmp_path):
    apply_theme(qapp, dark=False, resources=tmp_path / "nothing")
    assert not icon_pixmap("video", LIGHT.ink).isNull()
    apply_theme(qapp, dark=False)


def test_icons_take_the_colour_asked_for(qapp, tmp_path):
    folder = tmp_path / "icons"
    folder.mkdir()
    square = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" fill="currentColor"/></svg>'
    (folder / "block.svg").write_text(square)
    apply_theme(qapp, dark=False, resources=tmp_path)
    try:
        image: QImage = icon_pixmap("block", QColor("#AD1F1B"), 16, 2.0).toImage()
        assert image.size().width() == 32
        assert image.pixelColor(16, 16).name() == "#ad1f1b"
    finally:
        from rvr_console.ui.theme.icons import use_icons

        use_icons(RESOURCES / "icons")


def test_pyside_is_the_version_that_does_not_abort():
    """6.12.0 on Python 3.11 drops a reference to True at each emit and aborts within a call."""
    assert PySide6.__version__ == "6.11.3"


def test_emitting_true_keeps_its_references(qapp):
    class Source(QObject):
        said = Signal(bool)

    source, heard = Source(), []
    source.said.connect(lambda value: heard.append(value) if len(heard) < 3 else None)
    before = sys.getrefcount(True)
    for _ in range(5000):
        source.said.emit(True)
    assert heard == [True, True, True]
    assert sys.getrefcount(True) > before - 100


@pytest.mark.parametrize(
    "text", ["दरवाज़ा", "门是绿色的", "문은", "كان الباب", "הדלת", "ประตู", "😀👍", "Привіт"]
)
def test_what_is_typed_in_any_script_is_seen(dressed, text):
    """Whatever fonts the machine has: glyph 0 is the empty box."""
    layout = QTextLayout(text, font())
    layout.beginLayout()
    layout.createLine().setLineWidth(500)
    layout.endLayout()
    glyphs = [glyph for run in layout.glyphRuns() for glyph in run.glyphIndexes()]
    assert glyphs
    assert all(glyphs)
