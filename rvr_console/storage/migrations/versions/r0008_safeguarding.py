"""Safeguarding, restricted records, what was closed without, and the kind of a consultation. The tables only grow."""

import sqlalchemy as sa
from alembic import op

from rvr_console.storage.triggers import SAFEGUARDING

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "consultations", sa.Column("kind", sa.Text(), nullable=False, server_default=sa.text("'victim'"))
    )
    _entries()
    _restricted()
    op.create_table(
        "closed_without",
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_closed_without_consultation_id")
        ),
        sa.PrimaryKeyConstraint("consultation_id", "item", name=op.f("pk_closed_without")),
    )
    for statement in SAFEGUARDING:
        op.execute(statement)


def _entries() -> None:
    name = "safeguarding_entries"
    op.create_table(
        name,
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f(f"fk_{name}_consultation_id")
        ),
        sa.PrimaryKeyConstraint("place", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("id", name=op.f(f"uq_{name}_id")),
    )
    op.create_index(op.f(f"ix_{name}_consultation_id"), name, ["consultation_id"], unique=False)


def _restricted() -> None:
    name = "restricted_records"
    op.create_table(
        name,
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f(f"fk_{name}_consultation_id")
        ),
        sa.PrimaryKeyConstraint("place", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("id", name=op.f(f"uq_{name}_id")),
    )
    op.create_index(op.f(f"ix_{name}_consultation_id"), name, ["consultation_id"], unique=False)
