"""kill -9 of a process that seals an exhibit, at chosen acts of its disk. Run as a program this file is that process."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "evidence"))

from evidence_parts import SeededDesk, recipients, team_ring
from exhibit_parts import ORIGIN, bytes_of, exhibit_vault, label_for, read_back, seal_whole

from rvr_console.evidence import exhibit_vault as module
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.keys import Recipient, RecipientRole, Recipients
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.recovery import RecoveryOutcome
from rvr_console.evidence.verification import VerificationStatus, verify_file
from rvr_console.system.clock import SystemClock, SystemRandomness
from rvr_console.system.durable_file import DurableDisk

SIZE = 2_300_000
CHUNK = 1 << 20
SYNC = CHUNK  # in the test, so that there are syncs in between


def _least(data: bytes) -> int:
    """Large pieces in two or three writes, small ones torn too."""
    return 100 if len(data) < 1000 else 300_000


class DeadlyDisk(DurableDisk):
    """Kills its process at the act of this number: a write half done, or a sync."""

    def __init__(self, acts: int) -> None:
        self.left = acts

    def act(self) -> None:
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def create(self, path: Path):
        file, disk = super().create(path), self
        disk.act()

        class Deadly:
            close = staticmethod(file.close)

            @staticmethod
            def write(data: bytes) -> int:
                done = file.write(data[: max(_least(data), len(data) // 2)])
                disk.act()
                return done

            @staticmethod
            def sync() -> None:
                disk.act()
                file.sync()

        return Deadly()

    def write_durable(self, path: Path, data: bytes) -> None:
        super().write_durable(path, data)
        self.act()


def say(**how_far: int) -> None:
    sys.stdout.write(json.dumps(how_far) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Arguments: folder, acts. The recipients' public keys come on standard input. Says how far it is."""
    module.EXHIBIT_SYNC_BYTES = SYNC
    keys = json.loads(sys.stdin.readline())
    roles = {"recovery": RecipientRole.RECOVERY}
    who = Recipients(
        "test-force",
        tuple(
            Recipient(name, roles.get(name, RecipientRole.TEAM), bytes.fromhex(key))
            for name, key in keys.items()
        ),
    )
    folder, acts = Path(sys.argv[1]), int(sys.argv[2])
    disk, clock = DeadlyDisk(acts), SystemClock()
    vault = ExhibitVault(folder, disk, clock, SystemRandomness(), SeededDesk(), who, keep_free=0)
    data = bytes_of(SIZE)
    writer = vault.begin(ORIGIN, SIZE)
    for start in range(0, SIZE, CHUNK):
        writer.write(data[start : start + CHUNK])
        say(written=min(start + CHUNK, SIZE))
    content = writer.end_content()
    say(durable=content.size)
    writer.seal(label_for(content))
    say(sealed=content.size)


def killed_after(folder: Path, acts: int) -> dict[str, int]:
    """What the child had said before it died."""
    keys = {r.recipient_id: r.public_key.hex() for r in recipients().who}
    root = Path(__file__).parents[2]
    child = subprocess.run(
        [sys.executable, __file__, str(folder), str(acts)],
        input=json.dumps(keys) + "\n",
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
        timeout=60,
    )
    assert child.returncode in {0, -signal.SIGKILL}
    said: dict[str, int] = {}
    for line in child.stdout.splitlines():
        said |= json.loads(line)
    return said


def check(folder: Path, acts: int) -> dict[str, int]:
    """Whatever the kill left is stated; what was called durable is there; nothing is called an exhibit that is incomplete."""
    said = killed_after(folder, acts)
    vault = exhibit_vault(folder)
    for segment in vault.unfinished():
        result = vault.recover(segment.path, team_ring())
        torn_header = scan_file(segment.path).header is None
        assert result.outcome is (RecoveryOutcome.KEPT if torn_header else RecoveryOutcome.RECOVERED)
        assert result.in_words()
    data = bytes_of(SIZE)
    for found in vault.listed(team_ring()):
        if found.origin is None:
            assert found.words
            assert "written" not in said
            continue
        assert found.origin == ORIGIN
        path = vault.path_of(found.evidence_id)
        whole = read_back(vault, found.evidence_id)
        assert whole == data[: len(whole)]
        assert len(whole) > said.get("written", 0) - CHUNK - 1
        assert len(whole) >= said.get("durable", 0)
        status = verify_file(path).status
        assert status in {VerificationStatus.INTACT, VerificationStatus.RECOVERED}
        assert (found.label is not None) or "sealed" not in said
        assert found.label is None or len(whole) == SIZE
    if said:
        assert vault.exhibits()
    return said


def test_killed_in_the_middle_of_sealing(tmp_path):
    for acts in (2, 7, 14):
        check(tmp_path / str(acts), acts)


def test_the_whole_path_without_a_kill(tmp_path):
    assert check(tmp_path, 10_000) == {"written": SIZE, "durable": SIZE, "sealed": SIZE}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_at_every_act(tmp_path):
    ends: list[dict[str, int]] = []
    while not ends or "sealed" not in ends[-1]:
        ends.append(check(tmp_path / str(len(ends)), len(ends)))
    assert any(said == {} for said in ends)
    assert any("durable" in said and "sealed" not in said for said in ends)


def test_recovery_never_touches_an_exhibit_that_is_being_written(tmp_path):
    vault = exhibit_vault(tmp_path)
    writer = vault.begin(ORIGIN, 10)
    writer.write(b"half")
    other = exhibit_vault(tmp_path)  # a second console on the same folder
    (segment,) = other.unfinished()
    with pytest.raises(Exception, match="being written"):
        other.recover(segment.path, team_ring())
    writer.write(b"rest")
    writer.seal(label_for(writer.end_content()))
    assert read_back(vault, writer.evidence_id) == b"halfrest"


def test_a_damaged_exhibit_is_reported_with_what_still_holds(tmp_path):
    vault = exhibit_vault(tmp_path)
    evidence_id, _, head = seal_whole(vault, bytes_of(3 * CHUNK))
    path = vault.path_of(evidence_id)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    report = verify_file(path, expected_head=head)
    assert report.status is VerificationStatus.DAMAGED
    assert "Record" in report.reason
    found = exhibit_vault(tmp_path).describe(path, evidence_id, team_ring())
    assert found.words
    assert 0 < found.size < 3 * CHUNK
    assert found.origin == ORIGIN


if __name__ == "__main__":
    main()
