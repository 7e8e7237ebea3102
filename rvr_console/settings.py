"""Frozen settings: machine policy beats the user's file beats the default; an unknown key is an error, not a guess."""

import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from rvr_console.errors import KnownError

POLICY_FILE = Path("/etc/rvr-console/policy.toml")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Times in seconds, sizes in pixels. Empty URLs mean: start our own program (embedded default).

    replica_*: the vault's cold copy in S3 with object lock; an empty replica_url means none. Its access key is no setting:
    `rvr-console replica-key` seals it under the desk's key.
    ask_revocation: whether authorities are asked if the certificates of a seal are revoked; no network is used for it when false.
    packs_folder, pack_publishers: the force's own form packs and the file of keys that may sign them; pack_choices: which
    pack of a kind is offered, from which day on (docs/forms.md).
    """

    force: str = "Northmoor Constabulary"
    team: str = "Video response"
    data_dir: str = ""
    gateway_url: str = ""
    public_url: str = ""
    cad_url: str = ""
    cad_token_file: str = ""
    desk: str = "D1"
    ice_servers: tuple[str, ...] = ()
    relay_only: bool = False
    key_protection: str = "keyring"
    timestamp_url: str = ""
    timestamp_certificates: str = ""
    ask_revocation: bool = True
    cosign_folder: str = ""
    policy_folder: str = ""
    dark: bool = False
    replica_url: str = ""
    replica_bucket: str = ""
    replica_region: str = "us-east-1"
    replica_ca_file: str = ""
    replica_lock_days: int = 31
    packs_folder: str = ""
    pack_publishers: str = ""
    pack_choices: tuple[str, ...] = ("risk=dash",)
    source: dict[str, str] = field(default_factory=dict, compare=False)


def _overlay(
    settings: Settings, untrusted_values: dict[str, object], origin: str, locked: set[str]
) -> Settings:
    known = {f.name: f for f in fields(Settings) if f.name != "source"}
    changes: dict[str, object] = {}
    for key, untrusted_value in untrusted_values.items():
        if key not in known:
            raise KnownError(
                f"{origin} has a setting this version does not know: {key}.",
                kept="Nothing was started.",
                todo="Correct or remove that line.",
            )
        if key in locked:
            continue
        default = getattr(Settings(), key)
        value = tuple(untrusted_value) if isinstance(untrusted_value, list) else untrusted_value
        if isinstance(value, tuple) and not all(isinstance(v, str) for v in value):
            value = None
        if type(value) is not type(default):
            raise KnownError(
                f"{origin}: {key} must be {type(default).__name__}.",
                kept="Nothing was started.",
                todo="Correct that line.",
            )
        changes[key] = value
    sources = settings.source | dict.fromkeys(changes, origin)
    return replace(settings, **changes, source=sources)  # type: ignore[arg-type]  # each value's type was checked above


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnownError(
            f"{path.name} cannot be read: {type(error).__name__}.",
            kept="Nothing was started.",
            todo="Correct the file.",
        ) from error


def load_settings(user_file: Path | None = None, policy_file: Path = POLICY_FILE) -> Settings:
    """Default, then the user's file, then policy; a key that policy sets cannot be changed by the user.

    Raises KnownError for an unknown key, a wrong type or an unreadable file.
    """
    policy = _read(policy_file)
    settings = _overlay(Settings(), policy, "policy", set())
    if user_file is not None:
        settings = _overlay(settings, _read(user_file), "settings file", set(policy))
    return settings
