"""Which key store opens this desk: the keyring, or a passphrase that comes by a file descriptor or is asked for."""

import getpass
import os

from rvr_console.errors import KeyStoreError
from rvr_console.system.app_paths import AppPaths
from rvr_console.system.key_store import (
    KeyringKeyStore,
    KeyStore,
    PassphraseKeyStore,
    passphrase_from_descriptor,
)

DEMO_SERVICE = "rvr-console-demo"  # never among a real desk's keys
PROTECTIONS = ("keyring", "passphrase", "demo")
DESCRIPTOR = "RVR_PASSPHRASE_FD"


def choose_key_store(protection: str, paths: AppPaths) -> KeyStore:
    """protection: one of PROTECTIONS. Raises KeyStoreError."""
    if protection == "keyring":
        return KeyringKeyStore()
    if protection == "demo":
        return KeyringKeyStore(DEMO_SERVICE)
    if protection != "passphrase":
        raise KeyStoreError(
            f"Unknown key protection “{protection}”.",
            kept="Nothing was opened.",
            todo="Use keyring or passphrase.",
        )
    number = os.environ.get(DESCRIPTOR, "")
    passphrase = (
        passphrase_from_descriptor(number) if number else getpass.getpass("Passphrase of this desk: ")
    )
    return PassphraseKeyStore(paths.passphrase_file, passphrase)
