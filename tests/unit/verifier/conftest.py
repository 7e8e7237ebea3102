"""The independent verifier, loaded from its file as a stranger would have it, and the parts of the evidence tests."""

import importlib.util
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))
VERIFIER = Path(__file__).parents[3] / "verifier" / "rvr_verify.py"


@pytest.fixture(scope="session")
def rvr_verify():
    spec = importlib.util.spec_from_file_location("rvr_verify", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
