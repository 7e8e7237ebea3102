"""The services of the consultation's paperwork, made once: forms, statements, signing, safeguarding."""

from dataclasses import dataclass

from rvr_console.app.desk_keys import DeskSecrets
from rvr_console.domain.form_packs import FormPacks
from rvr_console.services.desk import Desk
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


@dataclass(frozen=True, slots=True)
class Paperwork:
    """One field for each service."""


def make_paperwork(parts: PaperworkParts) -> Paperwork:  # noqa: ARG001 (the first service uses it)
    return Paperwork()
