"""The tables about the vault as a whole: what its checks found."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text

from rvr_console.storage.tables import METADATA, JsonText, UtcText

vault_runs = Table(
    "vault_runs",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("started_at", UtcText, nullable=False),
    Column("ended_at", UtcText, nullable=False),
    Column("cause", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("files", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("work_ms", Integer, nullable=False),
    Column("sound", Integer, nullable=False),
    Column("recordings", Integer, nullable=False),
    Column("exhibits", Integer, nullable=False),
    Column("recorded_us", Integer, nullable=False),
    Column("recorded_bytes", Integer, nullable=False),
    Column("mended", JsonText, nullable=False),
)

vault_findings = Table(
    "vault_findings",
    METADATA,
    Column("run", Integer, ForeignKey("vault_runs.number"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("evidence_id", Text, nullable=False),
    Column("segment", Integer, nullable=False),
    Column("file", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("fault_at", Text, nullable=False),
    Column("proof", JsonText, nullable=False),
    Column("is_new", Boolean, nullable=False),
)
