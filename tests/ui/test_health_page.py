"""The Health page over a real store, log and vault: well, edited, damaged, full, verified on request."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlcipher3 import dbapi2

sys.path.append(str(Path(__file__).resolve().parents[1]))

import vault_rig

from desk_parts import ADMIN, AUDITOR, KEY, OFFICER  # isort: skip  # vault_rig makes it importable
from rvr_console.demo.driver import find, names_shown, text_shown
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.custody_health import CheckpointFacts, StampFacts
from rvr_console.domain.events import CustodyCheckMoved, ServiceStateChanged
from rvr_console.domain.replica import ReplicaCounts, ReplicaHealth
from rvr_console.domain.vault_check import VaultCheckProgress
from rvr_console.errors import StorageError
from rvr_console.services.vault_health import VaultHealthReport
from rvr_console.ui.health import standing, words
from rvr_console.ui.health.page import HealthPage
from rvr_console.ui.health.presenter import HealthPresenter, HealthServices
from rvr_console.ui.health.state import HealthState
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.theme import apply_theme

pytestmark = pytest.mark.usefixtures("no_stray_widgets")


class Screen:
    def __init__(self, rig, qapp) -> None:
        self.rig, self.app, self.tasks = rig, qapp, []
        self.bridge = QtBridge()
        rig.world.sink.publish = self.bridge.publish
        self.page = HealthPage()
        services = HealthServices(rig.world.custody, rig.checks, rig.health)
        self.presenter = HealthPresenter(self.page, services, self.bridge, self.tasks.append)
        self.page.verify_wanted.connect(self.presenter.verify)
        self.page.cancel_wanted.connect(self.presenter.cancel)
        self.page.resize(1344, 852)
        self.page.show()

    async def settle(self) -> None:
        """Everything spawned comes to its end, and what it spawned."""
        while self.tasks:
            await self.tasks.pop(0)
            self.app.processEvents()
            self.app.processEvents()

    async def sign_in(self, user) -> None:
        self.rig.world.act_as(user)
        self.presenter.set_user(user)
        await self.settle()

    async def verify(self) -> None:
        QTest.mouseClick(find("Verify now"), Qt.MouseButton.LeftButton)
        assert find("Verify now, Verifying…") is not None
        await self.settle()


@pytest.fixture
async def screen(tmp_path, qapp):
    apply_theme(qapp, dark=False)
    rig = await vault_rig.begin(tmp_path)
    made = Screen(rig, qapp)
    yield made
    made.page.close()
    for work in made.tasks:
        work.close()
    rig.close()
    made.page.deleteLater()


async def test_before_anything_was_checked_nothing_is_claimed(screen):
    await screen.sign_in(OFFICER)
    assert find("Custody log, Not verified yet") is not None
    assert find("Evidence store, Not verified yet") is not None
    assert not text_shown("as it should be")
    assert text_shown("at an assumed 2 Mbit/s")


async def test_it_verifies_log_and_store_for_people_who_see_no_case(screen):
    await screen.rig.record()
    await screen.rig.receive()
    for user in (ADMIN, AUDITOR):
        await screen.sign_in(user)
        await screen.verify()
        assert find("Custody log, Verified, nothing was changed") is not None
        assert find("Evidence store, Verified, nothing is damaged") is not None
        assert text_shown("Held then: 1 recording, 1 exhibit")
        assert text_shown("Verified.")
        assert find("Verify now").isEnabled()
    shown = " ".join(names_shown())
    assert "Hannah" not in shown
    assert "Alder" not in shown


async def test_an_edited_log_and_a_damaged_file_are_named_with_what_still_proves_them(screen):
    evidence = await screen.rig.record(pieces=30)
    with screen.rig.path(evidence).open("r+b") as file:
        file.seek(-4000, 2)
        byte = file.read(1)
        file.seek(-4000, 2)
        file.write(bytes([byte[0] ^ 1]))
    edit(screen.rig.world.path, "UPDATE custody SET purpose = 'nothing' WHERE sequence = 3")
    await screen.sign_in(OFFICER)
    counts = []
    screen.page.to_look_at_changed.connect(counts.append)
    await screen.verify()
    assert find("Custody log, 1 found that should not be") is not None
    assert text_shown("Changed: entry 3")
    assert find("Evidence store, 1 found that should not be") is not None
    assert text_shown("What still proves it")
    assert text_shown(screen.rig.path(evidence).name)
    assert text_shown("2 to look at")
    assert text_shown("Verified, and something was found.")
    assert counts[-1] == 2
    (logged,) = await screen.rig.world.logged(CustodyAct.VAULT_DAMAGED)
    assert logged.subject == evidence


def edit(path: Path, statement: str) -> None:
    """As an insider with the database's key does."""
    database = dbapi2.connect(str(path))
    database.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    database.execute(statement)
    database.commit()
    database.close()


async def test_a_log_that_is_being_verified_says_how_far_it_is(screen):
    await screen.sign_in(OFFICER)
    for done in (412_000, 413_000):
        screen.bridge.publish(CustodyCheckMoved(done, 1_000_000))
        screen.app.processEvents()
        assert find(f"Custody log, Being verified, {done:,} of 1,000,000") is not None
    screen.bridge.publish(CustodyCheckMoved(1_000_000, 1_000_000, running=False))
    screen.app.processEvents()
    assert find("Custody log, Not verified yet") is not None


async def test_a_check_that_goes_on_shows_real_numbers_and_can_be_cancelled(screen, monkeypatch):
    cancelled = []
    progress = VaultCheckProgress(12, 214, 23_300_000_000, 38_100_000_000, 40.0)
    monkeypatch.setattr(type(screen.rig.checks), "progress", property(lambda _self: progress))
    monkeypatch.setattr(screen.rig.checks, "cancel", lambda: cancelled.append(True))
    await screen.sign_in(OFFICER)
    screen.bridge.publish(progress)
    screen.app.processEvents()
    assert text_shown("12 of 214 files, 23 GB of 38 GB, about 40 s")
    assert find("Evidence store, Being verified") is not None
    QTest.mouseClick(find("Cancel, Verifying the evidence store"), Qt.MouseButton.LeftButton)
    await screen.settle()
    assert cancelled
    screen.bridge.publish(replace(progress, waiting=True))
    screen.app.processEvents()
    assert text_shown("Waits for the end of a recorded call.")
    monkeypatch.undo()


async def test_a_store_that_cannot_be_read_is_a_service_that_is_down(screen, monkeypatch):
    async def gone(_self):
        raise StorageError("The evidence disk is gone.", todo="Tell IT.")

    monkeypatch.setattr(VaultHealthReport, "now", gone)
    await screen.sign_in(OFFICER)
    assert find("Evidence store, Cannot be read") is not None
    assert text_shown("The evidence disk is gone.")
    assert find("Services, Storage: down") is not None


async def test_services_as_they_go_and_come(screen):
    await screen.sign_in(OFFICER)
    screen.bridge.publish(ServiceStateChanged("cad", up=False, words="CAD does not answer."))
    screen.app.processEvents()
    assert text_shown("CAD does not answer. Acts are kept here")
    screen.bridge.publish(ServiceStateChanged("cad", up=True))
    screen.app.processEvents()
    assert not text_shown("CAD does not answer.")


async def test_every_control_is_named(screen, unnamed):
    await screen.sign_in(OFFICER)
    assert unnamed(screen.page) == []


def facts_of(state: HealthState) -> dict[str, str]:
    return {fact.label: fact.value for fact in standing.log_facts(state.custody)}


def test_the_log_says_what_holds_it_from_outside():
    state = HealthState()
    assert facts_of(state)[words.STAMPS] == "No authority is set up"
    at = datetime(2026, 11, 21, 15, 5, tzinfo=UTC)
    state.custody = replace(
        state.custody,
        verified_at=at,
        entries=12_408,
        erased=2,
        found_before=("entry 3 was changed",),
        checkpoint=CheckpointFacts(311, 12_400, at, "TEST D1", ("TEST D2",)),
        unmirrored=2,
        stamps=StampFacts(configured=True, pending=3, trouble="The authority does not answer."),
    )
    facts = facts_of(state)
    assert facts[words.ENTRIES] == "12,408"
    assert "covers 12,400 entries" in facts[words.CHECKPOINT]
    assert facts[words.CHECKPOINT_BY] == "TEST D1 · cosigned by TEST D2"
    assert "2 checkpoints behind" in facts[words.COPY]
    assert facts[words.STAMPS].startswith("3 waiting for the authority")
    assert "does not answer" in facts[words.STAMPS]
    assert standing.log_tag(state).word == words.LOG_BEFORE
    assert standing.overall(state).word == "1 to look at"


async def test_the_cold_copy_is_shown_with_what_waits_and_what_is_wrong(screen):
    await screen.sign_in(ADMIN)
    assert text_shown("none is configured")
    at = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
    well = ReplicaHealth("evidence/desk-1 at cold.example", ReplicaCounts(9, 5_000_000, at, 0, None, 0))

    async def asked():
        return well

    screen.rig.health.cold_copy = asked
    screen.presenter.refresh()
    await screen.settle()
    assert text_shown("evidence/desk-1 at cold.example")
    assert text_shown("9 files")
    assert text_shown("Up to date")
    assert screen.presenter.state.to_look_at == 0
    well = replace(well, counts=ReplicaCounts(9, 5_000_000, at, 2, at, 0), problem="It does not answer.")
    well = replace(well, next_try_seconds=30.0)
    screen.presenter.refresh()
    await screen.settle()
    assert text_shown("2 files to be copied")
    assert text_shown("It does not answer. Tried again in 30 s.")
    assert screen.presenter.state.to_look_at == 0, "that it waits is no fault of the evidence"
    well = replace(well, faults=("a/1.rvrc came back changed.",))
    screen.presenter.refresh()
    await screen.settle()
    assert text_shown("came back changed.")
    assert screen.presenter.state.to_look_at == 1
