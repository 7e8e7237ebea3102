"""Statements: every save of the text, and the versions that were frozen. Insert only."""

import sqlalchemy as sa
from alembic import op

from rvr_console.storage.triggers import WITNESS_STATEMENTS

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _texts()
    _versions()
    for statement in WITNESS_STATEMENTS:
        op.execute(statement)


def _texts() -> None:
    op.create_table(
        "statements",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_statements_consultation_id")
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_statements")),
        sa.UniqueConstraint("id", name=op.f("uq_statements_id")),
    )
    op.create_index("ix_statements_consultation_id", "statements", ["consultation_id"])
    op.create_table(
        "statement_paragraphs",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_statement_paragraphs_statement_id")
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_statement_paragraphs")),
        sa.UniqueConstraint("statement_id", "digest", name="uq_statement_paragraphs_statement_id_digest"),
    )
    op.create_table(
        "statement_saves",
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("paragraphs", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_statement_saves_statement_id")
        ),
        sa.PrimaryKeyConstraint("statement_id", "number", name=op.f("pk_statement_saves")),
    )


def _versions() -> None:
    op.create_table(
        "statement_versions",
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("save", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("back_sha256", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("back_pdf", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id", "save"],
            ["statement_saves.statement_id", "statement_saves.number"],
            name="fk_statement_versions_statement_id_save",
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_statement_versions_statement_id")
        ),
        sa.PrimaryKeyConstraint("statement_id", "number", name=op.f("pk_statement_versions")),
    )
    op.create_table(
        "statement_turns",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id", "version"],
            ["statement_versions.statement_id", "statement_versions.number"],
            name="fk_statement_turns_statement_id_version",
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_statement_turns")),
    )
