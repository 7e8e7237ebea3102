import pytest

from rvr_console.errors import KnownError
from rvr_console.settings import Settings, load_settings


def test_defaults_without_files(tmp_path):
    assert load_settings(tmp_path / "none.toml", tmp_path / "none2.toml") == Settings()


def test_policy_beats_user(tmp_path):
    (tmp_path / "policy.toml").write_text('force = "Eastshire Police"\n')
    (tmp_path / "user.toml").write_text('force = "Mine"\nreplica_lock_days = 2\n')
    settings = load_settings(tmp_path / "user.toml", tmp_path / "policy.toml")
    assert (settings.force, settings.replica_lock_days) == ("Eastshire Police", 2)
    assert settings.source == {"force": "policy", "replica_lock_days": "settings file"}


@pytest.mark.parametrize(
    "line",
    [
        "colour = 1",
        'replica_lock_days = "2"',
        "replica_lock_days = true",
        "ice_servers = [1]",
        "force =",
        "\x00",
    ],
)
def test_unknown_wrong_or_broken_is_told(tmp_path, line):
    (tmp_path / "user.toml").write_text(line)
    with pytest.raises(KnownError) as error:
        load_settings(tmp_path / "user.toml", tmp_path / "none.toml")
    assert "Nothing was started." in error.value.in_words()
