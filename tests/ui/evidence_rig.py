"""The consultation page with exhibits: real services, store and vault; only the phone's end and its pictures are stand-ins."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "evidence"))
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "services"))

from consultation_rig import Rig
from exhibit_world import ExhibitWorld

from rvr_console.domain.events import UploadChanged
from rvr_console.domain.exhibit import (
    ExhibitOrigin,
    ExhibitSource,
    Inspection,
    Preview,
    RecordingMoment,
)
from rvr_console.domain.recording import TrackKind
from rvr_console.domain.uploads import UploadState, UploadStatus
from rvr_console.services.file_requests import FileRequests
from rvr_console.ui.consultation.evidence_acts import EvidenceServices

SOURCES = {TrackKind.VIDEO: ExhibitSource.STILL, TrackKind.SCREEN: ExhibitSource.SCREEN_SHARE}
JPEG = b"\xff\xd8\xff\xe0" + bytes(4_000) + b"\xff\xd9"


class Stills:
    """Keeps a picture as services do that have one; its source says whether the camera or the shared screen was meant."""

    def __init__(self, files: ExhibitWorld) -> None:
        self._files = files

    async def take_still(self, consultation_id: str, *, kind=TrackKind.VIDEO):
        officer = self._files.world.session.require()
        moment = RecordingMoment("EV-2026-0001", 1, 9_000_000)
        origin = ExhibitOrigin(
            consultation_id, SOURCES[kind], officer.name, "still.png", "image/png", moment=moment
        )
        return await self._files.intake.keep(origin, b"\x89PNG\r\n\x1a\n" + bytes(900))


class Pictures:
    """A thumbnail of one colour for whatever has the head of a picture. asked: evidence ids."""

    def __init__(self, files: ExhibitWorld) -> None:
        self._files = files
        self.asked: list[str] = []

    async def thumbnail(self, evidence_id):
        self.asked.append(evidence_id)
        exhibit = await self._files.exhibits.get(evidence_id)
        if not exhibit.content.found_type.startswith("image/"):
            return Inspection("There is no picture of this.")
        return Inspection(preview=Preview(144, 96, bytes((60, 120, 170, 255)) * (144 * 96)))


class EvidenceRig(Rig):
    def __init__(self, path: Path, qapp) -> None:
        self.folder = path
        super().__init__(path, qapp)

    def _build(self) -> None:
        self.files = ExhibitWorld(self.world, self.folder)
        self.pictures = Pictures(self.files)
        super()._build()

    def _evidence(self) -> EvidenceServices:
        return EvidenceServices(
            self.files.exhibits,
            self.world.clock.monotonic_ns,
            FileRequests(self.world.desk, self.calls),
            Stills(self.files),
            self.pictures,
        )

    def bring(self, upload: str = "a1", data: bytes = JPEG, **changes):
        """A whole file comes and is sealed."""
        facts = self.files.facts(self.cid, upload, size=len(data), **changes)
        return self.run(self.files.bring(facts, data))

    def coming(
        self, received: int, state=UploadState.COMING, upload: str = "b2", words="", **changes
    ) -> None:
        facts = self.files.facts(self.cid, upload, **{"size": 214_000_000, **changes})
        self.bridge.publish(UploadChanged(self.cid, UploadStatus(facts, state, received, words=words)))
        self.settle()
