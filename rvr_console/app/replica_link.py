"""The vault's cold copy, if one is configured: its place from the settings, its access key sealed beside the desk's other keys."""

import asyncio
import contextlib
import ipaddress
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from rvr_console.domain.events import Fault
from rvr_console.domain.ports import Disk
from rvr_console.errors import EvidenceError, KeyStoreError, KnownError
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.replica_source import FolderReplicaSource
from rvr_console.evidence.vault import Vault
from rvr_console.services.desk import Desk
from rvr_console.services.replication import Replication
from rvr_console.settings import Settings
from rvr_console.system.app_paths import AppPaths
from rvr_console.system.key_store import KekSealer
from rvr_console.system.quiet_thread import QuietThread

log = logging.getLogger(__name__)
_FILE, _LABEL, _CONTEXT = "replica.sealed", "rvr/replica1", b"access key of the cold copy"
_LONGEST = 512


@dataclass(frozen=True, slots=True)
class ReplicaPlace:
    """Where the cold copy is. endpoint: host:port. No secret."""

    endpoint: str
    secure: bool
    bucket: str
    region: str
    ca_file: str
    lock_days: int


@dataclass(frozen=True, slots=True)
class AccessKey:
    name: str = field(repr=False)
    secret: str = field(repr=False)


def replica_place(settings: Settings) -> ReplicaPlace | None:
    """None when no cold copy is configured. Raises KnownError for settings that do not fit together."""
    if not settings.replica_url:
        return None
    parts = urlsplit(settings.replica_url)
    wrong = ""
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.path not in {"", "/"}:
        wrong = "replica_url is not an address such as https://store.example:9000"
    elif parts.username or parts.password:
        wrong = "replica_url holds a key: keys belong into the key store"
    elif parts.scheme == "http" and not _this_machine(parts.hostname):
        wrong = "replica_url must begin with https:"
    elif not settings.replica_bucket:
        wrong = "replica_bucket is missing"
    elif settings.replica_lock_days < 1:
        wrong = "replica_lock_days must be 1 or more"
    if wrong:
        raise KnownError(
            f"The settings of the cold copy: {wrong}.", kept="Nothing was started.", todo="Correct that line."
        )
    return ReplicaPlace(
        parts.netloc,
        parts.scheme == "https",
        settings.replica_bucket,
        settings.replica_region,
        settings.replica_ca_file,
        settings.replica_lock_days,
    )


def _this_machine(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def keep_access_key(paths: AppPaths, device_key: bytes, key: AccessKey, disk: Disk) -> None:
    """Seal the access key under the desk's own key. Raises KeyStoreError for one that cannot be, OSError."""
    if not (0 < len(key.name) <= _LONGEST and 0 < len(key.secret) <= _LONGEST):
        raise KeyStoreError("An access key has a name and a secret.", kept="Nothing was changed.")
    plain = json.dumps([key.name, key.secret]).encode()
    folder = paths.data / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    disk.write_durable(folder / _FILE, KekSealer(device_key, _LABEL).seal(plain, _CONTEXT))


def load_access_key(paths: AppPaths, device_key: bytes) -> AccessKey:
    """Raises KeyStoreError when there is none, or it does not open with this desk's key."""
    try:
        sealed = (paths.data / "keys" / _FILE).read_bytes()
        name, secret = json.loads(KekSealer(device_key, _LABEL).open(sealed, _CONTEXT))
    except (OSError, ValueError, EvidenceError) as error:
        raise KeyStoreError(
            "The access key of the vault's cold copy is not here or cannot be opened.",
            kept="Nothing was changed.",
            todo="Set it with: rvr-console replica-key",
        ) from error
    return AccessKey(str(name), str(secret))


def replica_link(
    desk: Desk,
    place: ReplicaPlace | None,
    load_key: Callable[[], AccessKey],
    vaults: tuple[Vault, ExhibitVault],
    busy: Callable[[], bool],
) -> "ReplicaLink | None":
    """None when none is configured. A missing access key is told; the desk works on, for calls cannot wait for a copy."""
    if place is None:
        return None
    try:
        return ReplicaLink(desk, place, load_key(), vaults, busy)
    except KnownError as error:
        log.warning("no cold copy: %s", error.what)
        desk.events.publish(Fault(error.what, "The vault on this desk is complete.", error.todo))
        return None


class ReplicaLink:
    """Owns the thread and the task of the cold copy."""

    def __init__(
        self,
        desk: Desk,
        place: ReplicaPlace,
        key: AccessKey,
        vaults: tuple[Vault, ExhibitVault],
        busy: Callable[[], bool],
    ) -> None:
        """vaults: of recordings and of exhibits. busy: a call is recorded now; then nothing is sent. Raises RefusedError for an address that is none."""
        from rvr_console.evidence.s3_replica import (  # only where it is used: it costs start-up time
            S3Place,
            S3Replica,
        )

        self._thread = QuietThread("replica")
        self._s3 = S3Replica(
            S3Place(
                place.endpoint,
                place.bucket,
                key.name,
                key.secret,
                place.region,
                place.secure,
                place.ca_file,
                place.lock_days,
            ),
            desk.clock,
        )
        source = FolderReplicaSource(vaults[0], vaults[1].vault)
        self.replication = Replication(desk, self._s3, source, self._thread, busy)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self.replication.run(), name="replica")

    async def stop(self) -> None:
        """What is being copied is given up and begun again at the next start; the thread is joined."""
        task, self._task = self._task, None
        self.replication.stop()
        if task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(self._thread.close)
        self._s3.close()
