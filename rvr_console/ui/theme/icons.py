"""Icons that follow the palette: line SVGs whose stroke is `currentColor`, tinted when drawn.

An icon that is not there draws nothing: every icon stands beside its word, so no meaning is lost.
"""

import logging
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

_log = logging.getLogger(__name__)
_folder = Path(__file__).resolve().parents[3] / "resources" / "vendor" / "icons"


def use_icons(folder: Path) -> None:
    """Take icons from this folder from now on."""
    global _folder
    _folder = folder
    forget_icons()


def forget_icons() -> None:
    """Drop every drawn icon (after a theme switch)."""
    _source.cache_clear()
    _pixmap.cache_clear()


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    path = _folder / f"{name}.svg"
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        _log.info("icon %s is not installed; its word stands alone", name)
        return ""


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.fill(Qt.GlobalColor.transparent)
    svg = _source(name)
    if svg:
        renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", colour).encode()))
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon_pixmap(name: str, colour: QColor, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """The icon drawn in this colour, size × size logical pixels at this device pixel ratio."""
    return _pixmap(name, colour.name(), size, ratio)


def icon(name: str, colour: QColor, off: QColor | None = None, size: int = 16) -> "QIcon":
    """A QIcon in this colour, sharp up to 200 %. off: its colour when disabled."""
    from PySide6.QtGui import QIcon  # dear to load, and the sign-in window has none

    made = QIcon()
    for ratio in (1.0, 1.5, 2.0):
        made.addPixmap(icon_pixmap(name, colour, size, ratio), QIcon.Mode.Normal)
        made.addPixmap(icon_pixmap(name, off or colour, size, ratio), QIcon.Mode.Disabled)
    return made


def paint_icon(painter: QPainter, name: str, x: float, y: float, colour: QColor, *, size: int = 16) -> None:
    """Draw the icon with its top left corner at x, y."""
    ratio = painter.device().devicePixelRatioF()
    pixmap = icon_pixmap(name, colour, size, ratio)
    painter.drawPixmap(QRectF(x, y, size, size), pixmap, QRectF(pixmap.rect()))
