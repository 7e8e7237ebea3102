"""Policy files: the bundled ones are whole, a force's own replaces them, a bad one is refused with its place and the bundled stays."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from rvr_console.domain.policy import CHECKLIST_KEYS, ServicePolicy
from rvr_console.packs.policy_files import BUNDLED, NAMES, load_policies, schemas


def bundled(name: str) -> dict:
    return json.loads((BUNDLED / f"{name}.json").read_text())


def test_the_bundled_policy_keeps_the_figures_that_the_code_had() -> None:
    policies = load_policies()
    assert policies.service == ServicePolicy(3, timedelta(days=3))
    assert policies.refused == ()
    assert [kind.key for kind in policies.closing.kinds] == ["victim", "missing_person", "interpreter"]
    assert set(policies.closing.kinds[0].rules[0].needs) == set(CHECKLIST_KEYS)


def test_each_file_fits_its_published_schema() -> None:
    for name, schema in schemas().items():
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(bundled(name))
    assert set(schemas()) == set(NAMES)


def test_a_forces_own_file_replaces_the_bundled_one(tmp_path: Path) -> None:
    own = bundled("service") | {"version": "2.0.0", "link_life_days": 1, "failed_contacts_before_sergeant": 5}
    (tmp_path / "service.json").write_text(json.dumps(own))
    policies = load_policies(tmp_path)
    assert policies.service == ServicePolicy(5, timedelta(days=1))
    assert policies.closing == load_policies().closing


def spoilt(**changes: object) -> str:
    return json.dumps(bundled("checklist") | changes)


KIND = {"key": "victim", "label": "L", "help": "", "rules": [{"needs": ["cad"], "forms": []}]}
BAD = {
    "cut short": (spoilt()[:200], "line 1"),
    "unknown field": (spoilt(colour="red"), "colour"),
    "unknown line": (spoilt(kinds=[KIND | {"rules": [{"needs": ["tea"], "forms": []}]}]), "entry 1, rules, entry 1, needs"),
    "no rule for the rest": (
        spoilt(kinds=[KIND | {"rules": [{"words": ["theft"], "needs": [], "forms": []}]}]),
        "the last rule",
    ),
    "first is not the victim's": (spoilt(kinds=[KIND | {"key": "other"}]), "first kind"),
    "no safety question": (spoilt(kinds=[KIND | {"before_link": ["tea"]}]), "entry 1, before_link, entry 1"),
    "twins": (spoilt(kinds=[KIND, KIND]), "given twice: victim"),
    "a name twice": ('{"policy": "checklist", "policy": "checklist"}', "given twice: policy"),
    "a number as text": (spoilt(version=1), "version"),
    "not text": ("\udcff", "UTF-8"),
    "too deep": ("[" * 100_000, "nested too deeply"),
    "too large": (" " * 300_000, "larger than"),
    "empty": ("", "line 1"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_with_its_place_and_the_bundled_one_stays(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "checklist.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    policies = load_policies(tmp_path)
    assert policies.closing == load_policies().closing
    assert len(policies.refused) == 1
    assert "checklist.json" in policies.refused[0]
    assert said in policies.refused[0]
