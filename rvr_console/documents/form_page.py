"""A form as a PDF (PDF/A-2b) for people and as JSON for programs: every answer with its place in the recording, grade, flags, criteria."""

import json
from datetime import UTC, datetime
from typing import Any

import typst

from rvr_console.documents.typesetting import TEMPLATES, fonts
from rvr_console.domain.form import Answer, Form, FormState, Item, Pack, RaisedFlag, Score
from rvr_console.domain.form_rules import before_of, corrections_of
from rvr_console.domain.form_structure import find_item, is_shown
from rvr_console.errors import EvidenceError

_TIME = "%d/%m/%Y %H:%M:%S"
_STATES = {FormState.OPEN: "Not completed", FormState.COMPLETED: "Completed", FormState.APPROVED: "Approved"}
TEST_MARK = "TEST – made by a desk of a test authority; not for use as evidence"


def form_pdf(
    form: Form, pack: Pack, score: Score, *, about: str, desk: str, made_by: str, made_at: datetime
) -> bytes:
    """about: the incident's reference. desk: its label; one that begins with TEST marks every page. Raises EvidenceError."""
    data = _page(form, pack, score, about=about, desk=desk, made_by=made_by, made_at=made_at)
    try:
        return typst.compile(
            TEMPLATES / "form.typ",
            root=TEMPLATES,
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format="pdf",
            pdf_standards="a-2b",
            timestamp=made_at.astimezone(UTC).replace(microsecond=0),  # PDF dates know no fractions
        )
    except (RuntimeError, OSError) as error:
        raise EvidenceError(
            "The form could not be set as a PDF.",
            kept="All answers are stored; the JSON file can be saved.",
            todo="Tell IT.",
        ) from error


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_TIME)


def _offset(answer: Answer) -> str:
    if answer.offset_us is None:
        return ""
    whole = answer.offset_us // 1_000_000
    place = f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
    return place if answer.segment in (None, 1) else f"{place} of part {answer.segment}"


def _said(item: Item, answer: Answer | None) -> str:
    if answer is None or not (answer.value or answer.reason):
        return "Not answered"
    if not answer.value:
        return f"Not answered: {answer.reason}"
    return next((option.label for option in item.choices if option.key == answer.value), answer.value)


def _row(item: Item, form: Form) -> list[str]:
    answer = form.answers.get(item.id)
    changed = sum(one.item == item.id for one in form.earlier)
    comment = answer.comment if answer else ""
    if changed:
        comment = f"{comment} (changed {changed} times)" if changed > 1 else f"{comment} (changed once)"
    return [
        item.number,
        item.label,
        _said(item, answer),
        comment.strip(),
        _offset(answer) if answer else "",
        f"{answer.at.astimezone(UTC):%H:%M:%S} {answer.by}" if answer else "",
    ]


def _sections(form: Form, pack: Pack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for section in pack.sections:
        found.append({"label": section.label, "rows": [_row(item, form) for item in section.items]})
        found += [
            {"label": branch.label, "rows": [_row(item, form) for item in branch.items]}
            for branch in section.branches
            if is_shown(branch, form)
        ]
    return found


def _numbers(pack: Pack, ids: tuple[str, ...]) -> str:
    items = [find_item(pack, one) for one in ids]
    return ", ".join((item.number or item.label) for item in items if item is not None)


def _flag(pack: Pack, flag: RaisedFlag) -> str:
    """Its label; with the items, unless the label names them already, as those of the bundled packs do."""
    return flag.label if flag.label.endswith(")") else f"{flag.label} (item {_numbers(pack, flag.items)})"


def _outcome(form: Form, pack: Pack, score: Score) -> list[list[str]]:
    scoring = pack.scoring
    if scoring is None:
        return []
    facts = [
        ["Grade", scoring.label(score.grade) or "None"],
        [
            "Indicated by the answers",
            f"{scoring.label(score.indicative) or 'None'}: {score.yes} yes, {score.no} no, {score.unknown} not known, {score.counted} counted",
        ],
    ]
    facts += [
        ["Judgement", f"{scoring.label(one.grade)}, by {one.by}, {_utc(one.at)} UTC: {one.reason}"]
        for one in form.judgements
    ]
    facts += [["Correction", _correction(form, pack, one)] for one in corrections_of(form)]
    means = next((one.words for one in scoring.definitions if one.grade == score.grade), "")
    if means:
        facts.append(["What it means", means])
    return facts


def _correction(form: Form, pack: Pack, one: Answer) -> str:
    item, before = find_item(pack, one.item), before_of(form, one)
    if item is None:
        return one.correction
    label = pack.scoring.label(one.was) if pack.scoring and one.was else ""
    lowered = f"; {label} was indicated before" if label else ""
    said = f"Item {item.number or item.label} from {_said(item, before)} to {_said(item, one)}"
    return f"{said}, by {one.by}, {_utc(one.at)} UTC{lowered}: {one.correction}"


def _page(
    form: Form, pack: Pack, score: Score, *, about: str, desk: str, made_by: str, made_at: datetime
) -> dict[str, Any]:
    scoring = pack.scoring
    steps = [
        [
            "Opened again" if step.state is FormState.OPEN else _STATES[step.state],
            _step(step.by, step.at, step.reason),
        ]
        for step in form.steps
    ]
    facts = [
        ["Incident", about],
        *([["Person", form.person]] if form.person else []),
        ["Pack", f"{pack.id}, version {pack.version}"],
        ["SHA-256 of the pack", pack.digest],
        ["Begun", f"{_utc(form.started_at)} UTC"],
        ["State", _STATES[form.state]],
        *steps,
        ["Made", f"{_utc(made_at)} UTC by {made_by}, {desk}"],
    ]
    referral = (scoring.referral if scoring else "") or "Referral"
    return {
        "title": pack.title,
        "test": TEST_MARK if desk.startswith("TEST") else "",
        "wording": pack.wording,
        "desk": desk,
        "footer": f"{pack.title} · {about} · {_utc(made_at)} UTC · {desk}",
        "facts": facts,
        "outcome": _outcome(form, pack, score),
        "flags": [_flag(pack, flag) for flag in score.flags],
        "criteria": [f"{referral}: {met.label}. {'; '.join(met.facts)}" for met in score.criteria],
        "sections": _sections(form, pack),
    }


def _step(by: str, at: datetime, reason: str) -> str:
    return f"{_utc(at)} UTC by {by}" + (f": {reason}" if reason else "")


def form_json(form: Form, pack: Pack, score: Score, *, about: str, desk: str, made_at: datetime) -> bytes:
    """Everything that is stored of the form, UTF-8, keys in order; times ISO 8601 in UTC, offsets in µs into the segment."""

    def answer(one: Answer) -> dict[str, Any]:
        return {
            "item": one.item,
            "value": one.value,
            "comment": one.comment,
            "reason": one.reason,
            "at": one.at.astimezone(UTC).isoformat(),
            "by": one.by,
            "segment": one.segment,
            "offset_us": one.offset_us,
            "correction": one.correction,
            "indicated_before": one.was,
        }

    body = {
        "format": "rvr-form-1",
        "test": desk.startswith("TEST"),
        "made_at": made_at.astimezone(UTC).isoformat(),
        "desk": desk,
        "incident": about,
        "form": form.id,
        "consultation": form.consultation_id,
        "person": form.person,
        "pack": {"id": pack.id, "version": pack.version, "sha256": pack.digest, "title": pack.title},
        "state": form.state.value,
        "steps": [
            {"state": s.state.value, "by": s.by, "at": s.at.astimezone(UTC).isoformat(), "reason": s.reason}
            for s in form.steps
        ],
        "answers": [answer(one) for one in form.answers.values()],
        "earlier_answers": [answer(one) for one in form.earlier],
        "score": {
            "counted": score.counted,
            "yes": score.yes,
            "no": score.no,
            "not_known": score.unknown,
            "indicative": score.indicative,
            "grade": score.grade,
            "missing": list(score.missing),
        },
        "judgements": [
            {"grade": j.grade, "reason": j.reason, "by": j.by, "at": j.at.astimezone(UTC).isoformat()}
            for j in form.judgements
        ],
        "flags": [{"label": flag.label, "items": list(flag.items)} for flag in score.flags],
        "criteria": [{"id": m.id, "label": m.label, "facts": list(m.facts)} for m in score.criteria],
    }
    return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode()
