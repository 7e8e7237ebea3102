"""A real S3 server with object lock (SeaweedFS) on this machine, killed and started again at will."""

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import urllib3
from minio import Minio
from minio.error import MinioException

ACCESS, SECRET = "AKTEST", "SKTEST-not-a-real-secret"
BUCKET = "evidence"
START_SECONDS = 40


def free_ports(count: int) -> list[int]:
    """Loopback ports that were free a moment ago."""
    sockets = []
    while len(sockets) < count:
        one = socket.socket()
        one.bind(("127.0.0.1", 0))
        sockets.append(one)
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Seaweed:
    """Data stays in its folder between kills. Ends its own process only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        identity = {
            "name": "desk",
            "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        (folder / "data").mkdir(exist_ok=True)
        self.ports = free_ports(8)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.ports[6]}"

    def client(self) -> Minio:
        pool = urllib3.PoolManager(retries=urllib3.Retry(0), timeout=urllib3.Timeout(5))
        return Minio(self.endpoint, ACCESS, SECRET, secure=False, region="us-east-1", http_client=pool)

    def start(self) -> "Seaweed":
        names = ("master", "master.port.grpc", "volume", "volume.port.grpc", "filer", "filer.port.grpc", "s3")
        flags = [f"-{n if '.' in n else n + '.port'}={p}" for n, p in zip(names, self.ports, strict=False)]
        weed = shutil.which("weed") or str(Path(sys.executable).with_name("weed"))
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    weed,
                    "server",
                    f"-dir={self.folder / 'data'}",
                    "-ip=127.0.0.1",
                    "-ip.bind=127.0.0.1",
                    "-filer",
                    "-s3",
                    *flags,
                    f"-s3.port.grpc={self.ports[7]}",
                    f"-s3.config={self.folder / 's3.json'}",
                    "-s3.port.iceberg=0",
                    "-s3.port.lance=0",
                    "-volume.max=20",
                    "-master.volumeSizeLimitMB=64",
                    "-master.telemetry=false",
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self._wait()
        return self

    def _wait(self) -> None:
        client, until, pause = self.client(), time.monotonic() + START_SECONDS, threading.Event()
        while True:
            try:
                client.list_buckets()
            except (urllib3.exceptions.HTTPError, MinioException):
                if time.monotonic() > until or self.process is None or self.process.poll() is not None:
                    raise
                pause.wait(0.1)
            else:
                return

    def make_bucket(self, name: str = BUCKET, *, lock: bool = True) -> None:
        self.client().make_bucket(name, object_lock=lock)

    def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        for port in self.ports:  # a killed server leaves its own sockets behind
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                left.unlink(missing_ok=True)
