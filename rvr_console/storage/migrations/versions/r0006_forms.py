"""Forms: packs by digest, answers, judgements and steps. Only the state and the version of a form change."""

import sqlalchemy as sa
from alembic import op

from rvr_console.storage.triggers import FORMS

revision = "0006"
down_revision = "0005"


def _added(name: str, *columns: sa.Column[str] | sa.Column[int] | sa.Column[bool]) -> None:
    """A table whose rows belong to a form and are only added."""
    op.create_table(
        name,
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("form_id", sa.Text(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name=op.f(f"fk_{name}_form_id")),
        sa.PrimaryKeyConstraint("place", name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_form_id", name, ["form_id"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "form_packs",
        *_texts("digest", "pack_id", "version", "text"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_form_packs")),
    )
    op.create_table(
        "forms",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        *_texts(
            "id",
            "consultation_id",
            "pack_id",
            "pack_version",
            "pack_digest",
            "started_at",
            "person",
            "reached",
            "state",
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_forms_consultation_id")
        ),
        sa.ForeignKeyConstraint(["pack_digest"], ["form_packs.digest"], name=op.f("fk_forms_pack_digest")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_forms")),
        sa.UniqueConstraint("id", name=op.f("uq_forms_id")),
    )
    op.create_index("ix_forms_consultation_id", "forms", ["consultation_id"])
    _added(
        "form_answers",
        *_texts("item", "value", "comment", "reason", "at", "by"),
        sa.Column("segment", sa.Integer(), nullable=True),
        sa.Column("offset_us", sa.Integer(), nullable=True),
        sa.Column("typed_on", sa.Boolean(), nullable=False),
    )
    _added("form_judgements", *_texts("grade", "reason", "by", "at"))
    _added("form_steps", *_texts("state", "reason", "by", "at"))
    for statement in FORMS:
        op.execute(statement)
