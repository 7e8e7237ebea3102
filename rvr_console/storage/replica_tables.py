"""The tables of the cold copy's queue."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from rvr_console.storage.tables import METADATA, UtcText

replica_queue = Table(
    "replica_queue",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("evidence_id", Text, nullable=False),
    Column("queued_at", UtcText, nullable=False),
)

replica_copies = Table(
    "replica_copies",
    METADATA,
    Column("place", Integer, ForeignKey("replica_queue.place"), primary_key=True, autoincrement=False),
    Column("copied_at", UtcText, nullable=False),
    Column("version", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("locked", Text, nullable=False),
    Column("locked_until", UtcText, nullable=False),
)

replica_faults = Table(
    "replica_faults",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("place", Integer, ForeignKey("replica_queue.place"), nullable=False),
    Column("at", UtcText, nullable=False),
    Column("words", Text, nullable=False),
)
