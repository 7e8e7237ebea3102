"""The console without its screens: store, vault, services and background work, built once and ended in reverse order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from rvr_console.app.background import IncidentTaker, LinkCloser, WakingSink
from rvr_console.app.bundle_maker import ExtractFiles, make_bundle_export, stamp_by
from rvr_console.app.bundle_papers import FormFiles, all_papers
from rvr_console.app.cosigners import make_cosigning
from rvr_console.app.custody_keeper import CustodyKeeper
from rvr_console.app.custody_writer import CustodyWriter
from rvr_console.app.desk_keys import DeskSecrets, document_identity, load_or_make
from rvr_console.app.exhibit_copy import ExhibitCopies
from rvr_console.app.form_packs import open_packs
from rvr_console.app.paper_policies import PaperPolicies, load_paper_policies
from rvr_console.app.paperwork import PaperworkParts, make_paperwork, tell_refused
from rvr_console.app.replica_link import ReplicaPlace, load_access_key, replica_link
from rvr_console.app.review_sound import SoundPipe
from rvr_console.app.sealing_watch import keep_sealing
from rvr_console.app.signing_parts import SealingParts, StatementFiles
from rvr_console.app.start_recovery import left_off, recover_exhibits, recover_recordings
from rvr_console.app.vault_watch import RecordedCalls, VaultWatch
from rvr_console.app.wiring import FreshLinkSecrets, Tasks
from rvr_console.cad.dispatcher import Dispatcher
from rvr_console.cad.http_client import HttpCad
from rvr_console.cad.queue_watch import QueueWatch
from rvr_console.domain.call import CallSession
from rvr_console.domain.policy import Policies
from rvr_console.domain.ports import Clock, EventSink, SegmentStore
from rvr_console.evidence.exhibit_inspection import ExhibitInspection
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.recovery import RecoverableDisk
from rvr_console.evidence.signature_check import desk_signature_holds
from rvr_console.evidence.vault import Vault
from rvr_console.intake.file_intake import Intake
from rvr_console.intake.open_files import OpenFiles
from rvr_console.packs.pack_registry import PackSources
from rvr_console.packs.policy_files import load_policies
from rvr_console.services.bundles import Bundles
from rvr_console.services.cad_actions import CadActions
from rvr_console.services.checklist import Checklist
from rvr_console.services.checkpoints import Checkpoints
from rvr_console.services.consultations import Consultations
from rvr_console.services.custody import CustodyLog
from rvr_console.services.custody_export import CustodyExports
from rvr_console.services.custody_lists import CustodyLists
from rvr_console.services.custody_stamps import CustodyStamps, StampAuthority
from rvr_console.services.desk import Desk, Session
from rvr_console.services.dispatch import Dispatch
from rvr_console.services.evidence_list import EvidenceList
from rvr_console.services.evidential_review import EvidentialReview
from rvr_console.services.exhibit_intake import ExhibitIntake
from rvr_console.services.exhibit_views import ExhibitViews
from rvr_console.services.exhibits import Exhibits
from rvr_console.services.file_requests import FileRequests
from rvr_console.services.local_book import LocalBook
from rvr_console.services.recordings import Recordings
from rvr_console.services.safeguarding import OutgoingWords
from rvr_console.services.safety_wording import SafetyWording
from rvr_console.services.sign_in import SignIn
from rvr_console.services.stills import Stills
from rvr_console.services.video_call import VideoCall
from rvr_console.storage.checkpoint_mirror import CheckpointMirror
from rvr_console.storage.store import Store
from rvr_console.system.app_paths import AppPaths
from rvr_console.system.clock import SystemClock, SystemRandomness
from rvr_console.system.durable_file import DurableDisk
from rvr_console.system.key_store import DeskKeys, KekSealer, KeyStore, derive
from rvr_console.system.password import AccountPasswords
from rvr_console.video.call_recorder import LeftOff
from rvr_console.video.call_session import CallSettings, VideoCallSession
from rvr_console.video.still_png import png_of

log = logging.getLogger(__name__)
STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the other programs are. page: what the victim opens; cad_token: never logged."""

    gateway: str
    page: str
    cad: str
    cad_token: str

    def __repr__(self) -> str:
        return f"Addresses({self.gateway}, {self.page}, {self.cad})"


@dataclass(frozen=True, slots=True)
class ConsoleOptions:
    """What is decided before the console is built. timestamps: None where no authority is configured."""

    paths: AppPaths
    force: str
    desk: str
    addresses: Addresses
    call: CallSettings
    timestamps: StampAuthority | None = None
    replica: ReplicaPlace | None = None
    cosign_folder: Path | None = None
    packs: PackSources | None = None
    policies: Policies = field(default_factory=load_policies)
    paper_policies: PaperPolicies = field(default_factory=load_paper_policies)
    ask_revocation: bool = True


def sealing_parts(
    secrets: DeskSecrets,
    keys: DeskKeys,
    options: ConsoleOptions,
    machine: tuple[RecoverableDisk, Clock, SystemRandomness],
) -> SealingParts:
    """What seals statements at this desk."""
    disk, clock, randomness = machine
    folder = options.paths.data / "keys"
    identity = document_identity(folder, secrets, keys, disk, clock, randomness)
    return SealingParts(identity, options.timestamps, clock, ask_revocation=options.ask_revocation)


class Console:
    """Build on the event loop that the screens use. Raises KnownError when store or keys do not open."""

    def __init__(
        self,
        options: ConsoleOptions,
        key_store: KeyStore,
        events: EventSink,
        *,
        clock: Clock | None = None,
        disk: RecoverableDisk | None = None,
    ) -> None:
        """clock, disk: the machine's own, unless a test brings one that fails."""
        self.options = options
        self.recorded_calls = RecordedCalls(events)
        self.events = WakingSink(self.recorded_calls)
        self.clock: Clock = clock or SystemClock()
        self.disk: RecoverableDisk = disk or DurableDisk()
        self.randomness = SystemRandomness()
        paths = options.paths
        paths.make()
        keys = key_store.load(may_create=not paths.database.exists())
        self.secrets: DeskSecrets = load_or_make(
            paths.data / "keys", options.force, options.desk, keys, self.disk, self.clock, self.randomness
        )
        machine = (self.disk, self.clock, self.randomness)
        self._sealing = sealing_parts(self.secrets, keys, options, machine)
        self.store = Store(paths.database, derive(keys.device, "rvr/db1"))
        self.vault = Vault(
            paths.vault,
            self.disk,
            self.clock,
            self.randomness,
            self.secrets.identity,
            self.secrets.recipients,
        )
        self.exhibit_vault = ExhibitVault(
            paths.vault / "exhibits",
            *machine,
            self.secrets.identity,
            self.secrets.recipients,
        )
        self.tasks = Tasks(self.events)
        open_files = OpenFiles(paths.data / "open-files", KekSealer(keys.device, "rvr/open-files1"))
        self._build_services(KekSealer(keys.device, "rvr/link1"), open_files)
        self._build_background(keys.device)

    def _build_services(self, sealer: KekSealer, open_files: OpenFiles) -> None:
        desk = self.desk = Desk(self.store, self.clock, self.events, Session())
        addresses = self.options.addresses
        self.cad = HttpCad(addresses.cad, addresses.cad_token, self.secrets.desk)
        self.sign_in = SignIn(desk, AccountPasswords())
        policies = self.options.policies
        packs, layouts = open_packs(self.options.packs, self.options.paths, self.disk, self.events)
        self.checklist = Checklist(policies.closing, SafetyWording(packs).at)
        self.dispatch = Dispatch(desk, self.cad, policies.service)
        self.consultations = Consultations(
            desk, sealer, FreshLinkSecrets(self.randomness), policies.service, self.checklist
        )
        self.recordings = Recordings(desk)
        self.cad_actions = CadActions(desk)
        checkpoints = self._checkpoints(desk)
        self.custody = CustodyLog(desk, checkpoints, CustodyStamps(desk, self.options.timestamps))
        self.custody_exports = CustodyExports(desk, checkpoints)
        self.custody_lists = CustodyLists(desk, self.custody_exports, CustodyWriter(self.options.paths.data))
        self.review = EvidentialReview(desk)
        self.local_book = LocalBook(desk)
        self.calls = VideoCall(
            desk, self.consultations, self.recordings, self._make_session, self.tasks.spawn,
            OutgoingWords(desk, policies.safeguarding),
        )  # fmt: skip
        self.evidence_list = EvidenceList(desk)
        self.file_requests = FileRequests(desk, self.calls)
        self.exhibits = Exhibits(desk)
        self.inspection = ExhibitInspection(self.exhibit_vault, self.secrets.key_ring, make_sound=SoundPipe)
        copies = ExhibitCopies(self.exhibit_vault, self.secrets.key_ring, self.options.paths.data)
        self.exhibit_views = ExhibitViews(desk, self.exhibits, self.inspection, copies)
        self.exhibit_intake = ExhibitIntake(
            desk,
            self.exhibit_vault,
            self.calls.recording_moment,
            expected=self.exhibit_views.warm,
            sealed=lambda exhibit: self.tasks.spawn(self.exhibit_views.inspect_new(exhibit)),
        )
        self.stills = Stills(desk, self.calls, self.exhibit_intake, png_of)
        self.files = Intake(addresses.gateway, self.exhibit_intake, self.events, self.clock, open_files)
        self.paperwork = make_paperwork(
            PaperworkParts(
                desk, self.calls, self.secrets, self.options.paths, self.options.force,
                packs, layouts, policies, self.options.paper_policies, self.checklist, self.exhibit_intake, self._sealing,
            )
        )  # fmt: skip
        self.bundles = self._bundles(desk)

    def _bundles(self, desk: Desk) -> Bundles:
        maker = make_bundle_export(
            self.vault,
            self.exhibit_vault,
            self.secrets,
            self.disk,
            self.options.paths.data, stamp_by(self.options.timestamps),
        )  # fmt: skip
        statements = StatementFiles(self.paperwork.signing, self.exhibit_vault, self.secrets.key_ring)
        forms = FormFiles(desk, self.paperwork.forms, self.secrets.identity.label)
        return Bundles(desk, maker, ExtractFiles(self.custody_exports), all_papers(statements, forms))

    def _checkpoints(self, desk: Desk) -> Checkpoints:
        identity = self.secrets.identity
        # Named after the desk's key: it stays the same when the database is replaced by another.
        path = self.options.paths.vault / "custody" / f"{identity.public_key.hex()[:16]}.jsonl"
        return Checkpoints(desk, identity, desk_signature_holds, CheckpointMirror(path, self.disk))

    def _build_background(self, device_key: bytes) -> None:
        cosigning = make_cosigning(
            self.desk, self.secrets, self.options.cosign_folder, self.options.paths.data, self.disk
        )
        self.custody_keeper = CustodyKeeper(self.custody, self.events, cosigning=cosigning)
        self.events.case_submitted = self.custody_keeper.case_submitted
        self.dispatcher = Dispatcher(self.cad, self.cad_actions, self.events, book=self.local_book)
        self.events.wake = self.dispatcher.wake
        self.cad_watch = QueueWatch(self.cad, IncidentTaker(self.dispatch, self.events).take_over)
        self.link_closer = LinkCloser(
            self.consultations, self.calls.is_open, self.options.addresses.gateway, self.secrets
        )
        self.recorded_calls.is_open = self.calls.is_open
        self.vault_watch = VaultWatch(
            self.desk,
            self.vault,
            self.disk,
            {self.secrets.identity.public_key},
            self.recorded_calls,
            exhibits=self.exhibit_vault,
            opener=self.secrets.key_ring,
        )
        self.replica_link = replica_link(
            self.desk,
            self.options.replica,
            lambda: load_access_key(self.options.paths, device_key),
            (self.vault, self.exhibit_vault),
            self.recorded_calls.any,
        )
        if self.replica_link is not None:
            self.vault_watch.health.cold_copy = self.replica_link.replication.health

    def _make_session(self, consultation_id: str, report: Callable[[object], None]) -> CallSession:
        def make_store(evidence_id: str | None) -> SegmentStore:
            if evidence_id is None:
                return self.recorded_calls.noted(self.vault.new_recording(consultation_id))
            return self.recorded_calls.noted(self.vault.continue_recording(evidence_id, consultation_id))

        def ended_at(evidence_id: str) -> LeftOff | None:
            return left_off(self.vault, evidence_id)

        door = self.files.door(consultation_id)
        return VideoCallSession(
            report, self.options.call, self.secrets, make_store, self.clock, ended_at, door
        )

    async def start(self) -> None:
        """Begin to check the custody log, recover what a crash left open, begin the background work."""
        self.custody_keeper.start()
        tell_refused((*self.options.policies.refused, *self.options.paper_policies.refused), self.events)
        await recover_recordings(self.vault, self.secrets.key_ring, self.recordings, self.events)
        await recover_exhibits(self.exhibit_vault, self.secrets.key_ring, self.exhibits, self.events)
        await self.files.go_on()
        self.tasks.spawn(keep_sealing(self.paperwork.signing.sealing))
        self.dispatcher.start()
        self.cad_watch.start()
        self.link_closer.start()
        self.vault_watch.start()
        if self.replica_link is not None:
            self.replica_link.start()

    async def stop(self) -> None:
        """Close recordings cleanly, then everything else in reverse order. Links stay as they are."""
        await self._bounded("calls", self.calls.shut())
        await self._bounded("files", self.files.stop())
        if self.replica_link is not None:
            await self._bounded("cold copy", self.replica_link.stop())
        await self._bounded("vault", self.vault_watch.stop())
        await self._bounded("links", self.link_closer.stop())
        await self._bounded("queue", self.cad_watch.stop())
        await self._bounded("CAD acts", self.dispatcher.stop())
        await self._bounded("tasks", self.tasks.end())
        await self._bounded("inspections", asyncio.to_thread(self.inspection.close))
        await self._bounded("spelling", asyncio.to_thread(self.paperwork.spelling.close))
        await self._bounded("CAD", self.cad.close())
        await self._bounded("custody log", self.custody_keeper.stop())
        await self._bounded("store", asyncio.to_thread(self.store.close))

    @staticmethod
    async def _bounded(name: str, step: Awaitable[None]) -> None:
        """One step of the end; one that hangs or fails must not keep the others from ending."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await step
        except TimeoutError:
            log.critical("%s did not end within %.0f s", name, STOP_SECONDS)
        except Exception:  # main of the console's end
            log.exception("%s did not end cleanly", name)
