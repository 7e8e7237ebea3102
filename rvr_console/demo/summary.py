"""What the headless run leaves to be checked: figures from the recorder, the sealed files, CAD's own log and the browser."""

from pathlib import Path
from typing import Any

from rvr_console.app.console import Console
from rvr_console.app.window import Screens
from rvr_console.demo.story import Story
from rvr_console.domain import events
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.verification import verify_recording


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
    acts = await console.cad.acts(consultation.incident)
    known = {a.id: a for a in await console.cad_actions.for_incident(consultation.incident)}
    recordings = await console.recordings.of_consultation(consultation.id)
    files = sorted((out / "recordings").glob("*.rvrc"))
    heads = {s.number: s.head for r in recordings for s in r.segments if s.head is not None}
    keys = {
        f: console.vault.data_key(scan_file(f, check_signatures=False), console.secrets.key_ring)
        for f in files
    }
    report = verify_recording(
        files, data_keys=keys, expected_heads=heads, trusted_desk_keys={console.secrets.identity.public_key}
    )
    tally = facts.tally
    return {
        "incident": {
            "reference": consultation.incident,
            "category": state.incident.category,
            "sample": True,
            "consultation": consultation.id,
        },
        "cad": [
            {
                "act": known[a.id].verb.value,
                "state": known[a.id].state.value,
                "at_source": known[a.id].at_source.isoformat(),
                "applied": applied.isoformat() if (applied := known[a.id].applied_at) else None,
            }
            for a in acts
            if a.id in known
        ],
        "link": [
            {"state": step.state.value, "at": step.at.isoformat()} for step in consultation.link_history
        ],
        "recording": {
            "segments": len(files),
            "seconds": round(sum(s.duration_us for s in report.segments) / 1e6, 3),
            "video_frames_received": tally.video_frames_received if tally else 0,
            "video_frames_recorded": tally.video_frames_recorded if tally else 0,
            "audio_seconds": round(tally.audio_seconds, 3) if tally else 0.0,
            "gaps": [
                {
                    "segment": g.segment,
                    "start": g.gap.start_us / 1e6,
                    "end": g.gap.end_us / 1e6,
                    "cause": g.gap.cause.value,
                    "party": g.gap.party.value,
                    "track": g.gap.kind.value,
                }
                for g in facts.gaps
            ],
            "verify": "intact" if report.ok else report.in_words(),
        },
        "victim": {"browser": browser, "frames_decoded_from_officer": _victim_frames(story.stats)},
        "seconds": story.seconds,
    }
