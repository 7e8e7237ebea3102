"""What each check of the vault found. Insert only."""

import sqlalchemy as sa
from alembic import op

from rvr_console.storage.triggers import VAULT_RUNS

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "vault_runs",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("work_ms", sa.Integer(), nullable=False),
        sa.Column("sound", sa.Integer(), nullable=False),
        sa.Column("recordings", sa.Integer(), nullable=False),
        sa.Column("exhibits", sa.Integer(), nullable=False),
        sa.Column("recorded_us", sa.Integer(), nullable=False),
        sa.Column("recorded_bytes", sa.Integer(), nullable=False),
        sa.Column("mended", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_vault_runs")),
    )
    op.create_table(
        "vault_findings",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fault_at", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["vault_runs.number"], name=op.f("fk_vault_findings_run")),
        sa.PrimaryKeyConstraint("run", "place", name=op.f("pk_vault_findings")),
    )
    for statement in VAULT_RUNS:
        op.execute(statement)
