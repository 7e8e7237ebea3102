from datetime import timedelta

from rvr_console.system.password import AccountPasswords

QUICK = AccountPasswords(memory_kib=64, iterations=1)


def test_a_password_opens_its_own_hash_only() -> None:
    phc = QUICK.hash("correct horse")
    assert phc.startswith("$argon2id$v=19$m=64,t=1,p=4$")
    assert QUICK.hash("correct horse") != phc
    assert QUICK.verify(phc, "correct horse")
    assert not QUICK.verify(phc, "correct horse ")
    assert not QUICK.verify(phc, "")
    assert not QUICK.verify(phc, "x" * 100_000)


def test_unreadable_hashes_open_for_nobody() -> None:
    for phc in (
        "",
        "junk",
        "$argon2id$v=19$m=64,t=1,p=4$AAAA",
        "$argon2i$v=19$m=64,t=1,p=4$c2FsdHNhbHQ$AAAA",
    ):
        assert not QUICK.verify(phc, "correct horse")


def test_full_strength_settings_are_those_of_the_standard() -> None:
    assert AccountPasswords().hash("correct horse").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_an_old_hash_with_other_settings_still_opens() -> None:
    assert AccountPasswords().verify(QUICK.hash("correct horse"), "correct horse")


def test_the_delay_grows_and_stops_growing() -> None:
    delays = [QUICK.delay_after(failures) for failures in range(12)]
    assert delays[:5] == [timedelta(), timedelta(), timedelta(), timedelta(seconds=30), timedelta(seconds=60)]
    assert delays[-1] == timedelta(hours=1)
    assert QUICK.delay_after(10**6) == timedelta(hours=1)
