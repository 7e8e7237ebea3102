"""The tables of statements. Insert only: a paragraph is kept once however many saves hold it, a version names the save that it froze."""

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from rvr_console.storage.tables import METADATA, JsonText, UtcText

statements = Table(
    "statements",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("consultation_id", Text, ForeignKey("consultations.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("started_at", UtcText, nullable=False),
    Column("started_by", Text, nullable=False),
    Index("ix_statements_consultation_id", "consultation_id"),
)

# text: UTF-8, a lone half of a character as three bytes (what was typed is kept, whatever it was).
statement_paragraphs = Table(
    "statement_paragraphs",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("statement_id", Text, ForeignKey("statements.id"), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("text", LargeBinary, nullable=False),
    UniqueConstraint("statement_id", "digest", name="uq_statement_paragraphs_statement_id_digest"),
)

# paragraphs: places of statement_paragraphs, in order. facts: everything beside the text, as JSON in ASCII.
statement_saves = Table(
    "statement_saves",
    METADATA,
    Column("statement_id", Text, ForeignKey("statements.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcText, nullable=False),
    Column("by", Text, nullable=False),
    Column("paragraphs", JsonText, nullable=False),
    Column("facts", Text, nullable=False),
)

statement_versions = Table(
    "statement_versions",
    METADATA,
    Column("statement_id", Text, ForeignKey("statements.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("save", Integer, nullable=False),
    Column("at", UtcText, nullable=False),
    Column("by", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("back_sha256", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("places", JsonText, nullable=False),
    Column("policy", Text, nullable=False),
    Column("declaration", Text, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
    Column("back_pdf", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["statement_id", "save"],
        ["statement_saves.statement_id", "statement_saves.number"],
        name="fk_statement_versions_statement_id_save",
    ),
)

# What became of a version. turn: "corrected" or "signed".
statement_turns = Table(
    "statement_turns",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("statement_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("turn", Text, nullable=False),
    Column("at", UtcText, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(
        ["statement_id", "version"],
        ["statement_versions.statement_id", "statement_versions.number"],
        name="fk_statement_turns_statement_id_version",
    ),
)
