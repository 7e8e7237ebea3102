"""The services of the consultation's paperwork, made once: forms, statements, signing, safeguarding."""

from dataclasses import dataclass

from rvr_console.app.desk_keys import DeskSecrets
from rvr_console.documents.spelling import Spelling
from rvr_console.documents.statement_page import StatementSetter
from rvr_console.documents.statement_policy import read_policy
from rvr_console.domain.events import Fault
from rvr_console.domain.form_packs import FormPacks
from rvr_console.domain.policy import Policies
from rvr_console.domain.ports import EventSink
from rvr_console.services.checklist import Checklist
from rvr_console.services.consultation_kinds import ConsultationKinds
from rvr_console.services.desk import Desk
from rvr_console.services.safeguarding import Safeguarding, safeguarding_item
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
    policies: Policies
    checklist: Checklist


@dataclass(frozen=True, slots=True)
class Paperwork:
    """One field for each service."""

    safeguarding: Safeguarding
    statements: Statements
    spelling: Spelling
    kinds: ConsultationKinds


def make_paperwork(parts: PaperworkParts) -> Paperwork:
    parts.checklist.offer("safeguarding", safeguarding_item)
    parts.checklist.offer("statement", statement_line)
    return Paperwork(
        statements=Statements(parts.desk, StatementSetter(read_policy())),
        spelling=Spelling(),
        safeguarding=Safeguarding(parts.desk, parts.policies.safeguarding),
        kinds=ConsultationKinds(parts.desk, parts.checklist),
    )


def tell_refused(policies: Policies, events: EventSink) -> None:
    """A force's policy file that is not in use is said on the screens."""
    for why in policies.refused:
        events.publish(
            Fault(
                why, "The policy that came with the program is in use.", "Correct the file, then start again."
            )
        )
