"""The policies from their files: bundled ones, and a force's own that replace them by name. Strict: an unknown field is refused.

Checked by pydantic models, as what comes over the wire is; `schemas()` gives their JSON Schema for whoever writes such a file.
"""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from rvr_console.domain.consultation import SAFETY_QUESTIONS
from rvr_console.domain.incident import Flag
from rvr_console.domain.policy import (
    CHECKLIST_KEYS,
    VICTIM,
    Choice,
    ClosingPolicy,
    FormAnswer,
    Kind,
    Policies,
    Rule,
    SafeguardingPolicy,
    ServicePolicy,
    Span,
)
from rvr_console.errors import UntrustedInputError

BUNDLED = Path(__file__).resolve().parents[2] / "resources" / "policy"
MAX_BYTES = 256 * 1024
NAMES = ("service", "checklist", "safeguarding")

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Label = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Version = Annotated[str, StringConstraints(pattern=r"^\d{1,5}\.\d{1,5}\.\d{1,5}$")]
Help = Annotated[str, StringConstraints(max_length=400)]
Question = Literal[SAFETY_QUESTIONS]  # type: ignore[valid-type]  # a tuple of literals


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Head(_Strict):
    version: Version
    confirm: Help


class ServiceFile(_Head):
    policy: Literal["service"]
    failed_contacts_before_sergeant: int = Field(ge=1, le=20)
    link_life_days: int = Field(ge=1, le=30)

    def value(self) -> ServicePolicy:
        return ServicePolicy(self.failed_contacts_before_sergeant, timedelta(days=self.link_life_days))


class RuleEntry(_Strict):
    flags: list[Literal[tuple(flag.value for flag in Flag)]] = Field(default=[], max_length=10)  # type: ignore[valid-type]  # the enum's values, known at import only
    words: list[Label] = Field(default=[], max_length=50)
    needs: list[Literal[CHECKLIST_KEYS]] = Field(max_length=len(CHECKLIST_KEYS))  # type: ignore[valid-type]  # a tuple of literals
    forms: list[Key] = Field(max_length=40)
    finish: list[Key] = Field(default=[], max_length=40)

    @model_validator(mode="after")
    def _finishes_what_applies(self) -> "RuleEntry":
        strange = [key for key in self.finish if key not in self.forms]
        if strange:
            raise ValueError(f"to be finished, but not among the forms: {', '.join(strange)}")
        return self

    def value(self) -> Rule:
        given = (self.needs, self.forms, self.flags, self.words, self.finish)
        return Rule(*(tuple(one) for one in given))


class KindEntry(_Strict):
    key: Key
    label: Label
    help: Help
    rules: list[RuleEntry] = Field(min_length=1, max_length=100)
    before_link: list[Question] | None = Field(default=None, max_length=len(SAFETY_QUESTIONS))

    def asked_first(self) -> tuple[str, ...]:
        """Not said: all of them before a call with a victim, none before another."""
        if self.before_link is None:
            return SAFETY_QUESTIONS if self.key == VICTIM else ()
        return tuple(self.before_link)

    @model_validator(mode="after")
    def _ends_with_all(self) -> "KindEntry":
        last = self.rules[-1]
        if last.flags or last.words:
            raise ValueError("the last rule of a kind must apply to every incident: no flags, no words")
        return self


class ChecklistFile(_Head):
    policy: Literal["checklist"]
    kinds: list[KindEntry] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _kinds_differ(self) -> "ChecklistFile":
        _no_twins([kind.key for kind in self.kinds])
        if self.kinds[0].key != VICTIM:
            raise ValueError(f"the first kind must be “{VICTIM}”")
        return self

    def value(self) -> ClosingPolicy:
        kinds = tuple(
            Kind(
                kind.key,
                kind.label,
                kind.help,
                tuple(rule.value() for rule in kind.rules),
                kind.asked_first(),
            )
            for kind in self.kinds
        )
        return ClosingPolicy(kinds, self.version)


class ChoiceEntry(_Strict):
    key: Key
    label: Label
    help: Help = ""


class SpanEntry(_Strict):
    count: int = Field(ge=1, le=60)
    days: Literal["working", "calendar"]

    def value(self) -> Span:
        return Span(self.count, working=self.days == "working")


class AnswerEntry(_Strict):
    pack: Key
    item: Key
    value: Key


Choices = Annotated[list[ChoiceEntry], Field(min_length=1, max_length=60)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class SafeguardingFile(_Head):
    policy: Literal["safeguarding"]
    advice: Choices
    measures: Choices
    recipients: Choices
    disclosures: Choices
    referral_within: SpanEntry
    update_within: SpanEntry
    update_within_enhanced: SpanEntry
    enhanced_flags: list[Literal[tuple(flag.value for flag in Flag)]] = Field(max_length=10)  # type: ignore[valid-type]  # as above
    enhanced_answer: AnswerEntry
    holidays: list[Day] = Field(max_length=500)
    run_words: int = Field(ge=2, le=12)
    run_letters: int = Field(ge=8, le=80)

    @model_validator(mode="after")
    def _lists_hold(self) -> "SafeguardingFile":
        for choices in (self.advice, self.measures, self.recipients, self.disclosures):
            _no_twins([choice.key for choice in choices])
        self._days()
        return self

    def _days(self) -> tuple[date, ...]:
        return tuple(date.fromisoformat(day) for day in self.holidays)  # ValueError for no day of a calendar

    def value(self) -> SafeguardingPolicy:
        return SafeguardingPolicy(
            _choices(self.advice),
            _choices(self.measures),
            _choices(self.recipients),
            _choices(self.disclosures),
            self.referral_within.value(),
            self.update_within.value(),
            self.update_within_enhanced.value(),
            tuple(self.enhanced_flags),
            FormAnswer(self.enhanced_answer.pack, self.enhanced_answer.item, self.enhanced_answer.value),
            self._days(),
            self.run_words,
            self.run_letters,
            self.version,
        )


def _choices(entries: Sequence[ChoiceEntry]) -> tuple[Choice, ...]:
    return tuple(Choice(entry.key, entry.label, entry.help) for entry in entries)


def _no_twins(keys: list[str]) -> None:
    twins = sorted({key for key in keys if keys.count(key) > 1})
    if twins:
        raise ValueError(f"given twice: {', '.join(twins)}")


T = TypeVar("T", ServiceFile, ChecklistFile, SafeguardingFile)


def load_policies(folder: Path | None = None) -> Policies:
    """folder: a force's own files, each named as the bundled one that it replaces. Raises UntrustedInputError for a bundled one.

    A force's file that is refused is said in `refused`, and the bundled one stays in use.
    """
    refused: list[str] = []

    def read(name: str, model: type[T]) -> T:
        own = folder / f"{name}.json" if folder is not None else None
        if own is not None and own.exists():
            try:
                return read_file(own, model)
            except UntrustedInputError as error:
                refused.append(error.what)
        return read_file(BUNDLED / f"{name}.json", model)

    service, checklist, safeguarding = (
        read("service", ServiceFile).value(),
        read("checklist", ChecklistFile).value(),
        read("safeguarding", SafeguardingFile).value(),
    )
    return Policies(service, checklist, safeguarding, tuple(refused))


def read_file(path: Path, model: type[T]) -> T:
    """Raises UntrustedInputError with the file's name, the place in it and the reason."""
    try:
        with path.open("rb") as file:
            untrusted_bytes = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refused(path, f"it cannot be read ({error.strerror or type(error).__name__})") from None
    if len(untrusted_bytes) > MAX_BYTES:
        raise _refused(path, f"it is larger than {MAX_BYTES // 1024} KiB")
    try:
        untrusted_value = json.loads(untrusted_bytes.decode("utf-8"), object_pairs_hook=_no_double_names)
        return model.model_validate(untrusted_value)
    except UnicodeDecodeError:
        raise _refused(path, "it is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise _refused(path, f"line {error.lineno}: {error.msg}") from None
    except RecursionError:
        raise _refused(path, "it is nested too deeply") from None
    except ValidationError as error:
        raise _refused(path, _first_fault(error)) from None
    except ValueError as error:
        raise _refused(path, str(error)) from None


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema (2020-12) of each policy file, by name."""
    models: tuple[type[BaseModel], ...] = (ServiceFile, ChecklistFile, SafeguardingFile)
    return {name: model.model_json_schema() for name, model in zip(NAMES, models, strict=True)}


def _no_double_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _no_twins([name for name, _ in pairs])
    return dict(pairs)


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_input=False, include_url=False)[0]
    place = ", ".join(f"entry {part + 1}" if isinstance(part, int) else part for part in fault["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{place or 'the file'}: {fault['msg']}{more}"


def _refused(path: Path, why: str) -> UntrustedInputError:
    return UntrustedInputError(
        f"The policy file {path.name} is refused: {why}.",
        kept="The policy that came with the program is in use instead.",
        todo="Correct the file, then start again.",
    )
