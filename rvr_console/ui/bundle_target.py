"""Where a person's bundle goes: a name of its own in the folder that they chose, from whichever page it is asked for."""

from pathlib import Path

_MOST_NAMES = 1000


def bundle_name(reference: str) -> str:
    """Such as "155-of-21-11-2026_bundle": letters, digits and dashes only, whatever the reference holds."""
    parts = "".join(c if c.isascii() and c.isalnum() else " " for c in reference).split()
    return f"{'-'.join(parts)[:60] or 'case'}_bundle"


def free_target(folder: Path, name: str, suffix: str = "") -> Path:
    """The first name that is not taken. The maker itself never writes over anything."""
    for number in range(1, _MOST_NAMES):
        target = folder / (f"{name}{suffix}" if number == 1 else f"{name}-{number}{suffix}")
        if not target.exists():
            return target
    return folder / f"{name}{suffix}"
