"""From how things stand to the words, tags and facts of the Health page."""

from rvr_console.domain.counting import counted as with_noun
from rvr_console.domain.custody_health import CustodyHealth, StampFacts
from rvr_console.domain.replica import ReplicaHealth
from rvr_console.domain.vault_check import VaultCheckProgress
from rvr_console.services.vault_health import VaultHealth
from rvr_console.ui.health import words
from rvr_console.ui.health.section import Found
from rvr_console.ui.health.state import HealthState, ServiceLine
from rvr_console.ui.widgets.fact_rows import Fact
from rvr_console.ui.widgets.figures import clock, data_size, day, span
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone


def counted(count: int) -> str:
    """Like "12,408"."""
    return f"{count:,}"


def overall(state: HealthState) -> Tag:
    count = state.to_look_at
    if count:
        word = words.LOOK_ONE if count == 1 else words.LOOK.format(count=count)
        return Tag(Shape.OVER, word, Tone.DANGER)
    if state.custody.verified_at is None or state.vault is None or state.vault.checked is None:
        return Tag(Shape.RING, words.LOG_NOT_VERIFIED)
    return Tag(Shape.DONE, words.ALL_WELL, Tone.OK)


def service_facts(state: HealthState) -> list[Fact]:
    return [_service(line) for line in state.services.values()]


def services_tag(state: HealthState) -> Tag:
    lines = state.services.values()
    down = [line for line in lines if line.up is False]
    if down:
        names = ", ".join(words.SERVICE_NAMES.get(line.key, line.key) for line in down)
        return Tag(Shape.OVER, f"{names}: {words.DOWN.lower()}", Tone.DANGER)
    if any(line.up is None for line in lines):
        return Tag(Shape.RING, words.NOT_ASKED)
    return Tag(Shape.DONE, words.WORKING, Tone.OK)


def _service(line: ServiceLine) -> Fact:
    name, use = words.SERVICE_NAMES.get(line.key, line.key), words.SERVICE_USE.get(line.key, "")
    if line.up is None:
        return Fact(name, use, Tag(Shape.RING, words.NOT_ASKED))
    if line.up:
        return Fact(name, use, Tag(Shape.DONE, words.WORKING, Tone.OK))
    said = " ".join(part for part in (line.words, words.SERVICE_KEPT.get(line.key, "")) if part)
    return Fact(name, said, Tag(Shape.OVER, words.DOWN, Tone.DANGER))


def log_tag(state: HealthState) -> Tag:
    if state.log_entries is not None:
        done, of = (counted(number) for number in state.log_entries)
        return Tag(Shape.HALF, words.LOG_CHECKING_OF.format(done=done, of=of), Tone.ACCENT)
    if state.checking_log:
        return Tag(Shape.HALF, words.LOG_CHECKING, Tone.ACCENT)
    custody = state.custody
    count = len(custody.faults)
    if count:
        word = words.LOG_FAULTS_ONE if count == 1 else words.LOG_FAULTS.format(count=count)
        return Tag(Shape.OVER, word, Tone.DANGER)
    if custody.verified_at is None:
        return Tag(Shape.RING, words.LOG_NOT_VERIFIED)
    if custody.found_before:
        return Tag(Shape.SOON, words.LOG_BEFORE, Tone.WARN)
    return Tag(Shape.DONE, words.LOG_INTACT, Tone.OK)


def log_facts(custody: CustodyHealth) -> list[Fact]:
    verified = custody.verified_at
    facts = [
        Fact(words.ENTRIES, counted(custody.entries)),
        Fact(words.VERIFIED_AT, f"{day(verified)} {clock(verified)}" if verified else words.NEVER),
    ]
    if custody.erased:
        erased = (
            words.ERASED_ONE if custody.erased == 1 else words.ERASED_OF.format(count=counted(custody.erased))
        )
        facts.append(Fact(words.ERASED, erased))
    point = custody.checkpoint
    if point is None:
        facts.append(Fact(words.CHECKPOINT, words.NO_CHECKPOINT))
    else:
        at = f"{day(point.at)} {clock(point.at)}"
        facts.append(
            Fact(
                words.CHECKPOINT,
                words.CHECKPOINT_AT.format(at=at, size=with_noun(point.size, "entry", "entries")),
            )
        )
        signed = point.desk
        if point.cosigners:
            signed = words.COSIGNED.format(desk=point.desk, names=", ".join(point.cosigners))
        facts.append(Fact(words.CHECKPOINT_BY, signed))
        behind = custody.unmirrored
        copy = words.COPY_BEHIND.format(count=with_noun(behind, "checkpoint")) if behind else words.COPY_WELL
        facts.append(Fact(words.COPY, copy))
    facts.append(Fact(words.STAMPS, *_stamps(custody.stamps)))
    return facts


def _stamps(stamps: StampFacts) -> tuple[str, Tag | None]:
    if not stamps.configured:
        return words.STAMPS_OFF, None
    if stamps.pending:
        many = words.STAMPS_PENDING.format(count=counted(stamps.pending))
        said = words.STAMPS_PENDING_ONE if stamps.pending == 1 else many
        trouble = f". {stamps.trouble}" if stamps.trouble else ""
        return f"{said}{trouble}", Tag(Shape.HALF, words.STAMPS_WAIT, Tone.WARN if trouble else Tone.ACCENT)
    if stamps.last is None:
        return words.STAMPS_NONE, None
    return words.STAMPS_LAST.format(at=f"{day(stamps.last)} {clock(stamps.last)}"), None


def log_found(custody: CustodyHealth) -> list[Found]:
    found = [
        Found(
            f"{words.FAULT_KINDS.get(fault.kind, fault.kind.value)}: "
            f"{words.FAULT_AT.format(sequence=fault.sequence)}",
            (_sentence(fault.what),),
        )
        for fault in custody.faults
    ]
    found += [
        Found(words.LOG_BEFORE, (_sentence(said), words.LOG_BEFORE_KEPT)) for said in custody.found_before
    ]
    return found


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") or not text else f"{text}."


def vault_tag(state: HealthState) -> Tag:
    vault = state.vault
    if state.progress is not None:
        word = words.VAULT_WAITING if state.progress.waiting else words.VAULT_CHECKING
        return Tag(Shape.HALF, word, Tone.ACCENT)
    if state.vault_trouble:
        return Tag(Shape.OVER, words.VAULT_TROUBLE, Tone.DANGER)
    count = len(vault.findings) if vault is not None else 0
    if count:
        word = words.VAULT_DAMAGED_ONE if count == 1 else words.VAULT_DAMAGED.format(count=count)
        return Tag(Shape.OVER, word, Tone.DANGER)
    if state.nearly_full:
        return Tag(Shape.SOON, words.VAULT_NEARLY_FULL, Tone.WARN)
    if vault is None or vault.checked is None:
        return Tag(Shape.RING, words.VAULT_NOT_VERIFIED)
    return Tag(Shape.DONE, words.VAULT_WELL, Tone.OK)


def copy_facts(copy: ReplicaHealth | None) -> list[Fact]:
    """The cold copy: where, how much of it lies there, what waits and why."""
    if copy is None:
        return [Fact(words.COLD_COPY, words.COLD_COPY_OFF)]
    counts = copy.counts
    last = counts.last_copied_at
    done = words.COLD_COPIED.format(files=with_noun(counts.copied, "file"), size=data_size(counts.size))
    if last is not None:
        done = words.COLD_LAST.format(done=done, at=f"{day(last)} {clock(last)}")
    if copy.faults or counts.faults:
        tag = Tag(Shape.OVER, words.COLD_FAULTY, Tone.DANGER)
    elif copy.problem:
        tag = Tag(Shape.SOON, words.COLD_WAITS, Tone.WARN)
    elif counts.waiting:
        tag = Tag(Shape.HALF, words.COLD_WORKS, Tone.ACCENT)
    else:
        tag = Tag(Shape.DONE, words.COLD_WHOLE, Tone.OK)
    facts = [Fact(words.COLD_COPY, copy.where, tag), Fact(words.COLD_HELD, done)]
    if counts.waiting:
        said = [words.COLD_WAITING.format(files=with_noun(counts.waiting, "file"))]
        if counts.waiting_since is not None:
            said.append(f"{words.COLD_SINCE} {day(counts.waiting_since)} {clock(counts.waiting_since)}")
        facts.append(Fact(words.COLD_QUEUE, ", ".join(said)))
    if copy.problem:
        again = copy.next_try_seconds
        tried = words.COLD_AGAIN.format(span=span(again)) if again is not None else ""
        facts.append(Fact(words.COLD_PROBLEM, " ".join(part for part in (copy.problem, tried) if part)))
    return facts


def copy_found(copy: ReplicaHealth | None) -> list[Found]:
    return [Found(words.COLD_FAULTY, (_sentence(one),)) for one in copy.faults] if copy is not None else []


def vault_facts(state: HealthState) -> list[Fact]:
    vault = state.vault
    if vault is None:
        return []
    return [*_own_facts(state, vault), *copy_facts(vault.cold_copy)]


def _own_facts(state: HealthState, vault: VaultHealth) -> list[Fact]:
    hours = words.UNDER_AN_HOUR
    if vault.hours_left >= 1:
        rate = words.MEASURED if vault.measured else words.ASSUMED
        hours = words.HOURS_LEFT.format(hours=counted(int(vault.hours_left)), rate=rate)
    low = Tag(Shape.SOON, words.VAULT_NEARLY_FULL, Tone.WARN) if state.nearly_full else None
    facts = [Fact(words.SPACE, data_size(vault.free_bytes)), Fact(words.HOURS, hours, low)]
    run = vault.checked
    if run is None:
        return [*facts, Fact(words.VERIFIED_AT, words.NEVER)]
    took = words.TOOK.format(seconds=f"{run.seconds:,.1f}")
    return [
        *facts,
        Fact(words.VERIFIED_AT, f"{day(run.ended_at)} {clock(run.ended_at)}"),
        Fact(
            words.HELD,
            f"{with_noun(run.recordings, 'recording')}, {with_noun(run.exhibits, 'exhibit')}",
        ),
        Fact(
            words.FILES,
            words.FILES_OF.format(files=with_noun(run.files, "file"), size=data_size(run.size), took=took),
        ),
    ]


def vault_found(state: HealthState) -> list[Found]:
    findings = state.vault.findings if state.vault is not None else ()
    found = [
        Found(
            f"{_sentence(one.what).rstrip('.')}: {words.FILE_STATES.get(one.state, one.state.value)}",
            tuple(
                said
                for said in (
                    _sentence(" ".join(part for part in (one.reason, one.where) if part)),
                    f"{words.PROVES}: {' '.join(one.proof)}" if one.proof else words.PROVES_NOTHING,
                    f"{words.FILE}: {one.file}",
                )
                if said
            ),
        )
        for one in findings
    ]
    found += copy_found(state.vault.cold_copy if state.vault is not None else None)
    if state.vault_trouble:
        found.insert(0, Found(words.VAULT_TROUBLE, (_sentence(state.vault_trouble),)))
    return found


def progress_of(progress: VaultCheckProgress) -> tuple[float, str]:
    """Part of the whole, 0 to 1, and real numbers."""
    part = progress.bytes_done / progress.size if progress.size else 0.0
    done = words.PROGRESS.format(
        files=counted(progress.files_done),
        of=with_noun(progress.files, "file"),
        done=data_size(progress.bytes_done),
        size=data_size(progress.size),
    )
    if progress.waiting:
        return part, f"{done}. {words.WAITS_FOR_CALL}"
    left = progress.seconds_left
    return part, done if left is None else f"{done}, {words.ABOUT_LEFT.format(left=span(left))}"
