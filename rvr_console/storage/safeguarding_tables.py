"""The tables of safeguarding, and of what was not done when a case was submitted."""

from sqlalchemy import Column, ForeignKey, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from rvr_console.storage.tables import METADATA, UtcText

safeguarding_entries = Table(
    "safeguarding_entries",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False),
    Column("consultation_id", Text, ForeignKey("consultations.id"), nullable=False, index=True),
    Column("at", UtcText, nullable=False),
    Column("by", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("basis", Text),
    Column("reason", Text, nullable=False),
    Column("about", Text, nullable=False),
    UniqueConstraint("id", name="uq_safeguarding_entries_id"),
)

restricted_records = Table(
    "restricted_records",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False),
    Column("consultation_id", Text, ForeignKey("consultations.id"), nullable=False, index=True),
    Column("at", UtcText, nullable=False),
    Column("by", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("salt", Text, nullable=False),
    UniqueConstraint("id", name="uq_restricted_records_id"),
)

closed_without = Table(
    "closed_without",
    METADATA,
    Column("consultation_id", Text, ForeignKey("consultations.id"), nullable=False),
    Column("item", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcText, nullable=False),
    Column("by", Text, nullable=False),
    PrimaryKeyConstraint("consultation_id", "item"),
)
