"""The tables of the embedded store. Times: ISO 8601 text in UTC; maps: JSON text; digests: 32-byte blobs."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

SCHEMA_REVISION = "0010"  # the newest step in migrations/versions

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcText(TypeDecorator[datetime]):
    """Aware datetime as ISO 8601 text in UTC: keeps microseconds and sorts."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else value.astimezone(UTC).isoformat()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else datetime.fromisoformat(value)


class JsonText(TypeDecorator[Any]):
    """A map or list of plain values as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:  # noqa: ARG002 (SQLAlchemy's signature)
        return None if value is None else json.loads(value)


users = Table(
    "users",
    METADATA,
    Column("collar", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("rank", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("on_duty", Boolean, nullable=False),
    Column("team", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", UtcText),
)

# CAD's copy: read whole, so kept whole; the columns beside it are for order and look-up.
incidents = Table(
    "incidents",
    METADATA,
    Column("reference", Text, primary_key=True),
    Column("reported_at", UtcText, nullable=False, index=True),
    Column("provisional", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", JsonText, nullable=False),
)

provisional_book = Table(
    "provisional_book",
    METADATA,
    Column("day", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

local_book = Table(
    "local_book",
    METADATA,
    Column("reference", Text, primary_key=True),
    Column("officer", Text, nullable=False),
    Column("conflict", Text, nullable=False),
)

consultations = Table(
    "consultations",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("incident", Text, ForeignKey("incidents.reference"), nullable=False, index=True),
    Column("officer", Text, nullable=False, index=True),
    Column("started_at", UtcText, nullable=False),
    Column("state", Text, nullable=False),
    Column("link", Text),
    Column("link_history", JsonText, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("consent", Text, nullable=False),
    Column("consent_reason", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("location_source", Text, nullable=False),
    Column("converted", Boolean, nullable=False),
    Column("ended_at", UtcText),
    Column("submitted_at", UtcText),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False, server_default=text("'victim'")),
)

safety_answers = Table(
    "safety_answers",
    METADATA,
    Column("consultation_id", Text, ForeignKey("consultations.id"), primary_key=True),
    Column("question", Text, primary_key=True),
    Column("answer", Text, nullable=False),
)

notes = Table(
    "notes",
    METADATA,
    Column("consultation_id", Text, ForeignKey("consultations.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("at", UtcText, nullable=False),
    Column("text", Text, nullable=False),
    Column("offset_us", Integer),
)

assignments = Table(
    "assignments",
    METADATA,
    Column("consultation_id", Text, ForeignKey("consultations.id"), primary_key=True),
    Column("collar", Text, primary_key=True),
)

links = Table(
    "links",
    METADATA,
    Column("consultation_id", Text, ForeignKey("consultations.id"), primary_key=True),
    Column("room", Text, nullable=False),
    Column("auth_digest", Text, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("issued_at", UtcText, nullable=False),
    Column("expires_at", UtcText, nullable=False),
    Column("device", Text, nullable=False),
)

recordings = Table(
    "recordings",
    METADATA,
    Column("evidence_id", Text, primary_key=True),
    Column("consultation_id", Text, ForeignKey("consultations.id"), nullable=False, index=True),
    Column("started_at", UtcText, nullable=False),
    Column("status", Text, nullable=False),
    Column("closed_at", UtcText),
)

segments = Table(
    "segments",
    METADATA,
    Column("evidence_id", Text, ForeignKey("recordings.evidence_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("started_at", UtcText, nullable=False),
    Column("file", Text, nullable=False),
    Column("head_sequence", Integer),
    Column("head_chain", LargeBinary),
    Column("closed", Boolean, nullable=False),
    CheckConstraint("head_chain IS NULL OR length(head_chain) = 32", name="chain"),
)

marks = Table(
    "marks",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("evidence_id", Text, ForeignKey("recordings.evidence_id"), nullable=False, index=True),
    Column("segment", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("start_us", Integer, nullable=False),
    Column("end_us", Integer, nullable=False),
    Column("detail", JsonText, nullable=False),
)

exhibits = Table(
    "exhibits",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("evidence_id", Text, nullable=False),
    Column("consultation_id", Text, ForeignKey("consultations.id"), nullable=False, index=True),
    Column("initials", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("sub", Integer, nullable=False),
    Column("producer", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("original_name", Text, nullable=False),
    Column("declared_type", Text, nullable=False),
    Column("upload_id", Text),
    Column("recording_id", Text),
    Column("recording_segment", Integer),
    Column("recording_offset_us", Integer),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("declared_sha256", Text, nullable=False),
    Column("found_type", Text, nullable=False),
    Column("flags", JsonText, nullable=False),
    Column("received_at", UtcText, nullable=False),
    CheckConstraint("length(sha256) = 64", name="hash"),
    UniqueConstraint("evidence_id", name="uq_exhibits_evidence_id"),
    UniqueConstraint("upload_id", name="uq_exhibits_upload_id"),
    UniqueConstraint("consultation_id", "initials", "number", "sub", name="uq_exhibits_reference"),
)

exhibit_changes = Table(
    "exhibit_changes",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("evidence_id", Text, ForeignKey("exhibits.evidence_id"), nullable=False, index=True),
    Column("at", UtcText, nullable=False),
    Column("by", Text, nullable=False),
    Column("change", Text, nullable=False),
    Column("value", JsonText, nullable=False),
)

envelopes = Table(
    "envelopes",
    METADATA,
    Column("evidence_id", Text, primary_key=True),
    Column("segment", Integer, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("header_digest", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

custody = Table(
    "custody",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcText, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("details", JsonText, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("salt", LargeBinary),
    Column("commitment", LargeBinary),
)

# How many entries there are and the last one's digest, so that entries missing at the end are found; the edge of the
# Merkle tree; the log's name.
custody_tip = Table(
    "custody_tip",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("entries", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False, server_default=text("x''")),
    Column("log_id", Text, nullable=False, server_default=""),
    CheckConstraint("id = 1", name="single"),
)

# Hashes of complete subtrees of 256, 65536 ... entries, so that proofs need not read the whole log.
custody_nodes = Table(
    "custody_nodes",
    METADATA,
    Column("level", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
)

custody_checkpoints = Table(
    "custody_checkpoints",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("at", UtcText, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
)

custody_cosignatures = Table(
    "custody_cosignatures",
    METADATA,
    Column("number", Integer, ForeignKey("custody_checkpoints.number"), primary_key=True),
    Column("cosigner", Text, primary_key=True),
    Column("at", UtcText, nullable=False),
    Column("line", Text, nullable=False),
)

custody_stamp_requests = Table(
    "custody_stamp_requests",
    METADATA,
    Column("number", Integer, ForeignKey("custody_checkpoints.number"), primary_key=True),
    Column("at", UtcText, nullable=False),
    Column("reason", Text, nullable=False),
)

custody_stamps = Table(
    "custody_stamps",
    METADATA,
    Column("number", Integer, ForeignKey("custody_stamp_requests.number"), primary_key=True),
    Column("at", UtcText, nullable=False),
    Column("stamped_at", UtcText, nullable=False),
    Column("authority", Text, nullable=False),
    Column("response", LargeBinary, nullable=False),
)

outbox = Table(
    "outbox",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False),
    Column("incident", Text, ForeignKey("incidents.reference"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("verb", Text, nullable=False),
    Column("officer", Text, nullable=False),
    Column("at_source", UtcText, nullable=False),
    Column("payload", JsonText, nullable=False),
    Column("state", Text, nullable=False),
    Column("applied_at", UtcText),
    Column("refused_reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    UniqueConstraint("id", name="uq_outbox_id"),
    UniqueConstraint("incident", "sequence", name="uq_outbox_incident_sequence"),
    Index("ix_outbox_state", "state"),
)

reviews = Table(
    "reviews",
    METADATA,
    Column("consultation_id", Text, ForeignKey("consultations.id"), primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("feedback", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("at", UtcText, nullable=False),
)
