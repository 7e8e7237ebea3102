from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from evidence_parts import CountedRandomness

from rvr_console.errors import EvidenceError, KeyStoreError
from rvr_console.evidence.desk_identity import (
    DeskIdentity,
    TestAuthority,
    check_chain,
    describe_certificate,
    make_request,
)

NOW = datetime(2026, 3, 4, tzinfo=UTC)
KEK = b"k" * 32


@pytest.fixture
def authority():
    return TestAuthority.create("Test Force", NOW)


@pytest.fixture
def desk(authority):
    return authority.enrol_desk("desk-1", NOW)


def test_a_desk_signs_and_its_chain_holds(authority, desk):
    Ed25519PublicKey.from_public_bytes(desk.public_key).verify(desk.sign(b"message"), b"message")
    assert len(desk.sign(b"")) == 64
    checked = check_chain(desk.chain_pem, authority.certificate_pem, NOW)
    assert checked == desk.certificate
    assert (checked.force, checked.public_key) == ("Test Force", desk.public_key)


def test_everything_of_the_test_authority_says_test(authority, desk):
    assert desk.label.startswith("TEST")
    assert desk.certificate.is_test
    for pem in (authority.certificate_pem, desk.chain_pem):
        for certificate in x509.load_pem_x509_certificates(pem):
            assert "TEST" in certificate.subject.rfc4514_string()
            assert "TEST" in certificate.issuer.rfc4514_string()


def test_a_chain_of_another_authority_is_refused(authority, desk):
    other = TestAuthority.create("Test Force", NOW)  # of the same name
    with pytest.raises(EvidenceError, match="does not come from"):
        check_chain(desk.chain_pem, other.certificate_pem, NOW)
    with pytest.raises(EvidenceError, match="chain is broken"):
        leaf = desk.chain_pem.split(b"-----END")[0] + b"-----END CERTIFICATE-----\n"
        check_chain(leaf + other.certificate_pem, other.certificate_pem, NOW)


def test_the_leaf_alone_is_enough_when_the_authority_is_known(authority, desk):
    leaf = x509.load_pem_x509_certificates(desk.chain_pem)[0].public_bytes(Encoding.PEM)
    assert check_chain(leaf, authority.certificate_pem, NOW).public_key == desk.public_key


def test_the_authority_itself_is_no_desk(authority):
    with pytest.raises(EvidenceError):
        check_chain(authority.certificate_pem, authority.certificate_pem, NOW)


def test_a_desk_cannot_enrol_a_desk(authority, desk):
    thief = Ed25519PrivateKey.generate()
    issuer = x509.load_pem_x509_certificates(desk.chain_pem)[0]
    forged = (
        x509.CertificateBuilder()
        .subject_name(issuer.subject)
        .issuer_name(issuer.subject)
        .public_key(thief.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(desk._private_key, None)
    )
    with pytest.raises(EvidenceError, match="may not issue"):
        check_chain(forged.public_bytes(Encoding.PEM) + desk.chain_pem, authority.certificate_pem, NOW)


@pytest.mark.parametrize("days", [-2, 900])
def test_a_certificate_holds_in_its_time_only(authority, desk, days):
    with pytest.raises(EvidenceError, match="not valid at this time"):
        check_chain(desk.chain_pem, authority.certificate_pem, NOW + timedelta(days=days))


@pytest.mark.parametrize(
    "pem", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_nonsense_is_no_chain(authority, pem):
    with pytest.raises(EvidenceError):
        check_chain(pem, authority.certificate_pem, NOW)
    with pytest.raises(EvidenceError):
        describe_certificate(pem + b" " * 100_000)


def test_a_chain_of_many_certificates_is_refused(authority, desk):
    with pytest.raises(EvidenceError, match="wrong length"):
        check_chain(desk.chain_pem * 3, authority.certificate_pem, NOW)


def test_a_key_of_another_kind_is_refused():
    key, name = generate_private_key(SECP256R1()), x509.Name([])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, SHA256())
    )
    with pytest.raises(EvidenceError, match="Ed25519"):
        describe_certificate(certificate.public_bytes(Encoding.PEM))


def test_the_identity_comes_back_from_its_file(desk):
    sealed = desk.to_sealed(KEK, CountedRandomness())
    assert desk._private_key.private_bytes_raw() not in sealed
    again = DeskIdentity.from_sealed(sealed, KEK)
    assert (again.public_key, again.chain_pem, again.label) == (desk.public_key, desk.chain_pem, desk.label)
    assert again.sign(b"m") == desk.sign(b"m")


def test_the_identity_opens_with_the_devices_key_only(desk):
    sealed = desk.to_sealed(KEK, CountedRandomness())
    for data, kek in ((sealed, b"j" * 32), (sealed[:-3], KEK), (b"{}", KEK), (b"[1]", KEK), (b"\xff", KEK)):
        with pytest.raises(KeyStoreError):
            DeskIdentity.from_sealed(data, kek)


def test_a_certificate_of_another_key_is_refused(desk):
    with pytest.raises(EvidenceError, match="another key"):
        DeskIdentity(Ed25519PrivateKey.generate(), desk.chain_pem)


def test_the_test_authority_comes_back_from_its_file(authority):
    again = TestAuthority.from_sealed(authority.to_sealed(KEK, CountedRandomness()), KEK)
    desk = again.enrol_desk("desk-2", NOW)
    assert check_chain(desk.chain_pem, authority.certificate_pem, NOW).desk_id == "TEST desk-2"


def test_a_request_carries_the_desks_name_and_key():
    key = Ed25519PrivateKey.generate()
    request = x509.load_pem_x509_csr(make_request("desk-9", "Force", key))
    assert request.is_signature_valid
    assert "desk-9" in request.subject.rfc4514_string()
    assert request.public_key() == key.public_key()
