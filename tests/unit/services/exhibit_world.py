"""A desk with a real exhibit vault, and files as the transport brings them."""

import hashlib
from pathlib import Path

from desk_parts import DeskWorld
from exhibit_parts import RoomyDisk, exhibit_vault, team_ring

from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.uploads import FileFacts, ReceivedFile
from rvr_console.services.exhibit_intake import ExhibitIntake
from rvr_console.services.exhibits import Exhibits


class ExhibitWorld:
    def __init__(self, world: DeskWorld, folder: Path) -> None:
        self.world, self.disk = world, RoomyDisk()
        self.vault = exhibit_vault(folder / "exhibits", self.disk)
        self.moment: RecordingMoment | None = None
        self.exhibits = Exhibits(world.desk)
        self.intake = ExhibitIntake(world.desk, self.vault, lambda _consultation_id: self.moment)

    def facts(self, consultation_id: str, upload: str = "a1", **changes) -> FileFacts:
        return FileFacts(
            **{
                "consultation_id": consultation_id,
                "upload_id": upload.rjust(32, "0"),
                "untrusted_name": "door.jpg",
                "size": 100,
                "untrusted_type": "image/jpeg",
                "description": "my door",
                "how": "chosen",
                "device": "key",
                "offered_at": self.world.clock.now(),
                **changes,
            }
        )

    @staticmethod
    def received(data: bytes, claimed: bytes | None = None) -> ReceivedFile:
        sha256 = hashlib.sha256(data).hexdigest()
        told = hashlib.sha256(claimed).hexdigest() if claimed is not None else sha256
        return ReceivedFile(len(data), sha256, told)

    async def bring(self, facts: FileFacts, data: bytes):
        """The exhibit that a file became."""
        writer = await self.intake.begin(facts)
        for start in range(0, len(data), 1 << 20):
            writer.write(data[start : start + (1 << 20)])
        await writer.finish(self.received(data))
        return await self.world.store.run(lambda tx: tx.exhibits.of_upload(facts.upload_id))

    def read(self, evidence_id: str) -> bytes:
        with self.vault.open(evidence_id, team_ring()) as reader:
            return reader.read()
