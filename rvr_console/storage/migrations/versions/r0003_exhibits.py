"""Exhibits: one row each, and what is added to them later; both only grow."""

import sqlalchemy as sa
from alembic import op

from rvr_console.storage.triggers import EXHIBITS

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _exhibits()
    _exhibit_changes()
    for statement in EXHIBITS:
        op.execute(statement)


def _exhibits() -> None:
    op.create_table(
        "exhibits",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sub", sa.Integer(), nullable=False),
        sa.Column("producer", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("original_name", sa.Text(), nullable=False),
        sa.Column("declared_type", sa.Text(), nullable=False),
        sa.Column("upload_id", sa.Text(), nullable=True),
        sa.Column("recording_id", sa.Text(), nullable=True),
        sa.Column("recording_segment", sa.Integer(), nullable=True),
        sa.Column("recording_offset_us", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("declared_sha256", sa.Text(), nullable=False),
        sa.Column("found_type", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_exhibits_hash")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_exhibits_consultation_id")
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_exhibits")),
        sa.UniqueConstraint("evidence_id", name="uq_exhibits_evidence_id"),
        sa.UniqueConstraint("upload_id", name="uq_exhibits_upload_id"),
        sa.UniqueConstraint("consultation_id", "initials", "number", "sub", name="uq_exhibits_reference"),
    )
    op.create_index(op.f("ix_exhibits_consultation_id"), "exhibits", ["consultation_id"], unique=False)


def _exhibit_changes() -> None:
    op.create_table(
        "exhibit_changes",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["exhibits.evidence_id"], name=op.f("fk_exhibit_changes_evidence_id")
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_exhibit_changes")),
    )
    op.create_index(op.f("ix_exhibit_changes_evidence_id"), "exhibit_changes", ["evidence_id"], unique=False)
