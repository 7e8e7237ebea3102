import pytest
from desk_parts import ADMIN, OFFICER, PASSWORD, DeskWorld

from rvr_console.domain.access import Role, User
from rvr_console.domain.custody import CustodyAct
from rvr_console.errors import AccessDeniedError, RefusedError


async def test_sign_in_and_out_are_logged_under_the_number(world: DeskWorld) -> None:
    assert await world.sign_in.sign_in(" 2417 ", PASSWORD) == OFFICER
    assert world.sign_in.user == OFFICER
    await world.sign_in.sign_out()
    await world.sign_in.sign_out()
    assert world.sign_in.user is None
    assert [(e.actor, e.subject) for e in await world.logged(CustodyAct.SIGNED_IN)] == [("2417", "2417")]
    assert len(await world.logged(CustodyAct.SIGNED_OUT)) == 1


async def test_wrong_number_and_wrong_password_sound_the_same_and_are_logged(world: DeskWorld) -> None:
    with pytest.raises(RefusedError) as wrong_password:
        await world.sign_in.sign_in("2417", "guess")
    with pytest.raises(RefusedError) as wrong_number:
        await world.sign_in.sign_in("my own password typed here", PASSWORD)
    assert wrong_password.value.in_words() == wrong_number.value.in_words()
    failed = await world.logged(CustodyAct.SIGN_IN_FAILED)
    assert [entry.subject for entry in failed] == ["2417", "unknown account"]


async def test_failures_lock_the_account_for_growing_times(world: DeskWorld) -> None:
    for _ in range(3):
        with pytest.raises(RefusedError, match="not right"):
            await world.sign_in.sign_in("2417", "guess")
    with pytest.raises(RefusedError, match="locked until"):
        await world.sign_in.sign_in("2417", PASSWORD)
    world.clock.forward(seconds=31)
    with pytest.raises(RefusedError, match="not right"):
        await world.sign_in.sign_in("2417", "guess again")
    world.clock.forward(seconds=31)
    with pytest.raises(RefusedError, match="locked until"):
        await world.sign_in.sign_in("2417", PASSWORD)
    world.clock.forward(seconds=30)
    assert await world.sign_in.sign_in("2417", PASSWORD) == OFFICER


async def test_off_duty_is_kept_and_stops_acts(world: DeskWorld) -> None:
    await world.sign_in.sign_in("2417", PASSWORD)
    await world.sign_in.set_duty(False)
    with pytest.raises(AccessDeniedError, match="off duty"):
        await world.dispatch.take_next()
    assert await world.dispatch.list_incidents(), "reading is allowed"
    await world.sign_in.sign_out()
    assert (await world.sign_in.sign_in("2417", PASSWORD)).on_duty is False
    await world.sign_in.set_duty(True)
    await world.dispatch.take_next()


async def test_accounts_are_made_once_then_only_by_it(world: DeskWorld) -> None:
    new = User("3000", "N. New", "PC", Role.OFFICER)
    assert await world.sign_in.has_accounts()
    with pytest.raises(RefusedError, match="accounts already"):
        await world.sign_in.create_first_accounts([(new, "West", PASSWORD)])
    world.act_as(OFFICER)
    with pytest.raises(AccessDeniedError):
        await world.sign_in.create_account(new, "West", PASSWORD)
    world.act_as(ADMIN)
    with pytest.raises(RefusedError, match="12 characters"):
        await world.sign_in.create_account(new, "West", "short")
    await world.sign_in.create_account(new, "West", PASSWORD)
    with pytest.raises(RefusedError, match="already"):
        await world.sign_in.create_account(new, "West", PASSWORD)
    assert await world.sign_in.sign_in("3000", PASSWORD) == new


async def test_nobody_signed_in_can_do_nothing(world: DeskWorld) -> None:
    with pytest.raises(AccessDeniedError, match="Nobody is signed in"):
        await world.dispatch.list_incidents()
