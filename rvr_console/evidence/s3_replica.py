"""The cold copy in S3 with object lock, over minio's client. Versions are locked: an overwrite or a deletion hides, never removes.

Amazon S3 API: object lock (COMPLIANCE: nobody, the account's owner included, shortens it), x-amz-checksum-sha256 for what
goes in one piece; every copy is read back and hashed, whatever the server promises.
"""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.request import getproxies, proxy_bypass

import certifi
import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import MinioException, S3Error
from minio.retention import Retention

from rvr_console.domain.ports import Clock
from rvr_console.domain.replica import ReplicaCopy, ReplicaReceipt
from rvr_console.domain.vault_check import Watch
from rvr_console.errors import EvidenceError, RefusedError, ServiceDownError

PART_BYTES = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 15.0  # for one act on the socket; the end of the program waits as long
_PREFIX = "vault/"
_NOT_OURS = frozenset(
    {"InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "ExpiredToken", "InvalidToken"}
)
_NO_LOCK = frozenset({"ObjectLockConfigurationNotFoundError", "InvalidRequest", "NotImplemented"})
_LATER = frozenset({"InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout", "OperationAborted"})
_KEPT = "The vault on this desk is complete; the copies made before stay."


@dataclass(frozen=True, slots=True)
class S3Place:
    """endpoint: host:port. secure: TLS (always, but for a server on this machine). lock_days: how long a copy is locked."""

    endpoint: str
    bucket: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    region: str = "us-east-1"
    secure: bool = True
    ca_file: str = ""
    lock_days: int = 31


class S3Replica:
    """Implements domain.replica.EvidenceReplica. One thread at a time."""

    def __init__(self, place: S3Place, clock: Clock) -> None:
        """Connects to nobody yet. Raises RefusedError for an endpoint that is none."""
        self._place = place
        self._clock = clock
        pool = _pool(place)
        try:
            self._client = Minio(
                place.endpoint,
                access_key=place.access_key,
                secret_key=place.secret_key,
                secure=place.secure,
                region=place.region,
                http_client=pool,
            )
        except ValueError as error:
            raise RefusedError(
                "The address of the cold copy is not one.", kept=_KEPT, todo="Correct replica_url."
            ) from error
        self._pool = pool

    @property
    def where(self) -> str:
        return f"{self._place.bucket} at {self._place.endpoint}"

    def close(self) -> None:
        self._pool.clear()

    def check_terms(self) -> None:
        with self._plain_words():
            self._client.get_object_lock_config(self._place.bucket)

    def put_once(self, name: str, path: Path, watch: Watch) -> ReplicaReceipt:
        size, hashed = _hash_of(path, watch)
        version = self._same_there(name, size, hashed.hexdigest())
        if version is None:
            version = self._put(name, path, size, hashed.digest(), watch)
        locked, until = self._lock_of(name, version)
        self._compare(name, version, hashed.hexdigest(), watch)
        return ReplicaReceipt(name, version, size, hashed.hexdigest(), locked, until)

    def read(self, name: str, version: str) -> Iterator[bytes]:
        with self._plain_words():
            answer = self._client.get_object(self._place.bucket, _PREFIX + name, version_id=version)
            try:
                yield from answer.stream(_CHUNK)
            finally:
                answer.close()
                answer.release_conn()

    def listed(self) -> list[ReplicaCopy]:
        return self._versions("")

    def _versions(self, name: str) -> list[ReplicaCopy]:
        with self._plain_words():
            found = self._client.list_objects(
                self._place.bucket, prefix=_PREFIX + name, recursive=True, include_version=True
            )
            return [
                ReplicaCopy(str(one.object_name).removeprefix(_PREFIX), str(one.version_id), one.size or 0)
                for one in found
                if not one.is_delete_marker
            ]

    def _same_there(self, name: str, size: int, sha256: str) -> str | None:
        """The version of this very file, if an earlier try got that far. Raises EvidenceError for another under its name."""
        there = [copy for copy in self._versions(name) if copy.name == name]
        for copy in there:
            with self._plain_words():
                facts = self._client.stat_object(self._place.bucket, _PREFIX + name, version_id=copy.version)
            metadata = {key.lower(): value for key, value in (facts.metadata or {}).items()}
            if copy.size == size and metadata.get("x-amz-meta-sha256") == sha256:
                return copy.version
        if there:
            raise EvidenceError(
                f"In the cold copy another file lies under the name {name}.",
                kept="It was not overwritten, and the vault's own file is unchanged.",
                todo="Tell IT: somebody else wrote there.",
            )
        return None

    def _put(self, name: str, path: Path, size: int, digest: bytes, watch: Watch) -> str:
        until = self._clock.now().astimezone(UTC) + timedelta(days=self._place.lock_days)
        metadata: dict[str, str | list[str] | tuple[str]] = {"sha256": digest.hex()}
        if size <= PART_BYTES:  # in one piece: the server compares too
            metadata["x-amz-checksum-sha256"] = base64.b64encode(digest).decode()
        with path.open("rb") as file, self._plain_words():
            done = self._client.put_object(
                self._place.bucket,
                _PREFIX + name,
                cast("BinaryIO", _Watched(file, watch)),
                size,
                metadata=metadata,
                part_size=PART_BYTES,
                num_parallel_uploads=1,
                retention=Retention(COMPLIANCE, until),
            )
        if not done.version_id:
            raise _no_lock()
        return str(done.version_id)

    def _lock_of(self, name: str, version: str) -> tuple[str, datetime]:
        """What the server says of the lock on this version. Raises RefusedError when there is none."""
        with self._plain_words():
            lock = self._client.get_object_retention(self._place.bucket, _PREFIX + name, version_id=version)
        if lock is None or lock.retain_until_date is None:
            raise _no_lock()
        return str(lock.mode), lock.retain_until_date.astimezone(UTC)

    def _compare(self, name: str, version: str, sha256: str, watch: Watch) -> None:
        came_back = hashlib.sha256()
        for chunk in self.read(name, version):
            came_back.update(chunk)
            watch.step(0)
        if came_back.hexdigest() != sha256:
            raise EvidenceError(
                f"What came back from the cold copy of {name} is not what was sent.",
                kept="The vault's own file is unchanged.",
                todo="Tell IT: that store cannot be trusted.",
            )

    @contextmanager
    def _plain_words(self) -> Iterator[None]:
        try:
            yield
        except S3Error as error:
            raise self._said_no(error) from error
        except (urllib3.exceptions.HTTPError, MinioException, ConnectionError) as error:
            raise ServiceDownError(
                f"The cold copy's server ({self._place.endpoint}) cannot be reached.",
                kept=_KEPT,
                todo="Files wait in the queue and are copied when it is back.",
            ) from error

    def _said_no(self, error: S3Error) -> RefusedError | ServiceDownError:
        code = error.code or ""
        if code in _NOT_OURS:
            return RefusedError(
                f"The cold copy's server does not accept this desk's access key ({code}).",
                kept=_KEPT,
                todo="Set the right key with: rvr-console replica-key",
            )
        if code == "NoSuchBucket":
            return RefusedError(
                f"There is no bucket “{self._place.bucket}” for the cold copy.",
                kept=_KEPT,
                todo="Make it, with object lock, or correct replica_bucket.",
            )
        if code in _NO_LOCK:
            return _no_lock()
        if code in _LATER or error.response.status >= 500:
            return ServiceDownError(f"The cold copy's server has a fault of its own ({code}).", kept=_KEPT)
        return RefusedError(f"The cold copy's server refused ({code}).", kept=_KEPT, todo="Tell IT.")


def _pool(place: S3Place) -> urllib3.PoolManager:
    """Through the force's proxy where the environment names one (HTTPS_PROXY, NO_PROXY), else directly."""
    proxy = getproxies().get("https" if place.secure else "http", "")
    if proxy and not proxy_bypass(place.endpoint):
        return urllib3.ProxyManager(proxy, **_pool_settings(place))
    return urllib3.PoolManager(**_pool_settings(place))


def _pool_settings(place: S3Place) -> dict[str, Any]:
    return {
        "timeout": urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
        "retries": urllib3.Retry(0),  # trying again is the queue's business
        "cert_reqs": "CERT_REQUIRED",
        "ca_certs": place.ca_file or certifi.where(),
    }


def _no_lock() -> RefusedError:
    return RefusedError(
        "The bucket for the cold copy does not lock its objects.",
        kept=_KEPT,
        todo="Use a bucket that was made with object lock: without it, copies could be deleted.",
    )


class _Watched:
    """A file whose reader is watched: it may be made to wait, or to stop."""

    def __init__(self, file: BinaryIO, watch: Watch) -> None:
        self._file = file
        self._watch = watch

    def read(self, count: int = -1) -> bytes:
        data = self._file.read(count)
        self._watch.step(len(data))
        return data


def _hash_of(path: Path, watch: Watch) -> "tuple[int, hashlib._Hash]":
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            watch.step(0)
    return size, digest
