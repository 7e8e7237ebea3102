"""Who may sign by video, from the policy pack `resources/policy/signing.json`; a force's own file takes its place."""

import json
from pathlib import Path

from rvr_console.domain.signing_gate import GatePolicy, GateRule
from rvr_console.errors import UntrustedInputError

BUNDLED = Path(__file__).resolve().parents[2] / "resources" / "policy" / "signing.json"
_MOST_BYTES = 64 * 1024
_KEYS = {"id", "label", "answer", "no_flag", "no_category"}


def load_signing_policy(path: Path = BUNDLED) -> GatePolicy:
    """Raises UntrustedInputError, naming the rule that is wrong."""
    try:
        with path.open("rb") as file:
            value = json.loads(file.read(_MOST_BYTES + 1)[:_MOST_BYTES])
        rules = tuple(_rule(number, one) for number, one in enumerate(value["rules"], 1))
        version = str(value["version"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UntrustedInputError("The policy of signing by video cannot be read.") from error
    if not rules:
        raise UntrustedInputError("The policy of signing by video has no rules.")
    return GatePolicy(version, rules)


def _rule(number: int, untrusted: dict[str, object]) -> GateRule:
    wrong = UntrustedInputError(f"Rule {number} of the policy of signing by video is wrong.")
    if not isinstance(untrusted, dict) or set(untrusted) - _KEYS:
        raise wrong
    words = untrusted.get("no_category", [])
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise wrong
    texts = {key: untrusted.get(key, "") for key in ("id", "label", "answer", "no_flag")}
    if not all(isinstance(text, str) for text in texts.values()) or not (texts["id"] and texts["label"]):
        raise wrong
    rule = GateRule(
        str(texts["id"]), str(texts["label"]), str(texts["answer"]), str(texts["no_flag"]), tuple(words)
    )
    if sum(map(bool, (rule.answer, rule.no_flag, rule.no_category))) != 1:
        raise wrong
    return rule
