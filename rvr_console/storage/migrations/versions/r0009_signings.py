"""The signing ceremony: what was offered, each act, and the sergeants' decisions. Insert only."""

import sqlalchemy as sa
from alembic import op

from rvr_console.storage.triggers import SIGNINGS

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "signings",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.Text(), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_signings_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id", "version"],
            ["statement_versions.statement_id", "statement_versions.number"],
            name="fk_signings_statement_id_version",
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_signings")),
        sa.UniqueConstraint("id", name=op.f("uq_signings_id")),
    )
    op.create_index("ix_signings_consultation_id", "signings", ["consultation_id"])
    _acts()
    for statement in SIGNINGS:
        op.execute(statement)


def _acts() -> None:
    op.create_table(
        "signing_acts",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("signing_id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("recording", sa.Text(), nullable=True),
        sa.Column("segment", sa.Integer(), nullable=True),
        sa.Column("offset_us", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["signing_id"], ["signings.id"], name=op.f("fk_signing_acts_signing_id")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_signing_acts")),
    )
    op.create_index("ix_signing_acts_signing_id", "signing_acts", ["signing_id"])
    op.create_table(
        "signing_overrides",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_signing_overrides_consultation_id")
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_signing_overrides")),
    )
    op.create_index("ix_signing_overrides_consultation_id", "signing_overrides", ["consultation_id"])
