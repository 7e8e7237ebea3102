"""A whole console whose database somebody puts back or edits while it is closed: it says so by itself when it starts."""

import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from sqlcipher3 import dbapi2

from rvr_console.app.console import Addresses, Console, ConsoleOptions
from rvr_console.domain.custody import FaultKind
from rvr_console.domain.events import CustodyHealthChanged, Fault
from rvr_console.system.app_paths import AppPaths, app_paths
from rvr_console.system.key_store import derive
from rvr_console.video.call_session import CallSettings
from rvr_console.video.media_link import MediaSettings
from tests.faults.console_officer import FORCE, NAME, OFFICER, PASSWORD, Told, fault, key_store

NOWHERE = "http://127.0.0.1:9"


@contextlib.asynccontextmanager
async def console(paths: AppPaths) -> AsyncIterator[tuple[Console, Told]]:
    """Neither gateway nor CAD answers: the log does not need them."""
    call = CallSettings(NOWHERE, MediaSettings(), "PC 2417")
    options = ConsoleOptions(paths, FORCE, NAME, Addresses(NOWHERE, NOWHERE, NOWHERE, "token"), call)
    told = Told()
    made = Console(options, key_store(paths), told)
    try:
        await made.start()
        yield made, told
    finally:
        await made.stop()


async def work(paths: AppPaths) -> None:
    """Somebody signs in and out: entries, sealed at the end."""
    async with console(paths) as (desk, _):
        if not await desk.sign_in.has_accounts():
            await desk.sign_in.create_first_accounts([(OFFICER, "team", PASSWORD)])
        await desk.sign_in.sign_in(OFFICER.collar, PASSWORD)
        await desk.sign_in.sign_out()


def sizes(paths: AppPaths) -> list[int]:
    """Of the checkpoints in the vault's folder."""
    (copy,) = (paths.vault / "custody").glob("*.jsonl")
    notes = [json.loads(line)["note"] for line in copy.read_text().split("\n") if line]
    return [int(note.split("\n")[1]) for note in notes]


async def test_a_database_put_back_with_its_tip_is_told_at_start(tmp_path: Path) -> None:
    paths = app_paths(tmp_path)
    await work(paths)
    kept = tmp_path / "kept"
    kept.mkdir()
    for name in ("console.db", "console.db.tip"):
        shutil.copy(paths.data / name, kept)
    await work(paths)
    grown = sizes(paths)[-1]
    for name in ("console.db", "console.db.tip"):
        shutil.copy(kept / name, paths.data)
    async with console(paths) as (desk, told):
        said = await told.wait(fault("The custody log does not verify"))
        assert isinstance(said, Fault)
        assert f"but this desk signed {grown} on" in said.what
        assert "Tell IT" in said.todo
        health = desk.custody.health
        assert health.intact is False
        assert {one.kind for one in health.faults} == {FaultKind.ROLLED_BACK}
    assert told.all(CustodyHealthChanged)


async def test_an_edited_row_is_told_at_start_and_on_request(tmp_path: Path) -> None:
    paths = app_paths(tmp_path)
    await work(paths)
    raw = dbapi2.connect(str(paths.database), isolation_level=None)
    raw.execute(
        f"PRAGMA key = \"x'{derive(key_store(paths).load(may_create=False).device, 'rvr/db1').hex()}'\""
    )
    rule = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'custody_no_UPDATE'").fetchone()[0]
    raw.execute("DROP TRIGGER custody_no_UPDATE")
    raw.execute("UPDATE custody SET subject = '9999' WHERE act = 'signed_in'")
    raw.execute(rule)
    raw.close()
    async with console(paths) as (desk, told):
        said = await told.wait(fault("The custody log does not verify"))
        assert "who, about what, why or the details" in said.what
        await desk.sign_in.sign_in(OFFICER.collar, PASSWORD)
        health = await desk.custody.verify()
        assert [one.kind for one in health.faults] == [FaultKind.EDITED]
        assert "was changed after it was written" in health.found_before[0]
