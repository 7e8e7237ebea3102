"""The cold copy against a real S3 server with object lock: put once, read back, nothing overwritten or deleted."""

import hashlib
import io
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from minio.error import S3Error

sys.path.insert(0, str(Path(__file__).parents[1]))

from seaweed_rig import ACCESS, BUCKET, SECRET, Seaweed
from vault_rig import begin

from rvr_console.app.replica_link import AccessKey, ReplicaPlace, replica_link
from rvr_console.domain.file_check import CheckStoppedError
from rvr_console.errors import EvidenceError, RefusedError, ServiceDownError
from rvr_console.evidence import s3_replica
from rvr_console.evidence.s3_replica import PART_BYTES, S3Place, S3Replica
from rvr_console.system.clock import SystemClock


class Looking:
    """A Watch that counts, and calls `then` once at the given number of bytes."""

    def __init__(self, at: int = -1, then=lambda: None) -> None:
        self.seen, self.at, self.then = 0, at, then

    def step(self, count: int) -> None:
        self.seen += count
        if 0 <= self.at <= self.seen:
            self.at = -1
            self.then()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = Seaweed(tmp_path_factory.mktemp("seaweed")).start()
    try:
        made.make_bucket()
        made.make_bucket("unlocked", lock=False)
        yield made
    finally:
        made.kill()


def place(server: Seaweed, **changes) -> S3Place:
    return S3Place(**{"endpoint": server.endpoint, "bucket": BUCKET, "access_key": ACCESS, "secret_key": SECRET, "secure": False} | changes)  # fmt: skip


def replica(server: Seaweed, **changes) -> S3Replica:
    return S3Replica(place(server, **changes), SystemClock())


def sealed(tmp_path: Path, name: str, size: int = 50_000) -> Path:
    path = tmp_path / name
    path.write_bytes(os.urandom(size))
    return path


def test_put_once_read_list_and_the_lock(server, tmp_path):
    cold, path = replica(server), sealed(tmp_path, "a_0001.rvrc")
    cold.check_terms()
    before = datetime.now(UTC)
    receipt = cold.put_once("a_0001.rvrc", path, Looking())
    assert receipt.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert receipt.locked == "COMPLIANCE"
    assert receipt.locked_until >= before + timedelta(days=31) - timedelta(seconds=2)
    assert b"".join(cold.read("a_0001.rvrc", receipt.version)) == path.read_bytes()
    assert (receipt.name, receipt.version, receipt.size) in {
        (c.name, c.version, c.size) for c in cold.listed()
    }
    again = cold.put_once("a_0001.rvrc", path, Looking())
    assert again.version == receipt.version
    assert len([c for c in cold.listed() if c.name == "a_0001.rvrc"]) == 1


def test_whoever_holds_the_key_can_neither_delete_nor_overwrite(server, tmp_path):
    cold, path = replica(server), sealed(tmp_path, "b_0001.rvrc")
    receipt = cold.put_once("b_0001.rvrc", path, Looking())
    client = server.client()
    with pytest.raises(S3Error, match="AccessDenied"):
        client.remove_object(BUCKET, "vault/b_0001.rvrc", version_id=receipt.version)
    client.remove_object(BUCKET, "vault/b_0001.rvrc")  # only marks the name as deleted
    client.put_object(BUCKET, "vault/b_0001.rvrc", io.BytesIO(b"other"), 5)  # only adds a version
    assert b"".join(cold.read("b_0001.rvrc", receipt.version)) == path.read_bytes()
    assert cold.put_once("b_0001.rvrc", path, Looking()).version == receipt.version


def test_another_file_under_the_name_is_not_overwritten(server, tmp_path):
    server.client().put_object(BUCKET, "vault/c_0001.rvrc", io.BytesIO(b"planted"), 7)
    with pytest.raises(EvidenceError, match="another file lies under the name"):
        replica(server).put_once("c_0001.rvrc", sealed(tmp_path, "c_0001.rvrc"), Looking())


def test_larger_than_a_part_and_stopped_in_the_middle(server, tmp_path, monkeypatch):
    monkeypatch.setattr(s3_replica, "PART_BYTES", 5 * 1024 * 1024)  # the least that S3 takes
    cold, path = replica(server), sealed(tmp_path, "d_0001.rvrc", s3_replica.PART_BYTES + 70_000)

    def stop() -> None:
        raise CheckStoppedError

    with pytest.raises(CheckStoppedError):
        cold.put_once("d_0001.rvrc", path, Looking(s3_replica.PART_BYTES + 1, stop))
    assert not [c for c in cold.listed() if c.name == "d_0001.rvrc"]
    receipt = cold.put_once("d_0001.rvrc", path, Looking())
    assert receipt.size == path.stat().st_size


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"secret_key": "wrong"}, RefusedError, "does not accept this desk's access key"),
        ({"access_key": "NOBODY"}, RefusedError, "does not accept this desk's access key"),
        ({"bucket": "nowhere"}, RefusedError, "no bucket “nowhere”"),
        ({"bucket": "unlocked"}, RefusedError, "does not lock its objects"),
        ({"endpoint": "127.0.0.1:1"}, ServiceDownError, "cannot be reached"),
    ],
)
def test_what_is_wrong_is_told_plainly_and_without_the_secret(server, changes, error, words):
    with pytest.raises(error, match=words) as told:
        replica(server, **changes).check_terms()
    chain = f"{told.value!r} {told.value.in_words()} {place(server)!r}"
    assert SECRET not in chain
    assert "stay" in told.value.kept


def test_through_the_proxy_that_the_environment_names(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(ServiceDownError, match="cannot be reached"):
        replica(server).check_terms()
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    replica(server).check_terms()


async def test_a_desk_copies_its_vault_and_health_says_so(server, tmp_path):
    rig = await begin(tmp_path)
    recorded, exhibit = await rig.record(), await rig.receive()
    place_there = ReplicaPlace(server.endpoint, False, BUCKET, "us-east-1", "", 31)
    link = replica_link(
        rig.world.desk,
        place_there,
        lambda: AccessKey(ACCESS, SECRET),
        (rig.vault, rig.exhibits.vault),
        lambda: False,
    )
    rig.health.cold_copy = link.replication.health
    try:
        assert await link.replication.copy_all() == 4
        assert await link.replication.check_copies() == []
        receipts = {r.name: r for r in await rig.world.store.run(lambda tx: tx.replica.receipts())}
        cold = replica(server)
        for path in (rig.path(recorded), rig.exhibit_path(exhibit)):
            name = path.relative_to(rig.bench.folder).as_posix()
            assert b"".join(cold.read(name, receipts[name].version)) == path.read_bytes()
        health = await rig.health.now()
        assert (health.cold_copy.counts.copied, health.cold_copy.counts.waiting) == (4, 0)
        assert f"Cold copy in {BUCKET} at {server.endpoint}: 4 files" in health.cold_copy.in_words()
    finally:
        await link.stop()
        rig.close()


@pytest.mark.slow
def test_the_server_is_killed_in_the_middle_of_a_copy_and_comes_back(tmp_path):
    server = Seaweed(tmp_path / "weed").start()
    try:
        server.make_bucket()
        cold, path = replica(server), sealed(tmp_path, "e_0001.rvrc", 3 * PART_BYTES)
        small = sealed(tmp_path, "f_0001.rvrc")
        kept = cold.put_once("f_0001.rvrc", small, Looking())
        with pytest.raises(ServiceDownError, match="cannot be reached"):
            cold.put_once("e_0001.rvrc", path, Looking(2 * PART_BYTES, server.kill))
        server.start()
        receipt = cold.put_once("e_0001.rvrc", path, Looking())
        assert b"".join(cold.read("e_0001.rvrc", receipt.version)) == path.read_bytes()
        assert b"".join(cold.read("f_0001.rvrc", kept.version)) == small.read_bytes()
        with pytest.raises(S3Error, match="AccessDenied"):
            server.client().remove_object(BUCKET, "vault/f_0001.rvrc", version_id=kept.version)
    finally:
        server.kill()
