"""A desk with a real store and a real vault, for tests of what is done with the vault as a whole."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "unit" / "evidence"))
sys.path.insert(0, str(Path(__file__).parent / "unit" / "services"))

from desk_parts import OFFICER, DeskWorld
from evidence_parts import SeededDesk, event, make_bench, media_piece, team_ring, write_small
from exhibit_world import ExhibitWorld

from rvr_console.domain.exhibit import Exhibit
from rvr_console.domain.recording import EventKind, RecordHead
from rvr_console.domain.vault_check import VaultRun
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.vault_files import FolderVaultFiles
from rvr_console.services.vault_checks import VaultChecks
from rvr_console.services.vault_health import VaultHealthReport
from rvr_console.system.durable_file import DurableDisk
from rvr_console.system.quiet_thread import QuietThread

_TEMPLATE: dict[str, bytes | str] = {}  # a desk with its accounts, made once: it costs a quarter of a second


async def begin(folder: Path) -> "VaultRig":
    """Signed in as OFFICER, one consultation taken."""
    if not _TEMPLATE:
        made = DeskWorld(folder / "template.db")
        await made.fill()
        _TEMPLATE["consultation"] = (await made.taken()).id
        made.store.close()
        for suffix in ("", ".tip"):
            _TEMPLATE[suffix] = (folder / f"template.db{suffix}").read_bytes()
    for suffix in ("", ".tip"):
        (folder / f"console.db{suffix}").write_bytes(_TEMPLATE[suffix])
    rig = VaultRig(folder)
    rig.consultation = _TEMPLATE["consultation"]
    rig.world.act_as(OFFICER)
    return rig


class VaultRig:
    """One consultation is in a call; `record` seals recordings of it as the recorder does."""

    def __init__(self, folder: Path) -> None:
        self.world = DeskWorld(folder / "console.db")
        self.bench = make_bench(folder / "vault")
        self.vault = self.bench.vault
        self.thread = QuietThread("vault-check")
        self.busy = False
        self.writing: set[str] = set()
        self.exhibits = ExhibitWorld(self.world, folder / "vault")
        self.files = FolderVaultFiles(
            self.vault,
            self.exhibits.vault.vault,
            DurableDisk(),
            {SeededDesk().public_key},
            lambda: self.writing,
            team_ring(),
        )
        self.checks = VaultChecks(self.world.desk, self.files, self.thread, lambda: self.busy)
        self.health = VaultHealthReport(self.world.desk, self.files, lambda: self.checks.progress)
        self.consultation = ""

    def close(self) -> None:
        self.checks.cancel()
        self.thread.close()
        self.world.store.close()

    async def record(self, segments: int = 1, pieces: int = 5) -> str:
        """A closed recording; its heads are logged half way and at the end of each segment."""
        recordings = self.world.recordings
        made = self.vault.new_recording(self.consultation)
        await recordings.started(self.consultation, made.evidence_id)
        for number in range(1, segments + 1):
            write_small(made, pieces)
            path = made.path_of(number)
            await recordings.segment_started(made.evidence_id, number, path.name)
            records = scan_file(path).records
            half = records[len(records) // 2]
            await recordings.head(RecordHead(made.evidence_id, number, half.header.sequence, half.chain))
            await recordings.segment_closed(scan_file(path).head())
        await recordings.closed(made.evidence_id)
        return made.evidence_id

    async def record_minutes(self, minutes: int, piece: int = 1000) -> str:
        """One closed segment of so many minutes, a piece of this many bytes each second."""
        made = self.vault.new_recording(self.consultation)
        await self.world.recordings.started(self.consultation, made.evidence_id)
        writer = made.open_segment()
        writer.append_event(event(EventKind.STARTED, 0))
        for second in range(minutes * 60 + 1):
            writer.append_media(media_piece(second, piece), second * 1_000_000)
        writer.finish()
        await self.world.recordings.segment_started(made.evidence_id, 1, made.path_of(1).name)
        await self.world.recordings.segment_closed(writer.head)
        await self.world.recordings.closed(made.evidence_id)
        return made.evidence_id

    async def receive(self, data: bytes = b"a photo", upload: str = "a1") -> Exhibit:
        """A sealed exhibit that the person's page sent."""
        facts = self.exhibits.facts(self.consultation, upload, size=len(data))
        return await self.exhibits.bring(facts, data)

    def exhibit_path(self, exhibit: Exhibit) -> Path:
        return self.exhibits.vault.path_of(exhibit.evidence_id)

    def path(self, evidence_id: str, number: int = 1) -> Path:
        return self.bench.folder / f"{evidence_id}_{number:04d}.rvrc"

    async def last_run(self) -> VaultRun | None:
        return await self.checks.last()
