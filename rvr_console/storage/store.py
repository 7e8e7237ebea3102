"""The store: one thread that owns the database; every act on it is one durable transaction."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from rvr_console.domain.repositories import Transaction
from rvr_console.errors import StorageError
from rvr_console.storage.case_repositories import (
    SqlConsultations,
    SqlLinks,
    SqlReviews,
    SqlUsers,
)
from rvr_console.storage.custody_repository import SqlCustody
from rvr_console.storage.custody_seals import SqlCustodySeals
from rvr_console.storage.custody_tip_file import TipWatch
from rvr_console.storage.database import Database
from rvr_console.storage.evidence_repositories import SqlEnvelopes, SqlRecordings
from rvr_console.storage.exhibit_repository import SqlExhibits
from rvr_console.storage.form_repository import SqlForms
from rvr_console.storage.incident_repository import IncidentCache, SqlIncidents
from rvr_console.storage.migrate import migrate
from rvr_console.storage.outbox import SqlOutbox
from rvr_console.storage.replica_repository import SqlReplicaQueue
from rvr_console.storage.safeguarding_repository import SqlSafeguarding
from rvr_console.storage.signing_repository import SqlSignings
from rvr_console.storage.statement_repository import SqlStatements
from rvr_console.storage.triggers import put_back
from rvr_console.storage.vault_repository import SqlVaultRuns

T = TypeVar("T")


class SqlTransaction:
    """All repositories over one connection, inside one transaction."""

    def __init__(self, connection: Connection, watch: TipWatch, cache: IncidentCache) -> None:
        self._connection = connection
        self._watch = watch
        self._cache = cache

    @cached_property
    def users(self) -> SqlUsers:
        return SqlUsers(self._connection)

    @cached_property
    def incidents(self) -> SqlIncidents:
        return SqlIncidents(self._connection, self._cache)

    @cached_property
    def consultations(self) -> SqlConsultations:
        return SqlConsultations(self._connection)

    @cached_property
    def links(self) -> SqlLinks:
        return SqlLinks(self._connection)

    @cached_property
    def recordings(self) -> SqlRecordings:
        return SqlRecordings(self._connection)

    @cached_property
    def exhibits(self) -> SqlExhibits:
        return SqlExhibits(self._connection)

    @cached_property
    def envelopes(self) -> SqlEnvelopes:
        return SqlEnvelopes(self._connection)

    @cached_property
    def custody(self) -> SqlCustody:
        return SqlCustody(self._connection, self._watch)

    @cached_property
    def custody_seals(self) -> SqlCustodySeals:
        return SqlCustodySeals(self._connection)

    @cached_property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._connection)

    @cached_property
    def reviews(self) -> SqlReviews:
        return SqlReviews(self._connection)

    @cached_property
    def replica(self) -> SqlReplicaQueue:
        return SqlReplicaQueue(self._connection)

    @cached_property
    def forms(self) -> SqlForms:
        return SqlForms(self._connection)

    @cached_property
    def signings(self) -> SqlSignings:
        return SqlSignings(self._connection)

    @cached_property
    def statements(self) -> SqlStatements:
        return SqlStatements(self._connection)

    @cached_property
    def safeguarding(self) -> SqlSafeguarding:
        return SqlSafeguarding(self._connection)

    @cached_property
    def vault_runs(self) -> SqlVaultRuns:
        return SqlVaultRuns(self._connection)


class Store:
    """The embedded store. Made and closed by app.py; `run` may be awaited from any event loop."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open and migrate. path: database file. key: 32 bytes, raw. Raises KeyStoreError, StorageError."""
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._watch = TipWatch(path.with_name(path.name + ".tip"), key)
        self._cache = IncidentCache()
        self._closed = False
        try:
            self._database = self._worker.submit(self._open, path, key).result()
        except BaseException:
            self._worker.shutdown()
            raise

    def warm(self) -> None:
        """Read the queue into memory in the background, so that its first listing is quick. Returns at once."""
        self._worker.submit(self.run_here, lambda tx: len(tx.incidents.all()))

    async def run(self, act: Callable[[Transaction], T]) -> T:
        """act(transaction) on the store's thread, in one durable transaction. Raises what act raises, StorageError."""
        if self._closed:
            raise StorageError("The store is closed.", kept="What was stored is safe.")
        return await asyncio.wrap_future(self._worker.submit(self.run_here, act))

    def run_here(self, act: Callable[[Transaction], T]) -> T:
        """As `run`, already on the store's thread."""
        with self._database.transaction() as connection:
            transaction = SqlTransaction(connection, self._watch, self._cache)
            result = act(transaction)
        self._cache.committed(transaction.incidents.changes)
        newest = transaction.custody.newest
        if newest is not None:
            self._watch.follow(newest)
        return result

    def close(self) -> None:
        """Finish what was asked for, close the database and join the thread. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        try:
            self._worker.submit(self._database.close).result()
        finally:
            self._worker.shutdown()

    def _open(self, path: Path, key: bytes) -> Database:
        database = Database(path, key)
        try:
            migrate(database)
            with database.transaction() as connection:
                custody = SqlCustody(connection)
                entries = custody.tip().entries
                self._watch.compare(entries, custody.digest_at)
                self._watch.unguarded(entries, put_back(connection))
        except BaseException:
            database.close()
            raise
        return database
