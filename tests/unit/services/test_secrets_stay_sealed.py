import logging
from pathlib import Path

import pytest
from desk_parts import KEY, OFFICER, OLDEST, OTHER, PASSWORD, SECRET, DeskWorld
from sqlcipher3 import dbapi2

from rvr_console.domain.custody import CustodyAct
from rvr_console.errors import EvidenceError, RefusedError
from rvr_console.services.consultations import Consultations
from rvr_console.storage.store import Store
from rvr_console.system.key_store import KekSealer


async def test_link_secret_password_and_keys_are_nowhere_in_clear(
    world: DeskWorld, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    await world.sign_in.sign_in("2417", PASSWORD)
    call = await world.in_call()
    with pytest.raises(RefusedError):
        await world.sign_in.sign_in("2417", PASSWORD + "wrong")
    needles = [SECRET.encode(), PASSWORD.encode(), KEY, KEY.hex().encode()]
    world.store.close()
    for data in files(world.path.parent):
        for needle in [*needles, b"Hannah Cole", b"07700 900371", b"Alder Court"]:
            assert needle not in data
    # With the database's key in hand, the link's secret and the password still stand nowhere.
    connection = dbapi2.connect(str(world.path))
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = [connection.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables]
    opened = repr(rows).encode()
    connection.close()
    assert b"Hannah Cole" in opened
    for needle in (SECRET.encode(), SECRET.encode().hex().encode(), PASSWORD.encode()):
        assert needle not in opened
    output = capfd.readouterr()
    said = caplog.text + output.out + output.err + "".join(map(repr, world.sink.seen)) + repr(call)
    assert SECRET not in said
    assert PASSWORD not in said


def files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def test_a_desk_with_another_key_cannot_open_the_link(world: DeskWorld) -> None:
    taken = await world.taken()
    await world.consultations.send_link(taken.id)
    stranger = Consultations(world.desk, KekSealer(bytes(32)), None)
    with pytest.raises(EvidenceError, match="does not open"):
        await stranger.link_details(taken.id)


async def test_two_programs_on_one_store_never_take_one_incident_twice(world: DeskWorld) -> None:
    second = DeskWorld(world.path, store=Store(world.path, KEY))
    try:
        world.act_as(OFFICER)
        second.act_as(OTHER)
        first = await world.dispatch.take(OLDEST)
        with pytest.raises(RefusedError, match="no longer waiting"):
            await second.dispatch.take(OLDEST)
        assert [e.subject for e in await second.logged(CustodyAct.INCIDENT_TAKEN)] == [first.id]
        assert await second.custody.verify_at_start() == []
    finally:
        second.store.close()
