"""The custody log becomes a Merkle tree with salted entries, signed checkpoints and time stamps. Entries written before stay as they are."""

import sqlalchemy as sa
from alembic import op

from rvr_console.domain.merkle import Frontier, leaf_hash
from rvr_console.storage.triggers import CUSTODY_SEALS

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("custody", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("custody", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.add_column("custody", sa.Column("commitment", sa.LargeBinary(), nullable=True))
    op.add_column(
        "custody_tip",
        sa.Column("frontier", sa.LargeBinary(), nullable=False, server_default=sa.text("x''")),
    )
    op.add_column("custody_tip", sa.Column("log_id", sa.Text(), nullable=False, server_default=""))
    _nodes()
    _checkpoints()
    _stamps()
    _grow_tree()
    for statement in CUSTODY_SEALS:
        op.execute(statement)


def _nodes() -> None:
    op.create_table(
        "custody_nodes",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_custody_nodes")),
    )


def _checkpoints() -> None:
    op.create_table(
        "custody_checkpoints",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_custody_checkpoints")),
    )
    op.create_table(
        "custody_cosignatures",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cosigner", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["custody_checkpoints.number"], name=op.f("fk_custody_cosignatures_number")
        ),
        sa.PrimaryKeyConstraint("number", "cosigner", name=op.f("pk_custody_cosignatures")),
    )


def _stamps() -> None:
    op.create_table(
        "custody_stamp_requests",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["custody_checkpoints.number"], name=op.f("fk_custody_stamp_requests_number")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_custody_stamp_requests")),
    )
    op.create_table(
        "custody_stamps",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("stamped_at", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["custody_stamp_requests.number"], name=op.f("fk_custody_stamps_number")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_custody_stamps")),
    )


def _grow_tree() -> None:
    """The tree over the entries there are, and a name for the log."""
    connection = op.get_bind()
    frontier = Frontier()
    nodes: list[dict[str, object]] = []
    for (digest,) in connection.exec_driver_sql("SELECT digest FROM custody ORDER BY sequence"):
        nodes += [node._asdict() for node in frontier.append(leaf_hash(digest))]
    if nodes:
        connection.execute(
            sa.text("INSERT INTO custody_nodes (level, place, digest) VALUES (:level, :place, :digest)"),
            nodes,
        )
    connection.execute(
        sa.text("UPDATE custody_tip SET frontier = :edge, log_id = lower(hex(randomblob(16)))"),
        {"edge": frontier.to_bytes()},
    )
