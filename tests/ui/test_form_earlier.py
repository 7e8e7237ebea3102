"""Earlier assessments of the same person beside the one that is filled in: item by item, the grade first, the look logged."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from form_rig import FormRig

from desk_parts import MIDDLE, OFFICER  # isort: skip  # form_rig makes these importable
from form_parts import RISK  # isort: skip
from rvr_console.demo.driver import find
from rvr_console.domain.consultation import Consultation, ConsultationState
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.form import Answer, new_form
from rvr_console.domain.form_rules import answer
from rvr_console.ui.risk import words
from rvr_console.ui.widgets.plain_table import PlainTable, cell_words

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")


@pytest.fixture
def rig(form_rig):
    return form_rig


def assessed_before(rig: FormRig) -> None:
    """An incident of the same person three days ago: 14 times yes, item 15 no, the rest not asked."""
    at = rig.world.clock.now() - timedelta(days=3)

    def keep(tx) -> None:
        tx.consultations.add(
            Consultation("c-before", MIDDLE, OFFICER.collar, at, state=ConsultationState.REVIEWED)
        )
        form = new_form(RISK, "f-before", "c-before", at)
        tx.forms.add(form, RISK)
        for number in range(1, 16):
            value = "yes" if number <= 14 else "no"
            form = tx.forms.replace(answer(RISK, form, Answer(f"q{number}", value, at, OFFICER.collar)))

    rig.run(rig.world.store.run(keep))


def test_now_and_then_stand_side_by_side_and_the_look_is_logged(rig, unnamed) -> None:
    assessed_before(rig)
    rig.begin()
    rig.key(ord("N"))
    rig.click(words.EARLIER)
    (table,) = find(words.EARLIER_TITLE).findChildren(PlainTable)
    rows = {row.key: [cell_words(cell) for cell in row.cells] for row in table.rows.rows}
    assert next(iter(rows)) == "grade"
    assert rows["grade"] == ["Grade", "Standard", "High"]
    assert rows["q1"] == ["1 Injury now", "No", "Yes"]
    assert rows["q15"][1:] == [words.UNANSWERED, "No"]
    assert rows["q16"][1:] == [words.UNANSWERED, words.UNANSWERED]
    (look,) = rig.run(rig.world.logged(CustodyAct.FORM_VIEWED))
    assert (look.subject, look.details["form"]) == ("c-before", "f-before")
    assert unnamed(rig.sheet.tab) == []
