"""A statement of ten pages to its preview, and to its frozen PDFs; target: the preview in under 1 s.

    python benchmarks/statement_preview.py

Each round sets a text that was never set before: a changed paragraph, as after a pause in typing. Typst keeps what did not change.
"""

import json
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rvr_console.documents.statement_page import StatementSetter
from rvr_console.documents.statement_policy import read_policy
from rvr_console.domain.statement_content import StatementContent, StatementKind, Witness
from rvr_console.domain.statement_store import StatementOrder

ROUNDS, PIXELS_PER_INCH, GOAL_MS = 10, 60, 1000
SENTENCE = "I then walked round the house and saw that the glass of the door was broken. "


def order(changed: int) -> StatementOrder:
    paragraphs = [f"{place}. " + SENTENCE * 8 for place in range(52)]
    paragraphs[changed % len(paragraphs)] = f"Changed {changed}. " + SENTENCE * 8
    content = StatementContent(
        tuple(paragraphs), Witness("Hannah Cole", "Nurse", over_18=True), "46 NM 00155 26", "PC 2417 Bennett"
    )
    return StatementOrder(StatementKind.WITNESS, content, datetime(2026, 11, 21, 13, 58, tzinfo=UTC))


def main() -> None:
    setter = StatementSetter(read_policy())
    shown, frozen, pages = [], [], 0
    began = time.process_time()
    for number in range(ROUNDS):
        one = order(number)
        start = time.perf_counter()
        pages = len(setter.preview(one, PIXELS_PER_INCH))
        shown.append(time.perf_counter() - start)
        start = time.perf_counter()
        setter.set(one)
        frozen.append(time.perf_counter() - start)
    work = (time.process_time() - began) / ROUNDS
    line = {
        "name": "statement_preview",
        "ours": round(statistics.median(shown) * 1000),
        "goal": GOAL_MS,
        "holds": statistics.median(shown) * 1000 < GOAL_MS,
        "unit": "ms",
        "note": f"{pages} pages; slowest {max(shown) * 1000:.0f} ms; both frozen PDFs {statistics.median(frozen) * 1000:.0f} ms; "
        f"processor time of both together {work * 1000:.0f} ms",
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
