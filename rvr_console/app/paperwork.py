"""The services of the consultation's paperwork, made once: forms, statements, signing, safeguarding."""

from dataclasses import dataclass

from rvr_console.app.desk_keys import DeskSecrets
from rvr_console.app.form_papers import FormPapers
from rvr_console.app.paper_policies import PaperPolicies
from rvr_console.app.signing_parts import SealingParts, make_signing
from rvr_console.app.statement_papers import StatementPapers
from rvr_console.documents.spelling import Spelling
from rvr_console.documents.statement_page import StatementSetter
from rvr_console.domain.events import Fault
from rvr_console.domain.form import PackKind
from rvr_console.domain.form_packs import FormPacks
from rvr_console.domain.policy import Policies
from rvr_console.domain.ports import EventSink
from rvr_console.domain.record_layout import BlockLayout
from rvr_console.services.checklist import Checklist
from rvr_console.services.consultation_kinds import ConsultationKinds
from rvr_console.services.desk import Desk
from rvr_console.services.exhibit_intake import ExhibitIntake
from rvr_console.services.form_checklist import kind_item, other_forms_item, unfinished
from rvr_console.services.forms import Forms
from rvr_console.services.safeguarding import Safeguarding, safeguarding_item
from rvr_console.services.signing import Signing
from rvr_console.services.statements import Statements, statement_line
from rvr_console.services.video_call import VideoCall
from rvr_console.system.app_paths import AppPaths


@dataclass(frozen=True, slots=True)
class PaperworkParts:
    """What the services of the paperwork are made from."""

    desk: Desk
    calls: VideoCall
    secrets: DeskSecrets
    paths: AppPaths
    force: str
    packs: FormPacks
    layouts: tuple[BlockLayout, ...]
    policies: Policies
    paper_policies: PaperPolicies
    checklist: Checklist
    intake: ExhibitIntake
    sealing: SealingParts


@dataclass(frozen=True, slots=True)
class Paperwork:
    """One field for each service. record_layouts: of the text blocks for the records system."""

    forms: Forms
    form_papers: FormPapers
    record_layouts: tuple[BlockLayout, ...]
    safeguarding: Safeguarding
    statements: Statements
    statement_papers: StatementPapers
    spelling: Spelling
    kinds: ConsultationKinds
    signing: Signing


def make_paperwork(parts: PaperworkParts) -> Paperwork:
    forms = Forms(parts.desk, parts.packs, parts.calls.recording_moment)
    parts.checklist.offer("risk", kind_item(forms.read_all, PackKind.RISK, "Risk"))
    parts.checklist.offer_other("risk", other_forms_item(forms.read_all, "risk", "Risk"))
    parts.checklist.offer_unfinished(unfinished(forms.read_all, forms.title_of))
    parts.checklist.offer("needs", kind_item(forms.read_all, PackKind.NEEDS, "Needs"))
    parts.checklist.offer("safeguarding", safeguarding_item)
    parts.checklist.offer("statement", statement_line)
    statements = Statements(parts.desk, StatementSetter(parts.paper_policies.statement))
    label = parts.secrets.identity.label
    return Paperwork(
        statements=statements,
        statement_papers=StatementPapers(parts.desk, statements, label),
        spelling=Spelling(),
        forms=forms,
        form_papers=FormPapers(parts.desk, forms, label),
        record_layouts=parts.layouts,
        safeguarding=Safeguarding(parts.desk, parts.policies.safeguarding),
        kinds=ConsultationKinds(parts.desk, parts.checklist),
        signing=make_signing(parts.desk, parts.calls, parts.intake, parts.sealing, parts.paper_policies.gate),
    )


def tell_refused(refused: tuple[str, ...], events: EventSink) -> None:
    """A force's policy file that is not in use is said on the screens."""
    for why in refused:
        events.publish(
            Fault(
                why, "The policy that came with the program is in use.", "Correct the file, then start again."
            )
        )
