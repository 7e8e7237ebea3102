"""The cold copy's queue. Insert only."""

import sqlalchemy as sa
from alembic import op

from rvr_console.storage.triggers import REPLICA

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "replica_queue",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("queued_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_replica_queue")),
        sa.UniqueConstraint("name", name=op.f("uq_replica_queue_name")),
    )
    op.create_table(
        "replica_copies",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("copied_at", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("locked", sa.Text(), nullable=False),
        sa.Column("locked_until", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["place"], ["replica_queue.place"], name=op.f("fk_replica_copies_place")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_replica_copies")),
    )
    op.create_table(
        "replica_faults",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["place"], ["replica_queue.place"], name=op.f("fk_replica_faults_place")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_replica_faults")),
    )
    for statement in REPLICA:
        op.execute(statement)
