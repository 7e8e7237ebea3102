"""Forms in the store: what was answered stays, in the order in which it was said; the database refuses anything else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from rvr_console.domain.consultation import Consultation
from rvr_console.domain.form import (
    Answer,
    AnswerKind,
    FormState,
    Item,
    Judgement,
    Pack,
    PackKind,
    Section,
    Step,
    new_form,
)
from rvr_console.domain.incident import Incident, Person
from rvr_console.errors import BugError, RefusedError, StorageError
from rvr_console.storage.store import Store

NOW = datetime(2026, 11, 21, 13, 52, tzinfo=UTC)
PACK = Pack(
    "dash",
    "1.2",
    "DASH structure",
    PackKind.RISK,
    (Section("current", "Current", (Item("q1", "1", "Injury now", AnswerKind.YES_NO),)),),
    digest="ab" * 32,
    text='{"id":"dash"}',
)


def said(item: str, value: str, *, comment: str = "", after: float = 0) -> Answer:
    return Answer(item, value, NOW + timedelta(seconds=after), "2417", comment, 1_000, 1)


@pytest.fixture
async def store(tmp_path: Path):
    made = Store(tmp_path / "console.db", bytes(32))

    def fill(tx):
        incident = Incident("155 of 21/11/2026", "Damage", 3, NOW, "Haverbrook", "", Person("Hannah Cole"))
        tx.incidents.put(incident)
        tx.consultations.add(Consultation("c1", incident.reference, "2417", NOW))
        tx.forms.add(new_form(PACK, "f1", "c1", NOW), PACK)

    await made.run(fill)
    yield made
    made.close()


async def test_what_was_stored_is_read_back_as_it_was(store):
    form = await store.run(lambda tx: tx.forms.get("f1"))
    assert form == new_form(PACK, "f1", "c1", NOW)
    first, corrected = said("q1", "no"), said("q1", "yes", after=5)
    form = await store.run(
        lambda tx: tx.forms.replace(replace(form, answers={"q1": first}, reached="standard"))
    )
    form = await store.run(
        lambda tx: tx.forms.replace(
            replace(
                form,
                answers={"q1": corrected, "q2": said("q2", "yes", comment="Zoë said “no” 😀")},
                earlier=(first,),
                judgements=(Judgement("high", "Fear", "2417", NOW),),
                steps=(Step(FormState.COMPLETED, "2417", NOW),),
                state=FormState.COMPLETED,
            )
        )
    )
    again = await store.run(lambda tx: tx.forms.of_incident("155 of 21/11/2026"))
    assert again == [form] == await store.run(lambda tx: tx.forms.of_consultation("c1"))
    assert form.earlier == (first,)
    assert form.version == 2
    assert form.answers["q2"].comment == "Zoë said “no” 😀"
    kept = await store.run(lambda tx: tx.forms.pack(PACK.digest))
    assert (kept.id, kept.version, kept.text) == ("dash", "1.2", PACK.text)


async def test_typing_on_is_one_answer_of_which_each_stop_is_kept(store):
    form = await store.run(lambda tx: tx.forms.get("f1"))
    for place, words in enumerate(("Wor", "Worried he", "Worried he comes back")):
        changed = replace(form, answers={"q1": said("q1", "yes", comment=words, after=place)})
        form = await store.run(lambda tx, changed=changed: tx.forms.replace(changed))
    assert form.earlier == ()
    assert form.answers["q1"].comment == "Worried he comes back"
    every = await store.run(lambda tx: tx.forms.every_answer("f1"))
    assert [answer.comment for answer in every] == ["Wor", "Worried he", "Worried he comes back"]


async def test_of_two_who_change_the_same_form_the_second_is_refused(store):
    form = await store.run(lambda tx: tx.forms.get("f1"))
    await store.run(lambda tx: tx.forms.replace(replace(form, answers={"q1": said("q1", "yes")})))
    with pytest.raises(RefusedError, match="meanwhile"):
        await store.run(lambda tx: tx.forms.replace(replace(form, answers={"q1": said("q1", "no")})))
    assert (await store.run(lambda tx: tx.forms.get("f1"))).answers["q1"].value == "yes"


async def test_a_form_that_lost_something_is_never_stored(store):
    form = await store.run(lambda tx: tx.forms.get("f1"))
    full = replace(
        form, answers={"q1": said("q1", "yes")}, judgements=(Judgement("high", "Fear", "2417", NOW),)
    )
    stored = await store.run(lambda tx: tx.forms.replace(full))
    for lossy in (replace(stored, answers={}), replace(stored, judgements=())):
        with pytest.raises(BugError):
            await store.run(lambda tx, lossy=lossy: tx.forms.replace(lossy))
    assert await store.run(lambda tx: tx.forms.get("f1")) == stored


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE form_answers SET value = 'no'",
        "DELETE FROM form_answers",
        "DELETE FROM forms",
        "UPDATE form_packs SET text = ''",
        "DELETE FROM form_judgements",
        "UPDATE form_steps SET state = 'open'",
    ],
)
async def test_the_database_itself_keeps_every_answer(store, statement):
    def fill(tx):
        form = tx.forms.get("f1")
        tx.forms.replace(
            replace(
                form,
                answers={"q1": said("q1", "yes")},
                judgements=(Judgement("high", "Fear", "2417", NOW),),
                steps=(Step(FormState.COMPLETED, "2417", NOW),),
            )
        )

    await store.run(fill)
    with pytest.raises(StorageError, match="never"):
        await store.run(lambda tx: tx.forms._connection.execute(text(statement)))
