"""The cold copy's place and key: off by default, TLS but on this machine, the key sealed and never in settings."""

import os

import pytest

from rvr_console.app.replica_command import DESCRIPTOR, main
from rvr_console.app.replica_link import (
    AccessKey,
    keep_access_key,
    load_access_key,
    replica_link,
    replica_place,
)
from rvr_console.errors import KeyStoreError, KnownError
from rvr_console.settings import Settings, load_settings
from rvr_console.system.app_paths import app_paths
from rvr_console.system.durable_file import DurableDisk
from rvr_console.system.key_store import DeskKeys

SECRET = "not-a-real-secret-1234567890"
KEY = bytes(range(32))


def test_off_by_default():
    assert replica_place(Settings()) is None


def test_policy_sets_the_place_and_the_user_cannot_move_it(tmp_path):
    (tmp_path / "policy.toml").write_text(
        'replica_url = "https://store.example:9000"\nreplica_bucket = "evidence"\nreplica_lock_days = 90\n'
    )
    (tmp_path / "user.toml").write_text('replica_url = "https://elsewhere.example"\n')
    place = replica_place(load_settings(tmp_path / "user.toml", tmp_path / "policy.toml"))
    assert (place.endpoint, place.secure, place.bucket, place.lock_days) == (
        "store.example:9000",
        True,
        "evidence",
        90,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"replica_url": "http://store.example"},
        {"replica_url": "https://key:secret@store.example"},
        {"replica_url": "store.example"},
        {"replica_url": "https://store.example/path"},
        {"replica_bucket": ""},
        {"replica_lock_days": 0},
    ],
)
def test_settings_that_do_not_fit_are_refused(wrong):
    good = {"replica_url": "https://store.example", "replica_bucket": "evidence"}
    with pytest.raises(KnownError, match="The settings of the cold copy"):
        replica_place(Settings(**(good | wrong)))


def test_a_secret_in_the_settings_file_is_an_unknown_setting(tmp_path):
    (tmp_path / "user.toml").write_text(f'replica_secret_key = "{SECRET}"\n')
    with pytest.raises(KnownError, match="does not know") as error:
        load_settings(tmp_path / "user.toml", tmp_path / "none.toml")
    assert SECRET not in error.value.in_words()


def test_the_key_is_sealed_and_opens_with_this_desk_only(tmp_path):
    paths = app_paths(tmp_path)
    with pytest.raises(KeyStoreError, match="is not here"):
        load_access_key(paths, KEY)
    keep_access_key(paths, KEY, AccessKey("AKDESK", SECRET), DurableDisk())
    stored = (tmp_path / "keys" / "replica.sealed").read_bytes()
    assert SECRET.encode() not in stored
    found = load_access_key(paths, KEY)
    assert (found.name, found.secret) == ("AKDESK", SECRET)
    assert SECRET not in repr(found)
    with pytest.raises(KeyStoreError) as error:
        load_access_key(paths, bytes(32))
    assert "replica-key" in error.value.todo


def test_the_command_takes_the_key_from_a_descriptor(tmp_path, monkeypatch, capsys):
    class Store:
        def load(self, *, may_create):
            return DeskKeys(KEY, KEY)

    monkeypatch.setattr("rvr_console.app.replica_command.choose_key_store", lambda *_: Store())
    reader, writer = os.pipe()
    os.write(writer, f"AKDESK {SECRET}\n".encode())
    os.close(writer)
    monkeypatch.setenv(DESCRIPTOR, str(reader))
    assert main(["--data-dir", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "sealed under this desk's key" in said
    assert SECRET not in said
    assert load_access_key(app_paths(tmp_path), KEY).secret == SECRET


def test_without_its_key_the_copy_is_told_and_the_desk_works_on():
    told = []

    class Desk:
        clock = None
        events = type("Sink", (), {"publish": staticmethod(told.append)})

    place = replica_place(Settings(replica_url="https://store.example", replica_bucket="evidence"))

    def no_key():
        raise KeyStoreError("The access key is not here.", todo="Set it.")

    assert replica_link(Desk(), place, no_key, (None, None), bool) is None
    assert [fault.what for fault in told] == ["The access key is not here."]
    assert replica_link(Desk(), None, no_key, (None, None), bool) is None
    assert len(told) == 1
