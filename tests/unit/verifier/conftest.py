"""The independent verifier, loaded from its file as a stranger would have it, and the parts of the evidence tests."""

import importlib.util
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))
sys.path.insert(0, str(Path(__file__).parent))
VERIFIER = Path(__file__).parents[3] / "verifier" / "rvr_verify.py"


@pytest.fixture(scope="session")
def rvr_verify():
    spec = importlib.util.spec_from_file_location("rvr_verify", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def case(tmp_path_factory):
    from bundle_parts import make_case

    return make_case(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="session")
def made_bundle(case, tmp_path_factory):
    """One bundle for all tests that only look at it or work on a copy."""
    return case.make(tmp_path_factory.mktemp("made") / "bundle").path
