"""kill -9 of a process that writes, or recovers, a sealed recording. Run as a program this file is that process."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "evidence"))

from evidence_parts import (  # the parts lie beside the unit tests
    SeededDesk,
    media_piece,
    recipients,
    team_ring,
)

from rvr_console.evidence.keys import EvidenceKeyRing, Recipient, RecipientRole, Recipients
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.recovery import RecoveryOutcome
from rvr_console.evidence.vault import Vault
from rvr_console.evidence.verification import VerificationStatus, verify_file
from rvr_console.system.clock import SystemClock, SystemRandomness
from rvr_console.system.durable_file import DiskReserve, DurableDisk

PIECE = 3000


def vault_in(folder, who, disk=None):
    reserve = DiskReserve(folder / "reserve.bin", 64 * 1024)
    return Vault(
        folder, disk or DurableDisk(), SystemClock(), SystemRandomness(), SeededDesk(), who, reserve=reserve
    )


def child_write(folder, who):
    """Says after each sync how many pieces are durable, and which record is the last."""
    recording = vault_in(folder, who).new_recording("s")
    for _ in range(3):  # segments: the kill may also fall between two
        writer = recording.open_segment()
        writer.append_init(b"head")
        for number in range(40):
            writer.append_media(media_piece(number, PIECE), number * 100_000)
            if number % 5 == 4:
                writer.sync()
                said = [writer.number, number + 1, writer.head.sequence, writer.head.chain.hex()]
                sys.stdout.write(json.dumps(said) + "\n")
                sys.stdout.flush()
        writer.finish()


class DeadlyDisk(DurableDisk):
    """Kills its own process with SIGKILL at the n-th act."""

    def __init__(self, acts):
        self.left = acts

    def act(self):
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def append(self, path):
        file, disk = super().append(path), self

        class Deadly:
            close = staticmethod(file.close)

            @staticmethod
            def write(data):
                done = file.write(data[: max(1, len(data) // 2)])
                disk.act()
                return done

            @staticmethod
            def sync():
                disk.act()
                file.sync()

        return Deadly()

    def write_durable(self, path, data):
        super().write_durable(path, data)
        self.act()

    def cut_tail(self, path, keep, copy):
        super().cut_tail(path, keep, copy)
        self.act()


def child_recover(folder, who, acts):
    vault = vault_in(folder, who, DeadlyDisk(acts))
    for segment in vault.unfinished():
        vault.recover(segment.path, EvidenceKeyRing({"team-1": [bytes.fromhex(sys.stdin.readline())]}))


def start(mode, folder, *more):
    keys = {r.recipient_id: r.public_key.hex() for r in recipients().who}
    child = subprocess.Popen(
        [sys.executable, __file__, mode, str(folder), *map(str, more)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    child.stdin.write(json.dumps(keys) + "\n")
    child.stdin.flush()
    return child


def kill_after(folder, lines):
    """The last report of the child before it was killed."""
    child, said = start("write", folder), [0, 0, -1, ""]
    with child:
        for _ in range(lines):
            line = child.stdout.readline()
            if not line:
                break
            said = json.loads(line)
        child.kill()
        for line in child.stdout:  # reports that were on their way
            if line.endswith("\n"):
                said = json.loads(line)
    assert child.returncode in {0, -signal.SIGKILL}
    return said


def check_all_there(folder, said):
    """Recover what broke off; every piece that was reported durable must be there and every file must verify."""
    vault, ring = vault_in(folder, recipients()), team_ring()
    number, pieces, sequence, chain = said
    for segment in vault.unfinished():
        outcome = vault.recover(segment.path, ring).outcome
        # a header that the kill tore can hold no piece: the file is kept and reported
        assert outcome == RecoveryOutcome.RECOVERED or scan_file(segment.path).header is None
    for evidence_id in vault.recordings():
        for segment in vault.segments(evidence_id):
            scan = scan_file(segment.path)
            if scan.header is None:
                assert segment.number != number
                continue
            report = verify_file(segment.path, data_key=vault.data_key(scan, ring))
            assert report.status in {VerificationStatus.INTACT, VerificationStatus.RECOVERED}, (
                report.in_words()
            )
            with vault.open(segment.path, ring) as reader:
                plain = reader.read()
            kept = max(0, len(plain) - 4) // PIECE
            assert plain[4:] == b"".join(media_piece(n, PIECE) for n in range(kept))
            if segment.number < number:
                assert kept == 40
            elif segment.number == number:
                assert kept >= pieces
                assert scan_file(segment.path).chain_at(sequence).hex() == chain


@pytest.mark.parametrize("lines", [0, 1, 9])
def test_killed_writer_loses_nothing_that_was_synced(tmp_path, lines):
    check_all_there(tmp_path, kill_after(tmp_path, lines))


@pytest.mark.slow
@pytest.mark.parametrize("lines", range(25))
def test_killed_writer_loses_nothing_at_many_points(tmp_path, lines):
    check_all_there(tmp_path, kill_after(tmp_path, lines))


def sweep_recovery(tmp_path, points):
    for acts in points:
        folder = tmp_path / str(acts)
        said = kill_after(folder, 2)
        for segment in vault_in(folder, recipients()).unfinished():
            with segment.path.open("ab") as file:
                file.write(b"RVRr\x02 torn")
        child = start("recover", folder, acts)
        child.communicate(team_ring()._keys["team-1"][0].hex() + "\n")
        assert child.returncode in {0, -signal.SIGKILL}
        check_all_there(folder, said)


def test_killed_recovery_is_completed_by_the_next(tmp_path):
    sweep_recovery(tmp_path, [0, 1, 3])


@pytest.mark.slow
def test_killed_recovery_is_completed_by_the_next_at_every_act(tmp_path):
    sweep_recovery(tmp_path, range(14))


def main():
    given = json.loads(sys.stdin.readline())
    who = Recipients(
        "test-force",
        tuple(
            Recipient(
                name, RecipientRole.RECOVERY if name == "recovery" else RecipientRole.TEAM, bytes.fromhex(key)
            )
            for name, key in given.items()
        ),
    )
    folder = Path(sys.argv[2])
    if sys.argv[1] == "write":
        child_write(folder, who)
    else:
        child_recover(folder, who, int(sys.argv[3]))


if __name__ == "__main__":
    main()
