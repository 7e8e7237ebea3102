"""The first picture of an exhibit on the desk: from its sealed file, through a fresh sandbox, to pixels in memory.

    python benchmarks/first_thumbnail.py        prints one JSON line

A photograph of 12 megapixels with place and camera in its EXIF, sealed in a vault; the sandbox was started when the file began
to come, as the console does. Peer: Pillow in this process, on the same bytes, with no sealing and no sandbox.
"""

import io
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "unit" / "evidence"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from exhibit_parts import ORIGIN, exhibit_vault, label_for, team_ring
from hostile_files import exif_bytes, noise
from PIL import Image

from rvr_console.domain.exhibit import Look
from rvr_console.evidence.inspection import Inspector

ROUNDS = 7
GOAL_SECONDS = 1.0
SIDE = 320


def peer_seconds(data: bytes) -> float:
    began = time.monotonic()
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (SIDE, SIDE))
    image.thumbnail((SIDE, SIDE))
    image.convert("RGBA").tobytes()
    return time.monotonic() - began


def main() -> None:
    data = noise("JPEG", (4000, 3000), quality=90, exif=exif_bytes())
    ours, peer = [], []
    with tempfile.TemporaryDirectory() as folder:
        vault = exhibit_vault(Path(folder) / "exhibits")
        for _ in range(ROUNDS):
            inspector = Inspector()
            inspector.warm()
            writer = vault.begin(ORIGIN, len(data))
            writer.write(data)
            time.sleep(1.5)  # a file takes longer than this to come
            content = writer.end_content()
            writer.seal(label_for(content))
            began = time.monotonic()
            with vault.open(writer.evidence_id, team_ring()) as reader:
                seen = inspector.inspect(reader, content.found_type, content.size, Look(SIDE))
            ours.append(time.monotonic() - began)
            inspector.close()
            if seen.preview is None or seen.facts["camera"] != "Acme Phone 3":
                raise SystemExit(f"no picture came: {seen.words}")
            peer.append(peer_seconds(data))
    mine, theirs = statistics.median(ours), statistics.median(peer)
    line = {
        "name": "first_thumbnail",
        "ours": round(mine, 3),
        "peer": round(theirs, 3),
        "ratio": round(mine / theirs, 2),
        "goal": GOAL_SECONDS,
        "holds": max(ours) < GOAL_SECONDS,
        "unit": "s",
        "note": f"{len(data) / 1e6:.1f} MB, 12 megapixels; slowest of {ROUNDS}: {max(ours):.3f} s; peer: Pillow unsealed, unconfined",
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
