"""Checks a signed statement from outside: the shown bytes are its prefix, `pdfsig` accepts it, and refuses it with one byte changed.

    python scripts/check_statement.py STATEMENT.pdf --custody EXTRACT.jsonl --authority AUTHORITY.pem

The custody entry of its sealing says which bytes the person was shown (SHA-256, length) and which file was sealed. Needs pdfsig (poppler-utils) and
certutil (libnss3-tools). Exit code 0: all of it holds; 1: something does not, and it is said; 2: wrongly called.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

VALID, TRUSTED, WHOLE = "Signature is Valid.", "Certificate is Trusted.", "Total document signed"


def sealing_of(extract: Path, sealed_sha256: str) -> dict[str, str] | None:
    """The details of the custody entry that sealed this file."""
    for line in extract.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        details = (found.get("payload") or {}).get("details") or {}
        if found.get("act") == "statement_sealed" and details.get("sealed_sha256") == sealed_sha256:
            return dict(details)
    return None


def trust_only(authority: Path, folder: Path) -> str:
    """NSS's folder with this one authority, as pdfsig wants it named."""
    place = f"sql:{folder}"
    for arguments in (
        ["-N", "--empty-password"],
        ["-A", "-n", "authority", "-t", "CT,C,C", "-i", str(authority)],
    ):
        command = ["certutil", *arguments, "-d", place]
        subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    return place


def pdfsig(trust: str, pdf: Path) -> str:
    command = ["pdfsig", "-nssdir", trust, str(pdf)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60
    )
    return done.stdout


def faults_of(statement: Path, extract: Path, authority: Path) -> list[str]:
    data = statement.read_bytes()
    faults = []
    sealing = sealing_of(extract, hashlib.sha256(data).hexdigest())
    if sealing is None:
        return ["The custody log knows no sealing of this file."]
    shown = data[: int(sealing["shown_bytes"])]
    if not 0 < len(shown) < len(data) or hashlib.sha256(shown).hexdigest() != sealing["shown_sha256"]:
        faults.append("The bytes that were shown are not the prefix of this file.")
    with tempfile.TemporaryDirectory(prefix="statement-check-") as folder:
        trust = trust_only(authority, Path(folder))
        told = pdfsig(trust, statement)
        faults += [f"pdfsig does not say: {words}" for words in (VALID, TRUSTED, WHOLE) if words not in told]
        for name, at in (("shown", len(shown) // 2), ("added", len(shown) + 200)):
            changed = bytearray(data)
            changed[at] ^= 1
            copy = Path(folder) / "changed.pdf"
            copy.write_bytes(changed)
            if VALID in pdfsig(trust, copy):
                faults.append(f"pdfsig accepts a copy with one byte changed in its {name} part.")
    if not faults:
        print(
            f"{statement.name}: shown bytes 0 to {len(shown)} of {len(data)}, signature {sealing['signature']}, {sealing['level']}."
        )
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("statement", type=Path)
    parser.add_argument("--custody", type=Path, required=True)
    parser.add_argument("--authority", type=Path, required=True)
    arguments = parser.parse_args()
    missing = [
        path for path in (arguments.statement, arguments.custody, arguments.authority) if not path.is_file()
    ]
    if missing:
        print("No such file: " + ", ".join(map(str, missing)))
        return 2
    faults = faults_of(arguments.statement, arguments.custody, arguments.authority)
    print("\n".join(faults) if faults else "The statement holds.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
