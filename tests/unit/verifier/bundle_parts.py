"""A case to hand over: two sealed segments, one exhibit, a PDF, all signed by a desk of a TEST authority."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyrage
from evidence_parts import StillClock, plain_of, recipients, team_ring, write_small

from rvr_console.domain.bundle import BundleExhibit, BundleFile, BundleOrder, BundleRecording
from rvr_console.evidence.bundle_writing import BundleSigner
from rvr_console.evidence.desk_identity import DeskIdentity, TestAuthority
from rvr_console.evidence.export_bundle import BundleExport, BundleSources
from rvr_console.evidence.vault import Vault
from rvr_console.system.clock import SystemRandomness
from rvr_console.system.durable_file import DiskReserve, DurableDisk

VERIFIER = Path(__file__).parents[3] / "verifier" / "rvr_verify.py"
MADE_AT = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
FILM = b"MP4 film " * 100
PICTURE = plain_of()  # the exhibit is sealed as a recording is: these are its bytes


def write_copy(readers, master, out, tell, stopped):
    """In the place of the real copy: reads every segment, names the master, seeks back as a muxer does."""
    out.write(FILM)
    for place, reader in enumerate(readers):
        assert reader.read()
        tell(place / len(readers))
        if stopped():
            return False
    out.write(master[1].encode())
    out.seek(0)
    out.write(b"mp4")
    return True


@dataclass
class Case:
    folder: Path
    vault: Vault
    authority: TestAuthority
    desk: DeskIdentity
    order: BundleOrder

    def signer(self, stamp=None) -> BundleSigner:
        return BundleSigner(
            self.desk.label,
            self.desk.public_key,
            self.desk.sign,
            "Sample Force",
            {"desk.pem": self.desk.chain_pem, "authority.pem": self.authority.certificate_pem},
            stamp,
        )

    def export(self, copy=write_copy, stamp=None, free=10**9) -> BundleExport:
        exhibits = {one.evidence_id: self.vault.segments(one.evidence_id) for one in self.order.exhibits}
        sources = BundleSources(
            self.vault,
            team_ring(),
            lambda evidence_id: self.vault.open(exhibits[evidence_id][0].path, team_ring()),
            copy,
            VERIFIER,
            self.folder / "own",
            lambda _folder: free,
        )
        return BundleExport(sources, self.signer(stamp))

    def make(self, target: Path, **how):
        changes = {"target": target} | {
            name: how.pop(name) for name in list(how) if hasattr(self.order, name)
        }
        return self.export(**how).make(replace(self.order, **changes), lambda _told: None, lambda: False)


def make_case(folder: Path) -> Case:
    clock = StillClock()
    authority = TestAuthority.create("TEST Sample Force", clock.now())
    desk = authority.enrol_desk("desk-1", clock.now())
    (folder / "own").mkdir(parents=True)
    vault = Vault(
        folder / "own" / "vault",
        DurableDisk(),
        clock,
        SystemRandomness(),
        desk,
        recipients(),
        reserve=DiskReserve(folder / "reserve", 4096),
    )
    recording = vault.new_recording("session")
    heads = [write_small(recording).head, write_small(recording).head]
    exhibit = vault.new_recording("session")
    write_small(exhibit)
    order = BundleOrder(
        incident="155 of 21/11/2026",
        made_by="D10 C. Lund",
        made_at=MADE_AT,
        purpose="Case file <for> the Crown & court",
        target=folder,
        recordings=(BundleRecording(recording.evidence_id, clock.now(), tuple(heads)),),
        exhibits=(
            BundleExhibit(
                exhibit.evidence_id,
                "AB/1",
                len(PICTURE),
                hashlib.sha256(PICTURE).hexdigest(),
                "image/jpeg",
                clock.now(),
                "Hannah Cole",
                name="<script>alert(1)</script>.jpg",
                description="bruise \ud800 left arm",
            ),
        ),
        documents=(BundleFile("statement.pdf", "Witness statement", b"%PDF-1.7 ..."),),
        left_out=("AB/2: not relevant, decided by D10",),
    )
    return Case(folder, vault, authority, desk, order)


def identity() -> "pyrage.x25519.Identity":
    return pyrage.x25519.Identity.generate()
