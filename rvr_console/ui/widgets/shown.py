"""What a view shows already, so that only a change is drawn: no flicker, no lost focus, no relayout for nothing."""


class Shown:
    """Remembers the last value given for each part."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}

    def changed(self, part: str, value: object) -> bool:
        """True if this part showed something else before, or nothing. The value must not be altered afterwards."""
        if part in self._values and self._values[part] == value:
            return False
        self._values[part] = value
        return True

    def forget(self, part: str) -> None:
        self._values.pop(part, None)
