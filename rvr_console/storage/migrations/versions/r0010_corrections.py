"""Why an answer was corrected, and the grade that was indicated before."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for name in ("correction", "was"):
        op.add_column("form_answers", sa.Column(name, sa.Text(), nullable=False, server_default=""))
