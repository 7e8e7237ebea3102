"""A real full disk (a small tmpfs) under the evidence folder in mid-call."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rvr_console.domain.recording import RecorderState
from rvr_console.evidence.verification import VerificationStatus
from rvr_console.system.durable_file import RESERVE_BYTES
from tests.faults.console_officer import fault, recorder_is
from tests.faults.console_town import talk, town

pytestmark = [pytest.mark.timeout(400), pytest.mark.slow]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Where the vault will be: 64 MiB of reserve and 16 MiB more."""
    folder = tmp_path / "data" / "vault"
    folder.mkdir(parents=True, mode=0o700)
    size = RESERVE_BYTES + 16 * 1024 * 1024
    made = subprocess.run(  # noqa: PLW1510  # its refusal is a reason to skip
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
    )
    if made.returncode != 0:
        pytest.skip(f"a disk of our own cannot be mounted here: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill_up(folder: Path) -> None:
    """Take every free byte."""
    descriptor = os.open(folder / "somebody-elses-file", os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        for block in (1024 * 1024, 4096, 1):
            try:
                while os.write(descriptor, bytes(block)) == block:
                    pass
            except OSError:
                continue
    finally:
        os.close(descriptor)


async def test_full_disk_closes_the_file_and_the_call_goes_on(small_disk: Path, tmp_path: Path) -> None:
    async with town(tmp_path) as place, place.desk() as desk:
        phone = await place.phone()
        case, _url = await talk(desk, phone)
        evidence = (await desk.officer.recordings(case))[0].evidence_id
        fill_up(small_disk)
        await desk.told.wait(recorder_is(RecorderState.FAULT))
        assert "disk is full" in (await desk.told.wait(fault("The recording has stopped"))).what
        await desk.officer.call("send_chat", case, "Can you still hear me?")
        await phone.do(
            do="wait", script="() => document.body.textContent.includes('still hear me')", seconds=30
        )
        await desk.officer.call("end_for_both", case)
        await phone.view("closed")
        report = await desk.officer.verify(evidence)
        assert [s.status for s in report.segments] == [VerificationStatus.INTACT]
        assert report.segments[0].duration_us > 1_000_000
