"""Bringing a database to this console's schema: lock, backup, migrate, check; on any failure the backup is put back.

Alembic is imported only when there is something to do: it would slow every start down.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from rvr_console.errors import RvrError, StorageError
from rvr_console.storage.database import Database
from rvr_console.storage.tables import SCHEMA_REVISION
from rvr_console.system.single_instance import FileLock

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).with_name("migrations")


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, without a file."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(_SCRIPTS))
    settings.attributes["connection"] = connection
    return settings


def newest_revision() -> str:
    return SCHEMA_REVISION


def current_revision(connection: Connection) -> str | None:
    """None for a database without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def migrate(database: Database) -> None:
    """Bring the database to the newest schema. When that fails it is closed and put back as it was.

    Raises StorageError: the database was written by a newer console; another console is migrating it; the migration failed.
    """
    with FileLock(database.path.with_name(database.path.name + ".migrating")):
        with database.transaction() as connection:
            now = current_revision(connection)
        target = newest_revision()
        if now == target:
            return
        _refuse_newer(now)
        if now is None:
            _upgrade(database)
        else:
            _upgrade_with_backup(database, now)


def _refuse_newer(now: str | None) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    if now is not None and now not in known:
        raise StorageError(
            "The database was written by a newer version of the console.",
            kept="It was left as it is.",
            todo="Install the newer version.",
        )


def _upgrade(database: Database) -> None:
    """All steps in one transaction: SQLite's schema changes are undone with it."""
    from alembic import command

    with database.transaction() as connection:
        command.upgrade(config(connection), "head")


def _upgrade_with_backup(database: Database, now: str) -> None:
    from alembic.util import CommandError as AlembicError

    path = database.path
    backup = path.with_name(f"{path.name}.before-{now}")
    database.checkpoint()
    _copy_durable(path, backup)
    try:
        with database.transaction() as connection:
            before = _entries(connection)
        _upgrade(database)
        damage = database.damage()
        with database.transaction() as connection:
            after = _entries(connection)
        if damage or after != before:
            raise StorageError("The database did not pass its check after the update.")
    except (RvrError, SQLAlchemyError, AlembicError) as error:
        database.close()
        _put_back(backup, path)
        raise StorageError(
            "The database could not be updated for this version.",
            kept="It was put back as it was.",
            todo="Use the earlier version of the console and call IT.",
        ) from error
    backup.unlink()


def _entries(connection: Connection) -> int | None:
    """Of the custody log: an update never loses one. Asked in words that every schema knows."""
    found: int | None = connection.scalar(text("SELECT count(*) FROM custody"))
    return found


def _copy_durable(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
        descriptor = os.open(target, os.O_RDWR)
        try:
            target.chmod(0o600)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StorageError(
            "There is no room to back the database up before its update.",
            kept="It was left as it is.",
            todo="Free some space, then start again.",
        ) from error


def _put_back(backup: Path, path: Path) -> None:
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    backup.replace(path)
