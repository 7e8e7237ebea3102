import base64
import os
import stat
import sys
from pathlib import Path

import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.backends.SecretService
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from rvr_console.errors import EvidenceError, KeyStoreError, UntrustedInputError
from rvr_console.system.key_store import (
    KekSealer,
    KeyringKeyStore,
    PassphraseKeyStore,
    derive,
    passphrase_from_descriptor,
    refuse_unsafe,
)

PASSPHRASE = "correct horse battery staple"


def backend_of(
    module: str, priority: float = 5.0, *, base: type[KeyringBackend] = KeyringBackend
) -> KeyringBackend:
    """A keyring in memory that claims to come from this module."""

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        self.kept[service, name] = text

    body = {
        "__module__": module,
        "priority": priority,
        "get_password": get_password,
        "set_password": set_password,
    }
    made = type("Keyring", (base,), body)()
    made.kept = {}
    return made


TRUSTED = "keyring.backends.SecretService"


@pytest.fixture(autouse=True)
def forget_the_test_backends() -> object:
    known = set(KeyringBackend._classes)
    yield
    KeyringBackend._classes &= known


@pytest.mark.parametrize(
    "module",
    [
        "keyrings.alt.file",
        "keyrings.alt.Gnome",
        "keyrings.cryptfile.cryptfile",
        "keyring.backends.null",
        "keyring.backends.fail",
        "__main__",
    ],
)
def test_keyrings_that_keep_keys_in_clear_or_nowhere_are_refused(module: str) -> None:
    backend = backend_of(module)
    with pytest.raises(KeyStoreError, match="no keyring that keeps keys safe"):
        KeyringKeyStore(backend=backend).load(may_create=True)
    assert backend.kept == {}


def test_the_library_s_own_null_and_fail_are_refused() -> None:
    for backend in (keyring.backends.null.Keyring(), keyring.backends.fail.Keyring()):
        with pytest.raises(KeyStoreError):
            refuse_unsafe(backend)


def test_a_trusted_name_with_the_priority_of_an_unusable_one_is_refused() -> None:
    with pytest.raises(KeyStoreError):
        refuse_unsafe(backend_of(TRUSTED, priority=0.5))


def test_a_chain_with_one_unsafe_member_is_refused() -> None:
    chain = backend_of("keyring.backends.chainer")
    chain.backends = [backend_of(TRUSTED), backend_of("keyrings.alt.file")]
    with pytest.raises(KeyStoreError):
        refuse_unsafe(chain)
    chain.backends = [backend_of(TRUSTED)]
    refuse_unsafe(chain)
    chain.backends = []
    with pytest.raises(KeyStoreError):
        refuse_unsafe(chain)


def test_exactly_two_keys_are_kept_and_found_again() -> None:
    backend = backend_of(TRUSTED)
    made = KeyringKeyStore(backend=backend).load(may_create=True)
    assert KeyringKeyStore(backend=backend).load(may_create=False) == made
    assert sorted(backend.kept) == [("rvr-console", "device"), ("rvr-console", "user")]
    assert len(made.device) == len(made.user) == 32
    assert made.device != made.user
    assert repr(made) == "DeskKeys()"


def test_lost_keys_are_never_made_anew_beside_a_database() -> None:
    backend = backend_of(TRUSTED)
    with pytest.raises(KeyStoreError, match="not here"):
        KeyringKeyStore(backend=backend).load(may_create=False)
    assert backend.kept == {}


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(b"x" * 31).decode(), "é" * 44])
def test_a_changed_entry_is_told_and_left(text: str) -> None:
    backend = backend_of(TRUSTED)
    backend.kept["rvr-console", "device"] = text
    with pytest.raises(KeyStoreError, match="cannot be read") as told:
        KeyringKeyStore(backend=backend).load(may_create=True)
    assert backend.kept["rvr-console", "device"] == text
    assert not text or text not in told.value.in_words()


def test_a_keyring_that_stays_locked_or_forgets_fails_closed() -> None:
    class Locked(type(backend_of(TRUSTED))):
        def get_password(self, service: str, name: str) -> str | None:
            raise KeyringLocked("dismissed")

    Locked.__module__ = TRUSTED
    locked = Locked()
    with pytest.raises(KeyStoreError, match="did not open") as told:
        KeyringKeyStore(backend=locked).load(may_create=True)
    assert "nothing was written without encryption" in told.value.in_words()

    class Forgets(type(backend_of(TRUSTED))):
        def set_password(self, service: str, name: str, text: str) -> None:
            """Say yes and keep nothing."""

    Forgets.__module__ = TRUSTED
    forgets = Forgets()
    forgets.kept = {}
    with pytest.raises(KeyStoreError, match="cannot be read"):
        KeyringKeyStore(backend=forgets).load(may_create=True)


def quick(path: Path, passphrase: str = PASSPHRASE) -> PassphraseKeyStore:
    return PassphraseKeyStore(path, passphrase, memory_kib=64)


def test_the_passphrase_file_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    path = tmp_path / "desk.keys"
    made = quick(path).load(may_create=True)
    assert quick(path).load(may_create=False) == made
    data = path.read_bytes()
    assert len(data) == 116
    assert made.device not in data
    assert PASSPHRASE.encode() not in data
    with pytest.raises(KeyStoreError, match="passphrase is not right") as told:
        quick(path, "another long passphrase").load(may_create=True)
    assert "another" not in told.value.in_words()
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["desk.keys"]


def test_every_changed_byte_and_every_cut_of_the_file_fails_closed(tmp_path: Path) -> None:
    path = tmp_path / "desk.keys"
    quick(path).load(may_create=True)
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(KeyStoreError):
            quick(path).load(may_create=True)
    for size in (0, 1, 50, 115):
        path.write_bytes(data[:size])
        with pytest.raises(KeyStoreError, match="cannot be read"):
            quick(path).load(may_create=True)
        assert path.read_bytes() == data[:size], "never written over"


def test_short_passphrases_and_lost_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="12 characters"):
        quick(tmp_path / "desk.keys", "short").load(may_create=True)
    with pytest.raises(KeyStoreError, match="not here"):
        quick(tmp_path / "desk.keys").load(may_create=False)
    assert list(tmp_path.iterdir()) == []


def test_the_passphrase_comes_over_a_descriptor() -> None:
    reading, writing = os.pipe()
    os.write(writing, PASSPHRASE.encode() + b"\n")
    os.close(writing)
    assert passphrase_from_descriptor(str(reading)) == PASSPHRASE
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(reading)


@pytest.mark.parametrize("data", [b"", b"\n", b"two\nlines\n", b"\xff\xfe\n", b"x" * 2000])
def test_bad_passphrase_input_is_refused(data: bytes) -> None:
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    with pytest.raises(UntrustedInputError):
        passphrase_from_descriptor(str(reading))


@pytest.mark.parametrize("number", ["", "0", "2", "-1", "abc", "99999999", "98765"])
def test_what_is_no_descriptor_is_refused(number: str) -> None:
    with pytest.raises(UntrustedInputError):
        passphrase_from_descriptor(number)


def test_sealed_entries_open_only_in_their_place() -> None:
    sealer = KekSealer(bytes(32))
    sealed = sealer.seal(b"secret", b"case 1")
    assert b"secret" not in sealed
    assert sealer.open(sealed, b"case 1") == b"secret"
    assert sealer.seal(b"secret", b"case 1") != sealed
    for bad, context in (
        (sealed, b"case 2"),
        (sealed[:-1], b"case 1"),
        (b"", b"case 1"),
        (sealed[:12], b"case 1"),
    ):
        with pytest.raises(EvidenceError):
            sealer.open(bad, context)
    with pytest.raises(EvidenceError):
        KekSealer(bytes(31) + b"x").open(sealed, b"case 1")


def test_derived_keys_differ_by_use() -> None:
    assert derive(bytes(32), "rvr/db1") != derive(bytes(32), "rvr/seal1")
    assert len(derive(bytes(32), "rvr/db1")) == 32
