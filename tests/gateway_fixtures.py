"""A gateway process and a desk's signer for tests; `shared` for those that neither stop it nor use its limits up."""

import pytest

from tests.gateway_peer import Gateway, TestAuthority, TestSigner

AUTHORITY = TestAuthority()


@pytest.fixture
def signer():
    return TestSigner(AUTHORITY)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One gateway for a whole file."""
    gateway = Gateway(tmp_path_factory.mktemp("shared"), AUTHORITY)
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture
def gateway(tmp_path):
    gateway = Gateway(tmp_path, AUTHORITY)
    gateway.start()
    yield gateway
    gateway.stop()
