"""First schema."""

import sqlalchemy as sa
from alembic import op

from rvr_console.storage.triggers import FIRST

revision = "0001"
down_revision = None


def upgrade() -> None:
    _users()
    _incidents()
    _provisional_book()
    _local_book()
    _consultations()
    _safety_answers()
    _notes()
    _assignments()
    _links()
    _reviews()
    _recordings()
    _segments()
    _marks()
    _envelopes()
    _custody()
    _custody_tip()
    _outbox()
    op.execute("INSERT INTO custody_tip (id, entries, digest) VALUES (1, 0, zeroblob(32))")
    for statement in FIRST:
        op.execute(statement)


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("collar", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rank", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("collar", name=op.f("pk_users")),
    )


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.Text(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_reported_at"), "incidents", ["reported_at"], unique=False)


def _provisional_book() -> None:
    op.create_table(
        "provisional_book",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_provisional_book")),
    )


def _local_book() -> None:
    op.create_table(
        "local_book",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("conflict", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_local_book")),
    )


def _consultations() -> None:
    op.create_table(
        "consultations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("link_history", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("consent_reason", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("location_source", sa.Text(), nullable=False),
        sa.Column("converted", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident"], ["incidents.reference"], name=op.f("fk_consultations_incident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    op.create_index(op.f("ix_consultations_incident"), "consultations", ["incident"], unique=False)
    op.create_index(op.f("ix_consultations_officer"), "consultations", ["officer"], unique=False)


def _safety_answers() -> None:
    op.create_table(
        "safety_answers",
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_safety_answers_consultation_id")
        ),
        sa.PrimaryKeyConstraint("consultation_id", "question", name=op.f("pk_safety_answers")),
    )


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("offset_us", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_notes_consultation_id")
        ),
        sa.PrimaryKeyConstraint("consultation_id", "place", name=op.f("pk_notes")),
    )


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("collar", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_assignments_consultation_id")
        ),
        sa.PrimaryKeyConstraint("consultation_id", "collar", name=op.f("pk_assignments")),
    )


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("auth_digest", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_links_consultation_id")
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_links")),
    )


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_reviews_consultation_id")
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_reviews")),
    )


def _recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_recordings_consultation_id")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_recordings")),
    )
    op.create_index(op.f("ix_recordings_consultation_id"), "recordings", ["consultation_id"], unique=False)


def _segments() -> None:
    op.create_table(
        "segments",
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("head_sequence", sa.Integer(), nullable=True),
        sa.Column("head_chain", sa.LargeBinary(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("head_chain IS NULL OR length(head_chain) = 32", name=op.f("ck_segments_chain")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["recordings.evidence_id"], name=op.f("fk_segments_evidence_id")
        ),
        sa.PrimaryKeyConstraint("evidence_id", "number", name=op.f("pk_segments")),
    )


def _marks() -> None:
    op.create_table(
        "marks",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start_us", sa.Integer(), nullable=False),
        sa.Column("end_us", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["recordings.evidence_id"], name=op.f("fk_marks_evidence_id")
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_marks")),
    )
    op.create_index(op.f("ix_marks_evidence_id"), "marks", ["evidence_id"], unique=False)


def _envelopes() -> None:
    op.create_table(
        "envelopes",
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("header_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("evidence_id", "segment", "recipient", name=op.f("pk_envelopes")),
    )


def _custody() -> None:
    op.create_table(
        "custody",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_custody")),
    )
    op.create_index(op.f("ix_custody_subject"), "custody", ["subject"], unique=False)


def _custody_tip() -> None:
    op.create_table(
        "custody_tip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_custody_tip_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_tip")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("place", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("at_source", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.Text(), nullable=True),
        sa.Column("refused_reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.reference"], name=op.f("fk_outbox_incident")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
        sa.UniqueConstraint("incident", "sequence", name="uq_outbox_incident_sequence"),
    )
    op.create_index("ix_outbox_state", "outbox", ["state"], unique=False)
