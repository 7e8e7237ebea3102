"""The desktop console for rapid and enhanced video response."""

__version__ = "0.1.0"
