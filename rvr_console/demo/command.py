"""`rvr-console demo`: the console on the sample day, with gateway and control room started here and ended with it.

`--headless --out DIR` does the whole job by itself: the officer's side by mouse and keyboard events on the real screens, the
victim's side in a real Chromium.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rvr_console.app.console import Addresses, Console, ConsoleOptions
from rvr_console.app.desk_keys import load_or_make
from rvr_console.app.key_choice import DEMO_SERVICE
from rvr_console.app.program import Program, run_program
from rvr_console.app.window import Screens
from rvr_console.demo import keyring_session
from rvr_console.demo.accounts import demo_accounts, first_accounts
from rvr_console.demo.driver import Driver, NotFoundError
from rvr_console.demo.embedded import ChildWatch, Embedded, start_embedded
from rvr_console.demo.sample_victim import SampleVictim, make_clip, make_files, victim_process
from rvr_console.demo.story import Scenario, Story
from rvr_console.demo.summary import NOT_RECORDED, Facts, make_summary
from rvr_console.errors import KnownError
from rvr_console.logs import start_logging
from rvr_console.system.app_paths import AppPaths, app_paths
from rvr_console.system.child_process import ChildProcess
from rvr_console.system.clock import SystemClock, SystemRandomness
from rvr_console.system.durable_file import DurableDisk
from rvr_console.system.key_store import KeyringKeyStore, KeyStore
from rvr_console.system.single_instance import SingleInstance
from rvr_console.video.call_session import CallSettings
from rvr_console.video.media_link import MediaSettings
from rvr_console.wire.signals import IceServer

FORCE, DESK = "Northmoor Constabulary", "D1"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rvr-console demo", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--headless", action="store_true", help="no window: the whole job by itself")
    parser.add_argument("--out", type=Path, help="folder for what the headless run leaves")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same day")
    parser.add_argument("--scenario", choices=tuple(Scenario), type=Scenario, default=Scenario.CONSULTATION)
    parser.add_argument(
        "--network", choices=("good", "bad"), default="good", help="bad: 2%% loss and 80 ms more each way"
    )
    parser.add_argument("--data-dir", type=Path, help="keep the demo's data here (default: your data folder)")
    return parser


def _paths(options: argparse.Namespace) -> AppPaths:
    if options.headless:
        base = app_paths(options.out / "data")
        return _DemoPaths(base.data, base.config, base.state, options.out / "recordings")
    if options.data_dir is not None:
        return app_paths(options.data_dir)
    share = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return app_paths(share / "rvr-console-demo")


@dataclass(frozen=True, slots=True)
class _DemoPaths(AppPaths):
    """The headless run keeps its recordings where they are to be found."""

    recordings: Path = field(default_factory=Path)

    @property
    def vault(self) -> Path:
        return self.recordings


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when all went well. Raises KnownError in plain words."""
    options = _parser().parse_args(list(arguments))
    if options.headless and options.out is None:
        sys.stderr.write("--headless needs --out DIR\n")
        return 2
    if options.headless:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        options.out = options.out.absolute()
        options.out.mkdir(parents=True, exist_ok=True)
        if any(options.out.iterdir()) and not keyring_session.inside_session():
            sys.stderr.write(
                f"The folder {options.out} is not empty: nothing was overwritten. Choose another --out.\n"
            )
            return 2
    if not keyring_session.inside_session() and (
        options.headless or not os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    ):
        data = _paths(options).data
        again = [sys.executable, "-m", "rvr_console", "demo", *arguments, "--data-dir", str(data)]
        return keyring_session.rerun_inside(again, keyring_session.keyring_folder(data))
    if keyring_session.inside_session():
        keyring_session.unlock()
    start_logging()
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    paths = _paths(options)
    paths.make()
    with SingleInstance(paths.data):
        pass  # told here, before a second gateway and control room fail on the same folders; the console takes it for good
    key_store = KeyringKeyStore(DEMO_SERVICE)
    _make_desk(paths, key_store)
    watch = ChildWatch()
    programs = start_embedded(
        paths.children, paths.data / "keys" / "authority.pem", options.seed, watch.ended,
        failing_network=options.headless,
    )  # fmt: skip
    watch.programs = programs
    try:
        return _open(options, paths, key_store, programs, watch)
    finally:
        programs.stop()


def _make_desk(paths: AppPaths, key_store: KeyStore) -> None:
    """Before the gateway starts, the authority that it trusts must exist."""
    keys = key_store.load(may_create=not paths.database.exists())
    load_or_make(paths.data / "keys", FORCE, DESK, keys, DurableDisk(), SystemClock(), SystemRandomness())


def _open(
    options: argparse.Namespace, paths: AppPaths, key_store: KeyStore, programs: Embedded, watch: ChildWatch
) -> int:
    turn = programs.turn
    ice = (
        (IceServer(urls=[turn["url"]], username=turn["username"], credential=turn["credential"]),)
        if turn
        else ()
    )
    call = CallSettings(
        programs.gateway_url, MediaSettings(allow_loopback=True), "OFFICER", ice, relay_only=bool(turn)
    )
    addresses = Addresses(programs.gateway_url, programs.page_url, programs.cad_url, programs.cad_token)
    console_options = ConsoleOptions(paths, FORCE, DESK, addresses, call)

    async def prepared(console: Console) -> None:
        watch.events = console.events
        if not await console.sign_in.has_accounts():
            await console.sign_in.create_first_accounts(first_accounts())

    async def told(console: Console, screens: Screens) -> int:
        return await _headless(options, programs, console, screens)

    async def shown(console: Console, screens: Screens) -> None:
        SampleVictim(console, screens, programs, paths.children / "phone")

    program = Program(
        console_options, key_store, demo=demo_accounts(), prepared=prepared,
        story=told if options.headless else None, opened=None if options.headless else shown,
    )  # fmt: skip
    return run_program(program)


async def _headless(
    options: argparse.Namespace, programs: Embedded, console: Console, screens: Screens
) -> int:
    out: Path = options.out
    facts = Facts(console, screens)
    began = time.monotonic()
    relay = programs.child("relay")
    if options.network == "bad":
        relay.order({"loss": 0.02, "delay": 0.08, "rate": 4_000_000})
    with tempfile.TemporaryDirectory(prefix="rvr-phone-") as profile:
        victim = victim_process(Path(profile), await asyncio.to_thread(make_clip))
        browser = victim.start()["browser"]
        files = await asyncio.to_thread(make_files)
        story = Story(
            Driver(),
            victim,
            relay,
            programs.page_url,
            out,
            files,
            screens.window.toggle_theme,
            options.scenario,
        )
        try:
            await story.play()
        except (NotFoundError, RuntimeError, KnownError) as error:
            await story.driver.picture(out / "screens" / "failed.png")
            _phone_last_look(victim, out)
            sys.stdout.write(f"FAILED: {error}\n")
            return 1
        finally:
            victim.stop()
    _name_copies(out)
    story.seconds["whole"] = round(time.monotonic() - began, 3)
    summary = await make_summary(console, facts, story, str(browser), out)
    (out / "summary.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n")
    wanted = "intact" if options.scenario is Scenario.CONSULTATION else NOT_RECORDED
    well = summary["recording"]["verify"] == wanted and all(act["state"] == "done" for act in summary["cad"])
    sys.stdout.write(f"Recording: {summary['recording']['verify']}. All in {out}\n")
    return 0 if well else 1


def _name_copies(out: Path) -> None:
    """Copies, bundle and papers were saved under the case's name; the run's own names for them are shorter."""
    for saved in sorted(out.glob("*_copy*.mp4"))[:1]:
        saved.rename(out / "copy.mp4")
    for made in sorted(out.glob("bundle_*"))[:1]:
        made.rename(out / "bundle")
    for kind in ("pdf", "json"):
        for made in sorted(out.glob(f"risk-*.{kind}"))[:1]:
            made.rename(out / f"risk.{kind}")
    for saved in sorted(out.glob("AB_*.pdf"))[:1]:
        saved.rename(out / "statement.pdf")


def _phone_last_look(victim: ChildProcess, out: Path) -> None:
    if victim.running:
        victim.order({"do": "picture", "path": str(out / "screens" / "failed-phone.png")})
        victim.answer()
