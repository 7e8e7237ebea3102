"""`rvr-console run`: the console against the force's own gateway and CAD, as settings and policy say."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rvr_console.app.console import Addresses, ConsoleOptions
from rvr_console.app.form_packs import pack_sources
from rvr_console.app.key_choice import choose_key_store
from rvr_console.app.paper_policies import load_paper_policies
from rvr_console.app.program import Program, run_program
from rvr_console.app.replica_link import replica_place
from rvr_console.app.time_stamps import configured_authority
from rvr_console.errors import KnownError
from rvr_console.logs import start_logging
from rvr_console.packs.policy_files import load_policies
from rvr_console.settings import Settings, load_settings
from rvr_console.system.app_paths import app_paths
from rvr_console.video.call_session import CallSettings
from rvr_console.video.media_link import MediaSettings
from rvr_console.wire.signals import IceServer


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rvr-console run", description=__doc__)
    parser.add_argument("--data-dir", type=Path, help="folder of database, vault and keys")
    parser.add_argument("--settings", type=Path, help="the user's settings file (TOML)")
    return parser


def _token(settings: Settings) -> str:
    try:
        return Path(settings.cad_token_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KnownError(
            "The CAD token file cannot be read.",
            kept="Nothing was started.",
            todo="Check cad_token_file in the settings.",
        ) from error


def main(arguments: Sequence[str]) -> int:
    """Raises KnownError when settings are incomplete or keys do not open."""
    options = _parser().parse_args(list(arguments))
    start_logging()
    paths = app_paths(options.data_dir)
    settings = load_settings(options.settings or paths.config / "settings.toml")
    missing = [
        name
        for name in ("gateway_url", "public_url", "cad_url", "cad_token_file")
        if not getattr(settings, name)
    ]
    if missing:
        raise KnownError(
            f"These settings are missing: {', '.join(missing)}.",
            kept="Nothing was started.",
            todo="Set them, or try the sample day with: rvr-console demo",
        )
    ice_servers = tuple(IceServer(urls=[url]) for url in settings.ice_servers)
    call = CallSettings(
        settings.gateway_url, MediaSettings(), settings.desk, ice_servers, settings.relay_only
    )
    addresses = Addresses(settings.gateway_url, settings.public_url, settings.cad_url, _token(settings))
    own = Path(settings.policy_folder) if settings.policy_folder else None
    console = ConsoleOptions(
        paths,
        settings.force,
        settings.desk,
        addresses,
        call,
        configured_authority(settings),
        replica_place(settings),
        Path(settings.cosign_folder) if settings.cosign_folder else None,
        packs=pack_sources(settings, paths),
        policies=load_policies(own),
        paper_policies=load_paper_policies(own),
        ask_revocation=settings.ask_revocation,
    )
    return run_program(Program(console, choose_key_store(settings.key_protection, paths), dark=settings.dark))
