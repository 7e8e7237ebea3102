"""Lets the tests here import the parts they share (evidence_parts, evidence_vectors)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
