"""Compares what a recording shows with what the browser captured and sent. Pure: streams and figures in, findings out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from clip_code import FPS, SECONDS
from clip_frames import Shown, Viewer

from rvr_console.domain.recording import EventKind, Party, TrackKind
from rvr_console.video.playback_timeline import SegmentFacts, Timeline, build_timeline

LOOP = FPS * SECONDS
EDGE_S = 0.1
SYNC_MS = 80.0
SILENCE_S = 0.6  # the recorder states silence from 0.5 s on
_SEARCH_S = 1.0


@dataclass(frozen=True)
class OpenSegment:
    """One decrypted segment: its Matroska stream, its events, its duration."""

    stream: bytes
    facts: SegmentFacts


@dataclass(frozen=True)
class BrowserFigures:
    """What the victim's browser said. never_encoded: frames captured but not sent. alignment_ms: sound's clip position
    behind the picture's (both at one moment), None if not measured.
    """

    frames_sent: int = 0
    never_encoded: int = 0
    alignment_ms: float | None = None

    @classmethod
    def from_json(cls, figures: dict[str, list]) -> "BrowserFigures":
        """{"stats": [{"frames", "frames_sent"}, ...], "pictures": [[at_ms, number], ...], "tones": [[at_ms, second], ...]}

        stats: one entry a getStats() reading, both counts of the sending track since its beginning. pictures, tones: what
        the page's own capture showed, on one clock.
        """
        stats = figures.get("stats", [])
        sent = captured = 0
        for before, after in pairwise([{"frames": 0, "frames_sent": 0}, *stats]):
            fresh = after["frames_sent"] < before["frames_sent"]  # a new connection counts from zero
            sent += after["frames_sent"] - (0 if fresh else before["frames_sent"])
            captured += max(
                0, after["frames"] - (0 if after["frames"] < before["frames"] else before["frames"])
            )
        pictures = [(at / 1000, number) for at, number in figures.get("pictures", [])]
        tones = [(at / 1000, second) for at, second in figures.get("tones", [])]
        skews = skews_ms(pictures, tones)
        return cls(sent, max(0, captured - sent), median(skews) if skews else None)


@dataclass
class Findings:
    """Sentences, each found right or wrong."""

    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def say(self, good: bool, sentence: str) -> None:
        (self.right if good else self.wrong).append(sentence)


Numbered = list[tuple[float, int]]


def skews_ms(pictures: Numbered, tones: Numbered) -> list[float]:
    """For each tone: how much later it is heard than the picture of the same clip time is seen, within half a loop."""
    skews = []
    for at, second in tones:
        near = [(t, n) for t, n in pictures if abs(t - at) < _SEARCH_S]
        if near:
            t, number = min(near, key=lambda seen: abs(seen[0] - at))
            behind = (at - t) - (second * FPS - number) / FPS
            skews.append(((behind + SECONDS / 2) % SECONDS - SECONDS / 2) * 1000)
    return skews


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
    _check_tones(findings, timeline, tones)
    _check_sync(findings, pictures, tones, browser)
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
    missing, backwards, silent = [], [], []
    for (t0, n0), (t1, n1) in pairwise(pictures):
        if _apart(timeline, TrackKind.VIDEO, t0, t1):
            continue
        step = (n1 - n0) % LOOP
        if step > LOOP // 2:
            backwards.append((t1, n1))
        elif step > 1:
            missing += [(n0 + i) % LOOP for i in range(1, step)]
        if t1 - t0 > SILENCE_S:
            silent.append((t0, t1))
    allowed = browser.never_encoded if browser else 0
    findings.say(
        len(missing) <= allowed,
        f"{len(missing)} numbers are missing outside stated gaps ({allowed} were never encoded by the browser)"
        + (f": {missing[:12]}." if missing else "."),
    )
    findings.say(not backwards, f"{len(backwards)} pictures stand out of order.")
    words = ", ".join(f"{a:.2f} to {b:.2f} s" for a, b in silent[:5])
    findings.say(
        not silent, f"{len(silent)} silences of the picture are not stated{': ' + words if words else ''}."
    )
    if browser and browser.frames_sent:
        findings.say(
            len(pictures) <= browser.frames_sent,
            f"The browser sent {browser.frames_sent} frames in all, {len(pictures)} are recorded.",
        )


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


def _check_tones(findings: Findings, timeline: Timeline, tones: Numbered) -> None:
    missing = []
    for (t0, s0), (t1, s1) in pairwise(tones):
        if not _apart(timeline, TrackKind.AUDIO, t0, t1):
            missing += [(s0 + i) % SECONDS for i in range(1, (s1 - s0) % SECONDS)]
    limit = len(tones) // 20
    findings.say(
        len(missing) <= limit, f"{len(missing)} tones are missing outside stated gaps (at most {limit} may)."
    )


def _check_sync(
    findings: Findings, pictures: Numbered, tones: Numbered, browser: BrowserFigures | None
) -> None:
    skews = skews_ms(pictures, tones)
    if not skews:
        findings.say(False, "No tone lies near a picture: sound and picture cannot be compared.")
        return
    if browser is None or browser.alignment_ms is None:
        spread = max(abs(skew - median(skews)) for skew in skews)
        findings.say(
            spread <= SYNC_MS,
            f"Sound and picture drift by at most {spread:.0f} ms (the browser's own alignment was not measured).",
        )
        return
    off = median(skews) - browser.alignment_ms
    findings.say(abs(off) <= SYNC_MS, f"Sound is {off:+.0f} ms from its picture (at most {SYNC_MS:.0f} ms).")
