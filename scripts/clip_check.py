"""Compares what a recording shows with what the browser captured and sent. Pure: streams and figures in, findings out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from clip_code import FPS, SECONDS
from clip_figures import BrowserFigures, Hole, Numbered, skew_ms, unexplained
from clip_frames import Shown, Viewer

from rvr_console.domain.recording import EventKind, Party, TrackKind
from rvr_console.video.playback_timeline import SegmentFacts, Timeline, build_timeline

LOOP = FPS * SECONDS
EDGE_S = 0.1
SYNC_MS = 80.0
SYNC_TONES = 5  # fewer say more of one tone's edge than of the recording
COUNT_EDGES = 1  # a frame may stand between camera and wire at a reading
_ENCODING_S = (0.0, 0.033, 0.067, 0.1)
SILENCE_S = 0.6  # the recorder states silence from 0.5 s on


@dataclass(frozen=True)
class OpenSegment:
    """One decrypted segment: its Matroska stream, its events, its duration."""

    stream: bytes
    facts: SegmentFacts


@dataclass
class Findings:
    """Sentences, each found right or wrong."""

    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def say(self, good: bool, sentence: str) -> None:
        (self.right if good else self.wrong).append(sentence)


def check(segments: Sequence[OpenSegment], browser: BrowserFigures | None) -> Findings:
    """All that can be held against a recording of the counted clip."""
    findings = Findings()
    timeline = build_timeline([segment.facts for segment in segments])
    viewer = Viewer(Party.VICTIM)
    pictures: Numbered = []
    tones: Numbered = []
    unread = 0
    for place, segment in zip(timeline.places, segments, strict=True):
        shown: Shown = viewer.look(segment.stream) if segment.stream else Shown()
        start = place.start_us / 1e6
        pictures += [(start + at, number) for at, number, _, _ in shown.pictures if number is not None]
        unread += sum(number is None for _, number, _, _ in shown.pictures)
        tones += [(start + at, second) for at, second in shown.tones]
    findings.say(bool(pictures), f"{len(pictures)} numbered pictures of the victim are in the recording.")
    findings.say(bool(tones), f"{len(tones)} counted tones of the victim are in the recording.")
    if not pictures or not tones:
        return findings
    limit = len(pictures) // 50
    findings.say(unread <= limit, f"{unread} pictures could not be read (at most {limit} may).")
    _check_numbers(findings, timeline, pictures, browser)
    _check_edges(findings, timeline, pictures)
    _check_pauses(findings, timeline, pictures, tones)
    _check_tones(findings, timeline, tones, browser)
    _check_sync(findings, timeline, pictures, tones, browser)
    return findings


def _apart(timeline: Timeline, kind: TrackKind, before_s: float, after_s: float) -> bool:
    """True if a stated gap, a pause, or a new connection lies between two times."""
    for item in timeline.items:
        hole = item.event is EventKind.PAUSE or (
            item.event is EventKind.GAP
            and (item.party is None or (item.party is Party.VICTIM and item.kind is kind))
        )
        if (hole or item.event is EventKind.REJOIN) and (
            item.start_us / 1e6 < after_s - 0.005 and item.end_us / 1e6 > before_s + 0.005
        ):
            return True
    return False


def _check_numbers(
    findings: Findings, timeline: Timeline, pictures: Numbered, browser: BrowserFigures | None
) -> None:
    holes, backwards, silent = [], [], []
    offset = browser.clock_offset_s(pictures, browser.pictures) if browser else None
    for (t0, n0), (t1, n1) in pairwise(pictures):
        if _apart(timeline, TrackKind.VIDEO, t0, t1):
            continue
        step = (n1 - n0) % LOOP
        if step > LOOP // 2:
            backwards.append((t1, n1))
        elif step > 1:
            holes.append(_hole((t0, n0), (t1, n1), browser, offset))
        if t1 - t0 > SILENCE_S:
            silent.append((t0, t1))
    missing = [number for hole in holes for number in hole.missing]
    wrong, words = missing, ""
    if browser is not None:
        findings.say(offset is not None, "The browser captured pictures that are recorded.")
    if browser is not None and offset is not None:
        _check_counts(findings, timeline, pictures, browser, offset)
        wrong = unexplained(holes, browser)
        unseen = sum(not browser.saw(number, at + offset) for at, number in pictures)
        words = f"; {len(missing) - len(wrong)} of them the browser did not capture or not send"
        words += f" (its page also missed {unseen} pictures that are recorded)" if unseen else ""
    lost = f"; lost: {wrong[:12]}" if wrong else ""
    findings.say(not wrong, f"{len(missing)} numbers are missing outside stated gaps{words}{lost}.")
    findings.say(not backwards, f"{len(backwards)} pictures stand out of order.")
    words = ", ".join(f"{a:.2f} to {b:.2f} s" for a, b in silent[:5])
    findings.say(
        not silent, f"{len(silent)} silences of the picture are not stated{': ' + words if words else ''}."
    )


def _check_counts(
    findings: Findings, timeline: Timeline, pictures: Numbered, browser: BrowserFigures, offset: float
) -> None:
    """Every stretch without a stated gap: as many pictures as the browser's counter of sent frames grew by."""
    runs: list[Numbered] = [[]]
    for one, following in pairwise([*pictures, (float("inf"), 0)]):
        runs[-1].append(one)
        if _apart(timeline, TrackKind.VIDEO, one[0], following[0]):
            runs.append([])
    compared = []
    for run in (run for run in runs if run):
        times = [browser.captured_at(number, at + offset) for at, number in run]
        counted = browser.sent_between(times[0], times[-1])
        if counted:
            start, end, sent = counted
            # A frame is counted as sent once it is encoded: up to a tenth of a second after its capture.
            counts = [sum(start - late < at <= end - late for at in times) for late in _ENCODING_S]
            compared.append((min(counts, key=lambda count: abs(count - sent)), sent))
    words = ", ".join(f"{recorded} of {sent}" for recorded, sent in compared)
    findings.say(
        bool(compared) and all(abs(recorded - sent) <= COUNT_EDGES for recorded, sent in compared),
        f"Frames recorded of those sent, between two readings of the browser's counters: {words or 'none compared'}.",
    )


def _hole(
    before: tuple[float, int], after: tuple[float, int], browser: BrowserFigures | None, offset: float | None
) -> Hole:
    (t0, n0), (t1, n1) = before, after
    missing = [(n0 + i) % LOOP for i in range(1, (n1 - n0) % LOOP)]
    if browser is None or offset is None:
        return Hole(t0, t1, missing)
    return Hole(browser.captured_at(n0, t0 + offset), browser.captured_at(n1, t1 + offset), missing)


def _check_edges(findings: Findings, timeline: Timeline, pictures: Numbered) -> None:
    step = median([b - a for (a, _), (b, _) in pairwise(pictures)])
    ends = {place.end_us for place in timeline.places}
    starts = {place.start_us for place in timeline.places}
    holes = [i for i in timeline.items if i.event is EventKind.PAUSE]
    late = []
    gaps = [
        item
        for item in timeline.items
        if item.event is EventKind.GAP and item.party is Party.VICTIM and item.kind is TrackKind.VIDEO
    ]
    for gap in gaps:
        start, end = gap.start_us / 1e6, gap.end_us / 1e6
        inside = [t for t, _ in pictures if start + 0.01 < t < end - 0.01]
        before = max((t for t, _ in pictures if t < start + 0.01), default=None)
        after = min((t for t, _ in pictures if t >= end - 0.01), default=None)
        at_hole = any(
            abs(gap.end_us - h.start_us) < 2000 or abs(gap.start_us - h.end_us) < 2000 for h in holes
        )
        open_start = gap.start_us in starts or at_hole
        open_end = gap.end_us in ends or at_hole
        if (
            inside
            or (not open_start and (before is None or abs(start - before - step) > EDGE_S))
            or (not open_end and (after is None or after - end > EDGE_S))
        ):
            late.append(gap.words)
    findings.say(
        not late,
        f"{len(gaps)} gaps of the picture are stated; {len(late)} have edges off by more than 0.1 s.",
    )


def _check_pauses(findings: Findings, timeline: Timeline, pictures: Numbered, tones: Numbered) -> None:
    for pause in (item for item in timeline.items if item.event is EventKind.PAUSE):
        start, end = pause.start_us / 1e6, pause.end_us / 1e6
        inside = [n for t, n in pictures if start + 0.002 < t < end - 0.002]
        heard = [s for t, s in tones if start < t < end - 0.05]
        before = max(((t, n) for t, n in pictures if t <= start + 0.002), default=None)
        after = min(((t, n) for t, n in pictures if t >= end - 0.002), default=None)
        leaked = 0
        if before and after and not _rejoined(timeline, before[0], after[0]):
            passed = (after[1] - before[1]) % LOOP
            due = (after[0] - before[0]) * FPS % LOOP
            leaked = max(0, round(due - passed) - 8) if due - passed < LOOP / 2 else 0
        good = not inside and not heard and not leaked
        words = f"{len(inside)} pictures, {len(heard)} tones"
        findings.say(
            good,
            f"Pause at {start:.1f} s, {end - start:.1f} s: {words} of it are recorded, {leaked} shifted out.",
        )


def _rejoined(timeline: Timeline, before_s: float, after_s: float) -> bool:
    return any(
        item.event is EventKind.REJOIN and before_s < item.start_us / 1e6 < after_s for item in timeline.items
    )


def _check_tones(
    findings: Findings, timeline: Timeline, tones: Numbered, browser: BrowserFigures | None
) -> None:
    missing = []
    for (t0, s0), (t1, s1) in pairwise(tones):
        if not _apart(timeline, TrackKind.AUDIO, t0, t1):
            missing += [(t0 + i, (s0 + i) % SECONDS) for i in range(1, (s1 - s0) % SECONDS)]
    offset = browser.clock_offset_s(tones, browser.tones) if browser else None
    lost = [
        second
        for at, second in missing
        if browser is None or offset is None or browser.heard(second, at + offset)
    ]
    findings.say(
        not lost,
        f"{len(missing)} tones are missing outside stated gaps; {len(missing) - len(lost)} of them the browser did not capture"
        + (f"; lost: {lost[:12]}." if lost else "."),
    )


def _check_sync(
    findings: Findings,
    timeline: Timeline,
    pictures: Numbered,
    tones: Numbered,
    browser: BrowserFigures | None,
) -> None:
    """Tone by tone, since the browser's camera and microphone drift apart; the median of any SYNC_TONES in a row."""
    offset = browser.clock_offset_s(tones, browser.tones) if browser else None
    stretches: list[list[float]] = [[]]
    for one, following in pairwise([*tones, (float("inf"), 0)]):
        skew = skew_ms(pictures, one)
        own = browser.skew_ms(one[1], one[0] + offset) if browser and offset is not None else 0.0
        if skew is not None and own is not None:
            stretches[-1].append(skew - own)
        if _apart(timeline, TrackKind.AUDIO, one[0], following[0]):
            stretches.append([])
    skews = [skew for stretch in stretches for skew in stretch]
    if not skews:
        findings.say(False, "No tone lies near a picture: sound and picture cannot be compared.")
        return
    if offset is None:
        spread = max(abs(skew - median(skews)) for skew in skews)
        words = f"drift by at most {spread:.0f} ms (the browser's own alignment was not measured)."
        findings.say(spread <= SYNC_MS, f"Sound and picture {words}")
        return
    middles = [
        median(stretch[first : first + SYNC_TONES])
        for stretch in stretches
        for first in range(len(stretch) - SYNC_TONES + 1)
    ] or [median(skews)]
    off = max(middles, key=abs)
    findings.say(
        abs(off) <= SYNC_MS,
        f"Sound is never more than {off:+.0f} ms from its picture, over {SYNC_TONES} tones (at most {SYNC_MS:.0f} ms).",
    )
