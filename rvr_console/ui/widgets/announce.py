"""Tells a screen reader what changed."""

from PySide6.QtWidgets import QWidget


def announce(source: QWidget, text: str, *, assertive: bool = False) -> None:
    """Speak the text. assertive: at once, for recording and lost connections; otherwise when the reader is idle."""
    # Not at the top: Qt's accessibility classes are dear to load, and the sign-in window says nothing by itself.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    event = QAccessibleAnnouncementEvent(source, text)
    event.setPoliteness(
        QAccessible.AnnouncementPoliteness.Assertive
        if assertive
        else QAccessible.AnnouncementPoliteness.Polite
    )
    QAccessible.updateAccessibility(event)
