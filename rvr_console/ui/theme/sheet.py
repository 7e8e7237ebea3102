"""The style sheet: colours, edges and boxes. No fonts here (see fonts.py)."""

from string import Template

from rvr_console.ui.theme.tokens import Tokens

_GROUND = """
QWidget#page, QStackedWidget, QMainWindow { background: $ground; }
QWidget[plane="surface"] { background: $surface; }
QWidget[plane="ground"] { background: $ground; }
QWidget[plane="sunken"] { background: $sunken; }
QWidget[plane="stage"] { background: $stage; }
QFrame[rule="h"] { background: $line; border: 0; min-height: 1px; max-height: 1px; }
QFrame[rule="v"] { background: $line; border: 0; min-width: 1px; max-width: 1px; }
QFrame[card="true"] { background: $surface; border: 1px solid $line; border-radius: 4px; }
QLabel { background: transparent; color: $ink; }
QLabel[ink="ink2"] { color: $ink2; }
QLabel[ink="ink3"] { color: $ink3; }
QLabel[ink="accent"] { color: $accent; }
QLabel[ink="ok"] { color: $ok; }
QLabel[ink="warn"] { color: $warn; }
QLabel[ink="danger"] { color: $danger; }
QLabel[ink="stageink"] { color: $stageink; }
QLabel[ink="stageink2"] { color: $stageink2; }
QToolTip { background: $surface; color: $ink; border: 1px solid $edge; padding: 4px; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $edge; }
QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 32px; margin: 2px 3px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 3px 2px; }
QScrollBar::handle:hover { background: $ink3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu { background: $surface; border: 1px solid $edge; padding: 4px 0; }
QMenu::item { padding: 6px 24px; color: $ink; background: transparent; }
QMenu::item:selected { background: $tint; color: $ink; }
QMenu::item:disabled { color: $ink3; }
"""

_BUTTONS = """
QPushButton[kind] { border: 1px solid $edge; border-radius: 4px; padding: 0 11px; min-height: 30px; outline: 0;
    background: $surface; color: $ink; }
QPushButton[kind]:hover { background: $hover; border-color: $ink3; }
QPushButton[kind]:pressed { background: $sunken; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $onaccent; }
QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed { background: $accenthover;
    border-color: $accenthover; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; color: $accent; }
QPushButton[kind="quiet"]:hover { background: $tint; color: $accent; }
QPushButton[kind="danger"] { background: $surface; border-color: $danger; color: $danger; }
QPushButton[kind="danger"]:hover, QPushButton[kind="danger"]:pressed { background: $dangertint; }
QPushButton[kind="rec"] { background: $rec; border-color: $rec; color: $onrec; }
QPushButton[kind="rec"]:hover, QPushButton[kind="rec"]:pressed { background: $rechover; border-color: $rechover; }
QPushButton[kind]:disabled { background: $sunken; border-color: $line; color: $ink3; }
QPushButton[kind="quiet"]:disabled { background: transparent; border-color: transparent; color: $ink3; }
QPushButton[tall="true"] { min-height: 38px; padding: 0 16px; }
QPushButton[stage="true"] { background: transparent; border-color: $stageline; color: $stageink; }
QPushButton[stage="true"]:hover { background: $stageline; }
QPushButton[stage="true"]:disabled { background: transparent; border-color: $stageline; color: $stageink2; }
QToolButton { background: transparent; border: 0; color: $ink; }
"""

_FIELDS = """
QLineEdit, QPlainTextEdit, QTextEdit { background: $surface; color: $ink; border: 1px solid $edge; border-radius: 4px;
    selection-background-color: $accent; selection-color: $onaccent; placeholder-text-color: $ink3; }
QLineEdit { min-height: 30px; padding: 0 6px; }
QLineEdit[low="true"] { min-height: 26px; }
QPlainTextEdit, QTextEdit { padding: 4px 5px; }
QLineEdit[error="true"], QPlainTextEdit[error="true"], QTextEdit[error="true"], QComboBox[error="true"] {
    border: 2px solid $danger; }
QLineEdit[error="true"] { min-height: 28px; padding: 0 5px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QLineEdit:read-only { background: $sunken; color: $ink3;
    border-color: $line; }
QLineEdit[stage="true"] { background: $chip; color: $stageink; border-color: $edge; placeholder-text-color: $stageink2; }
QComboBox { background: $surface; color: $ink; border: 1px solid $edge; border-radius: 4px; min-height: 30px;
    padding: 0 32px 0 8px; }
QComboBox:disabled { background: $sunken; color: $ink3; border-color: $line; }
QComboBox::drop-down { border: 0; width: 28px; }
QComboBox::down-arrow { image: none; width: 0; height: 0; }
QComboBox QAbstractItemView { background: $surface; color: $ink; border: 1px solid $edge; outline: 0;
    selection-background-color: $tint; selection-color: $ink; padding: 4px 0; }
QComboBox QAbstractItemView::item { min-height: 32px; padding: 0 8px; }
QProgressBar { background: $sunken; border: 1px solid $line; border-radius: 4px; min-height: 6px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
"""

_TABLES = """
QTableView { background: $ground; color: $ink; border: 0; gridline-color: $line; selection-background-color: $tint;
    selection-color: $ink; outline: 0; }
QHeaderView { background: $sunken; border: 0; }
QTableCornerButton::section { background: $sunken; border: 0; }
"""

_TEMPLATE = Template(_GROUND + _BUTTONS + _FIELDS + _TABLES)


def sheet(t: Tokens) -> str:
    """The application's style sheet in this theme."""
    return _TEMPLATE.substitute(t.hexes())
