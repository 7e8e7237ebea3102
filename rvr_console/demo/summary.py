"""What the headless run leaves to be checked: figures from the recorder, the sealed files, CAD's own log and the browser."""

from pathlib import Path
from typing import Any

from rvr_console.app.console import Console
from rvr_console.app.window import Screens
from rvr_console.demo.story import Story
from rvr_console.domain import events
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.verification import RecordingReport, verify_recording

NOT_RECORDED = "not recorded"


class Facts:
    """Listens while the story plays."""

    def __init__(self, console: Console, screens: Screens) -> None:
        self.gaps: list[events.GapStated] = []
        self.tally: events.RecordingTallied | None = None
        self.screens = screens
        bridge = screens.bridge
        bridge.subscribe(events.GapStated, self.gaps.append)
        bridge.subscribe(events.RecordingTallied, self._tallied)
        self.console = console

    def _tallied(self, event: events.RecordingTallied) -> None:
        self.tally = event


def _victim_frames(stats: list[dict[str, Any]]) -> int:
    """Frames of the officer's picture that the browser decoded, over all its connections."""
    best: dict[int, int] = {}
    for sample in stats:
        for number, peer in enumerate(sample["peers"]):
            for report in peer["reports"]:
                if report["type"] == "inbound-rtp" and report.get("kind") == "video":
                    best[number] = max(best.get(number, 0), int(report.get("framesDecoded", 0)))
    return sum(best.values())


async def make_summary(
    console: Console, facts: Facts, story: Story, browser: str, out: Path
) -> dict[str, Any]:
    """The summary's keys are stable: they may grow, none is renamed."""
    state = facts.screens.consultation.state
    if state is None:
        return {}
    consultation = await console.consultations.get(state.consultation.id)
    return {
        "incident": {
            "reference": consultation.incident,
            "category": state.incident.category,
            "sample": True,
            "consultation": consultation.id,
        },
        "cad": await _cad(console, consultation.incident),
        "link": [
            {"state": step.state.value, "at": step.at.isoformat()} for step in consultation.link_history
        ],
        "recording": await _recording(console, facts, consultation.id, out),
        "exhibits": await _exhibits(console, consultation.id),
        "victim": {"browser": browser, "frames_decoded_from_officer": _victim_frames(story.stats)},
        "seconds": story.seconds,
    }


async def _exhibits(console: Console, consultation_id: str) -> list[dict[str, Any]]:
    """As the store has them; the sergeant who is signed in at the end may see them."""
    return [
        {
            "reference": str(exhibit.reference),
            "source": exhibit.origin.source.value,
            "name": exhibit.origin.original_name,
            "type": exhibit.content.found_type,
            "size": exhibit.content.size,
            "sha256": exhibit.content.sha256,
            "hashes_agree": exhibit.hashes_agree,
            "flags": sorted(flag.value for flag in exhibit.flags),
            "state": exhibit.state.value,
        }
        for exhibit in await console.exhibits.of_consultation(consultation_id)
    ]


async def _cad(console: Console, reference: str) -> list[dict[str, str | None]]:
    """Our acts as CAD itself has them, in CAD's order; an act that CAD does not have is not here."""
    known = {a.id: a for a in await console.cad_actions.for_incident(reference)}
    return [
        {
            "act": action.verb.value,
            "state": action.state.value,
            "at_source": action.at_source.isoformat(),
            "applied": action.applied_at.isoformat() if action.applied_at else None,
        }
        for entry in await console.cad.acts(reference)
        if (action := known.get(entry.id)) is not None
    ]


def _gap(stated: events.GapStated) -> dict[str, Any]:
    gap = stated.gap
    return {
        "segment": stated.segment,
        "start": gap.start_us / 1e6,
        "end": gap.end_us / 1e6,
        "cause": gap.cause.value,
        "party": gap.party.value,
        "track": gap.kind.value,
    }


def _found(report: RecordingReport) -> str:
    return "intact" if report.ok else report.in_words()


async def _recording(console: Console, facts: Facts, consultation_id: str, out: Path) -> dict[str, Any]:
    recordings = await console.recordings.of_consultation(consultation_id)
    files = sorted((out / "recordings").glob("*.rvrc"))
    report = verify_recording(
        files,
        data_keys={
            f: console.vault.data_key(scan_file(f, check_signatures=False), console.secrets.key_ring)
            for f in files
        },
        expected_heads={s.number: s.head for r in recordings for s in r.segments if s.head is not None},
        trusted_desk_keys={console.secrets.identity.public_key},
    )
    tally = facts.tally
    return {
        "segments": len(files),
        "seconds": round(sum(s.duration_us for s in report.segments) / 1e6, 3),
        "video_frames_received": tally.video_frames_received if tally else 0,
        "video_frames_recorded": tally.video_frames_recorded if tally else 0,
        "audio_seconds": round(tally.audio_seconds, 3) if tally else 0.0,
        "gaps": [_gap(g) for g in facts.gaps],
        "verify": _found(report) if files else NOT_RECORDED,
    }
