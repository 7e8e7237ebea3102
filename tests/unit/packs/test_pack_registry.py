"""Bundled packs and a force's folder: signatures, versions, what is refused while the old one stays."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2]))

from jsonschema import Draft202012Validator
from pack_desk import PackDesk, Told, as_bytes, bundled, tiny

from rvr_console.domain.consultation import SAFETY_QUESTIONS
from rvr_console.domain.events import Fault
from rvr_console.domain.form import Answer, AnswerKind, Pack, PackKind, new_form
from rvr_console.domain.form_rules import answer
from rvr_console.domain.form_scoring import score
from rvr_console.domain.form_structure import all_items, shown_items
from rvr_console.errors import KnownError, UntrustedInputError
from rvr_console.packs import pack_registry
from rvr_console.packs.pack_registry import PUBLISHERS, PackRegistry, PackSources, pack_files, read_signed
from rvr_console.packs.pack_schema import FORMS, SCHEMA
from rvr_console.packs.pack_signature import load_key, new_key, read_publishers, sign
from rvr_console.system.durable_file import DurableDisk

NOW = datetime(2026, 11, 21, 13, 40, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> PackDesk:
    return PackDesk(tmp_path)


@pytest.fixture
def dash() -> Pack:
    return PackRegistry(PackSources(choices=("risk=dash",)), DurableDisk(), Told()).current("risk", NOW)


@pytest.mark.parametrize("path", pack_files(FORMS), ids=lambda p: p.name)
def test_every_bundled_pack_is_signed_and_sound(path: Path) -> None:
    found = read_signed(path, read_publishers(FORMS / PUBLISHERS))
    assert found.publisher.name == "rvr-console project"
    assert found.pack.confirm
    assert path.name == f"{found.pack.id}.json"


def test_the_published_schema_is_a_schema_and_closed() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    shapes = [schema, *schema["$defs"].values()]
    assert all(s.get("additionalProperties") is False for s in shapes if s.get("type") == "object")


def test_every_kind_is_bundled(desk: PackDesk) -> None:
    packs = desk.registry()
    assert {p.kind for p in packs.all()} == set(PackKind)
    assert all(packs.current(kind.value, NOW).kind is kind for kind in PackKind)
    assert not packs.refusals
    questions = {i.id for i in all_items(packs.current("safety", NOW))}
    assert set(SAFETY_QUESTIONS) <= questions
    assert packs.current("notice", NOW).per_person


def test_the_structure_of_dash(dash: Pack) -> None:
    assert [len([i for i in s.items if i.scored]) for s in dash.sections] == [8, 4, 10, 5, 0]
    assert [i.number for i in all_items(dash) if i.scored] == [str(n) for n in range(1, 28)]
    assert "supply your licensed pack" in dash.wording
    assert [(b.grade, b.at_least) for b in dash.scoring.bands] == [
        ("standard", 1),
        ("medium", 10),
        ("high", 14),
    ]
    form = new_form(dash, "f", "c", NOW)
    assert not [i for i in shown_items(dash, form) if i.id.startswith(("s", "h"))]
    for trigger, first in (("8", "s1"), ("4", "h1"), ("20", "h1")):
        opened = answer(dash, form, Answer(trigger, "yes", NOW, "PC 1"))
        assert first in [i.id for i in shown_items(dash, opened)]


def test_fourteen_yes_are_high_with_every_strong_flag(dash: Pack) -> None:
    form = new_form(dash, "f", "c", NOW)
    for number in ("2", "3", "6", "8", "15", "17", "18", "1", "4", "5", "7", "9", "10", "11"):
        form = answer(dash, form, Answer(number, "yes", NOW, "PC 1"))
    found = score(dash, form)
    assert (found.counted, found.grade) == (14, "high")
    assert [c.id for c in found.criteria] == ["count"]
    raised = {item for flag in found.flags for item in flag.items}
    assert {"18", "8", "17", "6", "15", "2", "3"} <= raised


def test_dara_counts_frequencies_and_leaves_the_grade_to_judgement(desk: PackDesk) -> None:
    dara = desk.registry("risk=dara").current("risk", NOW)
    form = new_form(dara, "f", "c", NOW)
    for item in all_items(dara):
        if item.kind is AnswerKind.FREQUENCY:
            form = answer(dara, form, Answer(item.id, "often", NOW, "PC 1"))
    found = score(dara, form)
    assert (found.counted, found.indicative, found.grade) == (32, "", "")
    assert ("11",) not in [f.items for f in found.flags]
    assert "Strangulation (11)" in [f.label for f in found.flags]


def test_which_tool_applies_is_chosen_by_day(desk: PackDesk) -> None:
    packs = desk.registry("risk=dash", "2027-04-01 risk=dara")
    assert packs.current("risk", NOW).id == "dash"
    assert packs.current("risk", datetime(2027, 4, 1, tzinfo=UTC)).id == "dara"
    for wrong in ("dash", "poll=dash", "2027-02-30 risk=dara", "risk=../x"):
        with pytest.raises(KnownError):
            desk.registry(wrong)


def licensed(version: str, **more: object) -> bytes:
    found = bundled("dash") | {"version": version, "wording": "Licensed wording"} | more
    return as_bytes(found)


def test_a_force_replaces_a_bundled_pack_by_a_higher_version(desk: PackDesk) -> None:
    desk.put("ours.json", licensed("1.10"))
    packs = desk.registry()
    assert packs.current("risk", NOW).wording == "Licensed wording"
    assert packs.get("dash", "1.2").wording.startswith("Topic labels")
    assert [p.version for p in packs.all() if p.id == "dash"] == ["1.10", "1.2"]


def test_a_version_for_later_waits_for_its_day(desk: PackDesk) -> None:
    desk.put("ours.json", licensed("2.0", valid_from="2027-01-01"))
    packs = desk.registry()
    assert packs.current("dash", NOW).version == "1.2"
    assert packs.current("dash", datetime(2027, 1, 1, tzinfo=UTC)).version == "2.0"


def without_children() -> bytes:
    return licensed("3", sections=[s for s in bundled("dash")["sections"] if s["id"] != "children"])


def strange_signature(content: bytes, tmp: Path) -> str:
    new_key(tmp / "other.pem", b"")
    return sign(content, load_key(tmp / "other.pem", b""))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda d, c: d.put("ours.json", c, None), "not signed"),
        (lambda d, c: d.put("ours.json", c, "nonsense"), "malformed"),
        (lambda d, c: d.put("ours.json", c, strange_signature(c, d.folder.parent)), "not trusted"),
        (lambda d, c: d.put("ours.json", c).write_bytes(c.replace(b"Licensed", b"licensed")), "does not hold"),
        (lambda d, c: d.put("ours.json", c).write_bytes(c + b" "), "does not hold"),
        (lambda d, c: d.put("ours.json", b"{\n" + c), "line 2: this is not JSON"),
        (lambda d, c: d.put("ours.json", c + b" " * (1 << 20)), "larger than"),
        (lambda d, _: (d.folder / "ours.json").mkdir(), "no file"),
        (lambda d, _: d.put("ours.json", licensed("1.2")), "other content"),
        (lambda d, _: d.put("ours.json", licensed("1.1")), "bundled version is higher"),
        (lambda d, _: d.put("ours.json", without_children()), "missing: 9, 10"),
        (lambda d, _: d.put("ours.json", as_bytes(tiny(id="safety", version="9"))), "of kind safety"),
    ],
)  # fmt: skip
def test_what_is_not_right_is_refused_and_told_while_the_old_one_stays(
    desk: PackDesk, spoil, words: str
) -> None:
    spoil(desk, licensed("1.3"))
    packs = desk.registry()
    assert (packs.current("risk", NOW).id, packs.current("risk", NOW).version) == ("dash", "1.2")
    assert [words in r.in_words() for r in packs.refusals] == [True], packs.refusals
    fault = desk.told.events[0]
    assert isinstance(fault, Fault)
    assert words in fault.what
    assert fault.kept == "The version in use stays."


def test_one_wrong_file_does_not_keep_the_others_out(desk: PackDesk) -> None:
    desk.put("a.json", b"{", None)
    desk.put("b.json", licensed("1.3"))
    packs = desk.registry()
    assert packs.current("risk", NOW).version == "1.3"
    assert [r.file for r in packs.refusals] == ["a.json"]


def test_an_accepted_pack_stays_when_its_file_is_spoilt_or_gone(desk: PackDesk) -> None:
    path = desk.put("ours.json", licensed("1.3"))
    running = desk.registry()
    path.write_bytes(b"{ spoilt")
    assert [r.file for r in running.reload()] == ["ours.json"]
    assert running.current("risk", NOW).version == "1.3"
    assert desk.registry().current("risk", NOW).version == "1.3"  # after a restart too
    path.unlink()
    assert desk.registry().current("risk", NOW).version == "1.3"


def test_a_kept_pack_that_was_altered_is_refused(desk: PackDesk) -> None:
    desk.put("ours.json", licensed("1.3"))
    desk.registry()
    (desk.folder / "ours.json").unlink()
    kept = desk.kept / "dash-1.3.json"
    kept.write_bytes(kept.read_bytes().replace(b"Licensed", b"licensed"))
    assert desk.registry().current("risk", NOW).version == "1.2"


def test_a_kept_copy_that_was_spoilt_is_made_good_from_the_signed_file(desk: PackDesk) -> None:
    desk.put("ours.json", licensed("1.3"))
    desk.registry()
    (desk.kept / "dash-1.3.json").write_bytes(b"{")
    assert desk.registry().current("risk", NOW).version == "1.3"
    (desk.folder / "ours.json").unlink()
    assert desk.registry().current("risk", NOW).version == "1.3"


def test_an_older_file_does_not_bring_the_older_wording_back(desk: PackDesk) -> None:
    """Put back by mistake or by somebody who liked it better: the newer one stays, and it is told."""
    desk.put("ours.json", licensed("3.0", wording="New"))
    desk.registry()
    desk.put("ours.json", licensed("2.0", wording="Old"))
    packs = desk.registry()
    assert packs.current("risk", NOW).wording == "New"
    assert [r.in_words() for r in packs.refusals] == [
        "ours.json: version 2.0 is older than 3.0, which is in use"
    ]
    with pytest.raises(KnownError):
        packs.get("dash", "2.0")


def test_an_older_version_for_the_days_before_a_newer_one_is_taken(desk: PackDesk) -> None:
    desk.put("spring.json", licensed("3.0", valid_from="2027-04-01", wording="Spring"))
    desk.registry()
    desk.put("now.json", licensed("2.0", wording="Now"))
    for _start in range(2):
        packs = desk.registry()
        assert not packs.refusals
        assert packs.current("risk", NOW).wording == "Now"
        assert packs.current("risk", datetime(2027, 4, 1, tzinfo=UTC)).wording == "Spring"


def test_a_publisher_who_is_trusted_no_longer_takes_the_kept_pack_along(desk: PackDesk) -> None:
    desk.put("ours.json", licensed("1.3"))
    desk.registry()
    desk.publishers.write_text("# key lost on 22/11/2026\n")
    packs = desk.registry()
    assert packs.current("risk", NOW).version == "1.2"
    assert all("not trusted" in refusal.in_words() for refusal in packs.refusals)
    assert {refusal.file for refusal in packs.refusals} == {"dash-1.3.json", "ours.json"}


def test_a_file_that_changes_between_check_and_use_is_used_as_it_was_checked(
    desk: PackDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.put("ours.json", licensed("1.3"))
    forged = licensed("1.3", wording="Forged")
    check = pack_registry.check_signature

    def checked_then_swapped(*asked):
        found = check(*asked)
        if b"Licensed" in asked[0]:
            path.write_bytes(forged)
        return found

    monkeypatch.setattr(pack_registry, "check_signature", checked_then_swapped)
    assert desk.registry().current("risk", NOW).wording == "Licensed wording"
    assert path.read_bytes() == forged
    monkeypatch.undo()
    again = desk.registry()
    assert again.current("risk", NOW).wording == "Licensed wording"
    assert "does not hold" in again.refusals[0].in_words()


def test_a_pipe_in_the_folder_does_not_hang_the_start(desk: PackDesk) -> None:
    os.mkfifo(desk.folder / "ours.json")
    os.mkfifo(desk.folder / "b.json.sig")
    desk.put("b.json", licensed("1.3"), None)
    assert [r.in_words().split(": ")[1][:12] for r in desk.registry().refusals] == [
        "it is not si",
        "it is no fil",
    ]


def test_a_folder_of_a_thousand_files_is_not_read(desk: PackDesk) -> None:
    for number in range(1000):
        (desk.folder / f"{number}.json").touch()
    assert "more than 200 packs" in desk.registry().refusals[0].in_words()


def test_a_folder_that_is_gone_is_told(desk: PackDesk) -> None:
    desk.folder.rmdir()
    assert "cannot be read" in desk.registry().refusals[0].in_words()


def test_publishers_that_cannot_be_read_trust_nobody(desk: PackDesk) -> None:
    desk.put("ours.json", licensed("1.3"))
    desk.publishers.write_text("not a key\n")
    packs = desk.registry()
    assert ["line 1" in packs.refusals[0].in_words(), "not trusted" in packs.refusals[1].in_words()] == [
        True,
        True,
    ]
    assert packs.current("risk", NOW).version == "1.2"


def test_the_console_does_not_start_with_an_altered_bundle(tmp_path: Path) -> None:
    for path in FORMS.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    dash = tmp_path / "dash.json"
    dash.write_bytes(dash.read_bytes().replace(b'"at_least": 14', b'"at_least": 24'))
    with pytest.raises(KnownError, match="as it was published"):
        PackRegistry(PackSources(bundled=tmp_path), DurableDisk(), Told())


def test_a_rule_that_came_later_does_not_hide_an_old_form(desk: PackDesk) -> None:
    found = bundled("safety")
    found["sections"][0]["items"].pop(0)  # today a safety pack without this question is refused
    kept = desk.registry().parse(as_bytes(found).decode())
    assert next(all_items(kept)).id == "safe_place"


def test_a_form_keeps_a_text_from_which_its_pack_comes_back(desk: PackDesk) -> None:
    desk.put("ours.json", licensed("1.3", title="Fórm 表 🙂"))
    packs = desk.registry()
    pack = packs.get("dash", "1.3")
    assert packs.parse(pack.text) == pack
    for spoilt in ("", "{}", pack.text[:-1], pack.text.replace("yes_no", "yes"), "\ud800"):
        with pytest.raises(UntrustedInputError):
            packs.parse(spoilt)
    with pytest.raises(KnownError):
        packs.get("dash", "9.9")
    with pytest.raises(KnownError):
        packs.current("nothing", NOW)
