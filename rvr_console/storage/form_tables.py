"""The tables of forms. Answers, judgements and steps are only added; packs are kept by their digest."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from rvr_console.storage.tables import METADATA, UtcText

form_packs = Table(
    "form_packs",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("pack_id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("text", Text, nullable=False),
)

forms = Table(
    "forms",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("consultation_id", Text, ForeignKey("consultations.id"), nullable=False),
    Column("pack_id", Text, nullable=False),
    Column("pack_version", Text, nullable=False),
    Column("pack_digest", Text, ForeignKey("form_packs.digest"), nullable=False),
    Column("started_at", UtcText, nullable=False),
    Column("person", Text, nullable=False),
    Column("reached", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_forms_consultation_id", "consultation_id"),
)

# typed_on: it takes the place of the row before it of the same item, which held a part of it.
form_answers = Table(
    "form_answers",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("form_id", Text, ForeignKey("forms.id"), nullable=False),
    Column("item", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcText, nullable=False),
    Column("by", Text, nullable=False),
    Column("segment", Integer),
    Column("offset_us", Integer),
    Column("typed_on", Boolean, nullable=False),
    Column("correction", Text, nullable=False, server_default=""),
    Column("was", Text, nullable=False, server_default=""),
    Index("ix_form_answers_form_id", "form_id"),
)

form_judgements = Table(
    "form_judgements",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("form_id", Text, ForeignKey("forms.id"), nullable=False),
    Column("grade", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcText, nullable=False),
    Index("ix_form_judgements_form_id", "form_id"),
)

form_steps = Table(
    "form_steps",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("form_id", Text, ForeignKey("forms.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcText, nullable=False),
    Index("ix_form_steps_form_id", "form_id"),
)
