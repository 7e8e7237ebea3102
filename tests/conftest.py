"""Two workers: one takes what starts real programs and waits for them, one test after the other; the other takes the rest, file by file."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAMS = {"browser", "faults", "integration"}


@pytest.hookimpl(tryfirst=True)  # before the plugin reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Calls share the processor with nothing but quick tests: two at once would disturb each other's times."""
    for item in items:
        place = item.path.relative_to(HERE)
        group = "programs" if place.parts[0] in PROGRAMS else str(place)
        item.add_marker(pytest.mark.xdist_group(group))
