"""The two key-encryption keys of a desk: from the operating system's keyring, or from a passphrase file. Fails closed.

Exactly two 32-byte keys are kept, "device" and "user"; every other key is derived from or wrapped by them. A keyring that
would keep them in clear, or nowhere, is refused. No key and no passphrase ever stands in an exception, a log or an argument.
"""

import base64
import binascii
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import keyring
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from rvr_console.errors import EvidenceError, KeyStoreError, StorageError, UntrustedInputError

KEY_SIZE = 32
SERVICE = "rvr-console"
_NAMES = ("device", "user")
# Backends of keyring itself that keep secrets with the operating system, encrypted for the signed-in person.
_TRUSTED_MODULES = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.Windows",
    "keyring.backends.macOS",
)
_LOWEST_PRIORITY = 1.0
_FAIL_CLOSED = "Nothing was opened, and nothing was written without encryption."


@dataclass(frozen=True, slots=True)
class DeskKeys:
    """device: for what belongs to the desk (database, link records). user: for what belongs to the person signed in to the machine."""

    device: bytes = field(repr=False)
    user: bytes = field(repr=False)


class KeyStore(Protocol):
    def load(self, *, may_create: bool) -> DeskKeys:
        """The two keys. may_create: make them if there are none (never when a database exists). Raises KeyStoreError."""
        ...


def derive(key: bytes, label: str) -> bytes:
    """32 bytes for one use: HKDF-SHA256 (RFC 5869) of a key-encryption key. label: such as "rvr/db1"."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_SIZE, salt=None, info=label.encode()).derive(key)


class KeyringKeyStore:
    """Keys in the operating system's keyring, under `service`."""

    def __init__(self, service: str = SERVICE, backend: KeyringBackend | None = None) -> None:
        """backend: only tests give one; otherwise the keyring the system offers."""
        self._service = service
        self._backend = backend

    def load(self, *, may_create: bool) -> DeskKeys:
        backend = self._backend or keyring.get_keyring()
        refuse_unsafe(backend)
        try:
            device, user = (self._one(backend, name, may_create=may_create) for name in _NAMES)
        except (KeyringError, OSError, RuntimeError) as error:
            raise KeyStoreError(
                "The keyring of this computer did not open.",
                kept=_FAIL_CLOSED,
                todo="Sign in to the computer so that its keyring unlocks, or set up the passphrase file.",
            ) from error
        return DeskKeys(device, user)

    def _one(self, backend: KeyringBackend, name: str, *, may_create: bool) -> bytes:
        text = backend.get_password(self._service, name)
        if text is None and not may_create:
            raise _lost_keys()
        if text is None:
            backend.set_password(self._service, name, base64.b64encode(os.urandom(KEY_SIZE)).decode())
            # Read back: what was not kept must not be used.
            text = backend.get_password(self._service, name)
        key = _decoded(text)
        if key is None:
            raise KeyStoreError(
                f"The {name} key in the keyring cannot be read.",
                kept=_FAIL_CLOSED,
                todo="Call IT: the entry was changed. Do not delete it.",
            )
        return key


def refuse_unsafe(backend: KeyringBackend) -> None:
    """Raise KeyStoreError for a keyring that keeps secrets in clear, nowhere, or that we do not know.

    A chain of keyrings is refused when any member is unsafe: it might write there.
    """
    members = getattr(backend, "backends", None)
    if type(backend).__module__ == "keyring.backends.chainer" and members:
        for member in members:
            refuse_unsafe(member)
        return
    module = type(backend).__module__
    try:
        priority = float(backend.priority)
    except (RuntimeError, KeyringError):
        priority = 0.0
    if module not in _TRUSTED_MODULES or priority < _LOWEST_PRIORITY:
        raise KeyStoreError(
            "This computer offers no keyring that keeps keys safe.",
            kept=_FAIL_CLOSED,
            todo="Sign in to the computer so that its keyring unlocks, or set up the passphrase file.",
        )


def _lost_keys() -> KeyStoreError:
    return KeyStoreError(
        "The keys of this desk are not here, but its database is.",
        kept=_FAIL_CLOSED,
        todo="Sign in to the computer as the person who set the desk up, or call IT to restore the keys.",
    )


def _decoded(text: str | None) -> bytes | None:
    try:
        key = base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_SIZE else None


_MAGIC = b"rvr-kek1"
_SALT_SIZE, _NONCE_SIZE, _TAG_SIZE = 16, 12, 16
_FILE_SIZE = len(_MAGIC) + _SALT_SIZE + _NONCE_SIZE + 2 * KEY_SIZE + _TAG_SIZE
_ITERATIONS, _LANES, _MEMORY_KIB = 3, 4, 256 * 1024
SHORTEST_PASSPHRASE = 12
_LONGEST_PASSPHRASE = 1024


class PassphraseKeyStore:
    """Keys in a file sealed by a passphrase: the configured alternative where there is no keyring.

    File, 116 bytes: "rvr-kek1" | salt (16) | nonce (12) | AES-256-GCM of both keys (64 + 16), bound to magic and salt.
    The sealing key is Argon2id (RFC 9106; t 3, p 4, 256 MiB) of the passphrase.
    """

    def __init__(self, path: Path, passphrase: str, *, memory_kib: int = _MEMORY_KIB) -> None:
        """memory_kib: only tests ask for less; it must be the same each time."""
        self._path = path
        self._passphrase = passphrase
        self._memory_kib = memory_kib

    def load(self, *, may_create: bool) -> DeskKeys:
        try:
            untrusted_file = self._path.read_bytes() if self._path.exists() else None
        except OSError as error:
            raise self._unreadable() from error
        if untrusted_file is None:
            if not may_create:
                raise _lost_keys()
            return self._make()
        if len(untrusted_file) != _FILE_SIZE or not untrusted_file.startswith(_MAGIC):
            raise self._unreadable()
        bound, rest = untrusted_file[: len(_MAGIC) + _SALT_SIZE], untrusted_file[len(_MAGIC) + _SALT_SIZE :]
        try:
            plain = AESGCM(self._sealing_key(bound)).decrypt(rest[:_NONCE_SIZE], rest[_NONCE_SIZE:], bound)
        except InvalidTag as error:
            raise KeyStoreError(
                "The passphrase is not right, or its file was changed.",
                kept=_FAIL_CLOSED,
                todo="Try again. Without the passphrase only the force's recovery key opens recordings.",
            ) from error
        return DeskKeys(plain[:KEY_SIZE], plain[KEY_SIZE:])

    def _make(self) -> DeskKeys:
        if len(self._passphrase) < SHORTEST_PASSPHRASE:
            raise KeyStoreError(
                f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters.",
                kept=_FAIL_CLOSED,
                todo="Choose a longer one.",
            )
        keys = DeskKeys(os.urandom(KEY_SIZE), os.urandom(KEY_SIZE))
        bound, nonce = _MAGIC + os.urandom(_SALT_SIZE), os.urandom(_NONCE_SIZE)
        sealed = AESGCM(self._sealing_key(bound)).encrypt(nonce, keys.device + keys.user, bound)
        _write_once(self._path, bound + nonce + sealed)
        return keys

    def _sealing_key(self, bound: bytes) -> bytes:
        kdf = Argon2id(
            salt=bound[len(_MAGIC) :],
            length=KEY_SIZE,
            iterations=_ITERATIONS,
            lanes=_LANES,
            memory_cost=self._memory_kib,
        )
        return kdf.derive(self._passphrase.encode("utf-8", "surrogatepass"))

    def _unreadable(self) -> KeyStoreError:
        return KeyStoreError(
            "The passphrase file cannot be read.",
            kept=_FAIL_CLOSED,
            todo="Call IT: put the file back from a backup. Do not delete it.",
        )


def _write_once(path: Path, data: bytes) -> None:
    """New file for its owner only, durable on return, never over an old one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(path.name + ".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise StorageError(
            "The passphrase file cannot be written.",
            kept=_FAIL_CLOSED,
            todo="Check the disk and the folder's rights.",
        ) from error


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def passphrase_from_descriptor(number: str) -> str:
    """The passphrase, one line, from an open file descriptor named in the environment (never from an argument).

    Raises UntrustedInputError when it is not a descriptor, empty or too long. The descriptor is closed.
    """
    bad = UntrustedInputError(
        "The passphrase could not be read.", todo="Start the console with a prompt instead."
    )
    if not number.isdecimal() or len(number) > 6 or int(number) <= 2:
        raise bad
    try:
        with os.fdopen(int(number), "rb") as stream:
            untrusted_line = stream.read(_LONGEST_PASSPHRASE + 2)
    except OSError as error:
        raise bad from error
    try:
        passphrase = untrusted_line.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise bad from error
    if not 0 < len(passphrase) <= _LONGEST_PASSPHRASE or "\n" in passphrase:
        raise bad
    return passphrase


class KekSealer:
    """Seals small secrets (link records) under a key derived from a key-encryption key: nonce (12) | AES-256-GCM."""

    def __init__(self, key: bytes, label: str = "rvr/seal1") -> None:
        self._cipher = AESGCM(derive(key, label))

    def seal(self, plain: bytes, context: bytes) -> bytes:
        nonce = os.urandom(_NONCE_SIZE)
        return nonce + self._cipher.encrypt(nonce, plain, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:], context)
        except (InvalidTag, ValueError) as error:
            raise EvidenceError(
                "A sealed entry does not open: it was changed or belongs to another desk.",
                kept="It was left as it is.",
                todo="Call IT before anything is deleted.",
            ) from error
