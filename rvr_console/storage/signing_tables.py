"""The tables of the signing ceremony. Insert only: a ceremony is what its acts, taken in order, make of it."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, Table, Text

from rvr_console.storage.tables import METADATA, UtcText

signings = Table(
    "signings",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("consultation_id", Text, ForeignKey("consultations.id"), nullable=False),
    Column("statement_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("begun_at", UtcText, nullable=False),
    Column("begun_by", Text, nullable=False),
    ForeignKeyConstraint(
        ["statement_id", "version"],
        ["statement_versions.statement_id", "statement_versions.number"],
        name="fk_signings_statement_id_version",
    ),
    Index("ix_signings_consultation_id", "consultation_id"),
)

# value: the act's fields as JSON in ASCII. recording, segment, offset_us: where the recording stood, if one ran.
signing_acts = Table(
    "signing_acts",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("signing_id", Text, ForeignKey("signings.id"), nullable=False),
    Column("act", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("at", UtcText, nullable=False),
    Column("by", Text, nullable=False),
    Column("recording", Text, nullable=True),
    Column("segment", Integer, nullable=True),
    Column("offset_us", Integer, nullable=True),
    Index("ix_signing_acts_signing_id", "signing_id"),
)

signing_overrides = Table(
    "signing_overrides",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("consultation_id", Text, ForeignKey("consultations.id"), nullable=False),
    Column("at", UtcText, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_signing_overrides_consultation_id", "consultation_id"),
)
