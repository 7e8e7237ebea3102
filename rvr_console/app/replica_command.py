"""`rvr-console replica-key`: keep the access key of the vault's cold copy, sealed under this desk's key. Never as an argument."""

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rvr_console.app.key_choice import choose_key_store
from rvr_console.app.replica_link import AccessKey, keep_access_key, replica_place
from rvr_console.errors import KnownError
from rvr_console.settings import load_settings
from rvr_console.system.app_paths import app_paths
from rvr_console.system.clock import SystemClock
from rvr_console.system.durable_file import DurableDisk
from rvr_console.system.key_store import passphrase_from_descriptor

DESCRIPTOR = "RVR_REPLICA_KEY_FD"  # one line: name, a blank, secret


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rvr-console replica-key", description=__doc__)
    parser.add_argument("--data-dir", type=Path, help="folder of database, vault and keys")
    parser.add_argument("--settings", type=Path, help="the user's settings file (TOML)")
    return parser


def _ask() -> AccessKey:
    """From the descriptor that the environment names, or asked for. Raises KnownError."""
    number = os.environ.get(DESCRIPTOR, "")
    if not number:
        return AccessKey(getpass.getpass("Access key: ").strip(), getpass.getpass("Secret key: ").strip())
    name, _, secret = passphrase_from_descriptor(number).partition(" ")
    return AccessKey(name, secret)


def main(arguments: Sequence[str]) -> int:
    """Raises KnownError when the desk's keys do not open or the key cannot be kept. Says whether the place takes it."""
    options = _parser().parse_args(list(arguments))
    paths = app_paths(options.data_dir)
    settings = load_settings(options.settings or paths.config / "settings.toml")
    place = replica_place(settings)
    keys = choose_key_store(settings.key_protection, paths).load(may_create=not paths.database.exists())
    access = _ask()
    keep_access_key(paths, keys.device, access, DurableDisk())
    sys.stdout.write("The access key is kept, sealed under this desk's key.\n")
    if place is None:
        sys.stdout.write("No cold copy is configured: set replica_url and replica_bucket.\n")
        return 0
    from rvr_console.evidence.s3_replica import S3Place, S3Replica

    replica = S3Replica(
        S3Place(
            place.endpoint,
            place.bucket,
            access.name,
            access.secret,
            place.region,
            place.secure,
            place.ca_file,
        ),
        SystemClock(),
    )
    try:
        replica.check_terms()
    except KnownError as error:
        sys.stdout.write(error.in_words() + "\n")
        return 1
    finally:
        replica.close()
    sys.stdout.write(f"{replica.where} takes it, and locks what is put there.\n")
    return 0
