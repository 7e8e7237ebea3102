"""Two workers: one takes what starts real programs and waits for them, one test after the other; the other takes the rest, file by file."""

from typing import Any

import pytest

pytest_plugins = ["tests.gateway_fixtures"]

PROGRAMS = ("tests/browser/", "tests/faults/", "tests/integration/")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Calls share the processor with nothing but quick tests: two at once would disturb each other's times."""
    from xdist.scheduler import LoadScopeScheduling  # the plugin may be switched off

    class ProgramsApart(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "programs" if nodeid.startswith(PROGRAMS) else nodeid.split("::", 1)[0]

    return ProgramsApart(config, log)
