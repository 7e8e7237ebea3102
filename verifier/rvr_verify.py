#!/usr/bin/env python3
"""Checks a hand-over bundle, or sealed recordings alone: no console, no key to the content, no network.

python rvr_verify.py [--authority FILE.pem] BUNDLE     FILE.pem: certificate that you got from the force by another way
python rvr_verify.py FILE.rvrc...                      give all segments of one recording together

Needs Python 3.11 and the package "cryptography", 42 or newer. Written from docs/evidence-format.md of rvr_console; shares
no code with it. What it reads may be made to deceive: nothing is executed, unpacked or followed.
Exit code 0: nothing wrong was found. 1: something is wrong. 2: wrongly called. It always says what it did not prove.
"""

import argparse
import hashlib
import json
import os
import re
import stat
import struct
import sys
from datetime import UTC, datetime
from typing import Any, BinaryIO

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.stderr.write('This program needs the Python package "cryptography", 42 or newer.\n')
    sys.exit(2)

BLOCK, MOST_TEXT, MOST_LINES, ALGORITHMS = 1 << 20, 1 << 26, 80, ("sha256", "sha512")
RECORD, INDEX, RECOVERED, FINAL = struct.Struct(">4sBBHIIQ"), 4, 5, 6
NAME, HASH, TEXT = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", "[0-9a-f]{64}", ".{0,256}"
LINK = {"chain": HASH, "segment": range(1, 10000), "sequence": range(-1, 2**32)}
HEADER = {
    **dict.fromkeys(("desk_key", "key_commitment", "salt"), HASH),
    **dict.fromkeys(("evidence_id", "session_id"), NAME),
    **dict.fromkeys(("app_version", "content_type"), ".{0,64}"),
    **{"segment": range(1, 10000), "signer": TEXT, "monotonic_ns": "[0-9]{1,20}", "previous": object},
    "wall_time": ".{0,40}",
    "suite": "rvr/ec1 AES-256-GCM HKDF-SHA256 SHA-256 Ed25519",
}
BUNDLE = {
    **dict.fromkeys(("application", "force", "incident", "made_at", "made_by", "signer"), TEXT),
    **dict.fromkeys(("copies", "custody", "documents", "exhibits", "left_out", "recipients", "recordings"), list),
    **{"desk_key": HASH, "form": "rvr/bundle1", "purpose": ".*", "tag_files": dict, "time_stamp": bool},
}
LISTED = re.compile(r"([0-9a-f]+)  ((?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)*[A-Za-z0-9_][A-Za-z0-9_.-]*)")
TAG_LISTS = {"tagmanifest-sha256.txt", "tagmanifest-sha512.txt"}
UNSIGNED = {"bundle.json", "bundle.sig", "bundle.tsr", *TAG_LISTS}


class Wrong(Exception):
    """One thing that does not hold, in words."""


def open_plain(path: str) -> BinaryIO:
    """A regular file only: not through a symbolic link, no device, no pipe. Raises Wrong, OSError."""
    flags = [getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")]
    handle = os.open(path, os.O_RDONLY | flags[0] | flags[1] | flags[2])
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Wrong(f"{path} is not a regular file")
    return os.fdopen(handle, "rb", buffering=BLOCK)


def read_small(path: str) -> bytes:
    with open_plain(path) as file:
        data = file.read(MOST_TEXT + 1)
    if len(data) > MOST_TEXT:
        raise Wrong(f"{path} is too large for what it should be")
    return data


def digests(path: str) -> tuple[int, str, str]:
    """Size, SHA-256 and SHA-512 of a file of any size."""
    size, first, second = 0, hashlib.sha256(), hashlib.sha512()
    with open_plain(path) as file:
        while block := file.read(BLOCK):
            size += len(block)
            first.update(block)
            second.update(block)
    return size, first.hexdigest(), second.hexdigest()


def canonical_json(data: bytes, what: str, shapes: dict[str, Any]) -> dict[str, Any]:
    """RFC 8785 as far as these files need it: texts, whole numbers, lists, objects with ASCII names."""
    try:
        value = json.loads(data)
        same = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == data
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise Wrong(f"{what} is not canonical JSON")
    return shaped(value, what, shapes)


def shaped(value: Any, what: str, shapes: dict[str, Any]) -> dict[str, Any]:
    """Exactly these fields; a shape is a pattern for a text, a range for a whole number, or a type."""
    if not isinstance(value, dict) or set(value) != set(shapes):
        raise Wrong(f"{what} has missing or unknown fields")
    for name, shape in shapes.items():
        got, whole = value[name], isinstance(shape, range)
        right: Any = (
            type(got) is int and got in shape if whole else isinstance(got, shape if type(shape) is type else str)
        )
        if not right or (isinstance(shape, str) and not re.fullmatch(shape, got, re.DOTALL)):
            raise Wrong(f"{what} has a wrong {name}")
    return value


def signed(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class Segment:
    """A sealed file walked without keys (format, section 1). status: intact, recovered, open, damaged, unreadable."""

    def __init__(self, path: str) -> None:
        self.name, self.chains, self.kinds = os.path.basename(path), bytearray(), bytearray()
        self.head: dict[str, Any] = {}
        with open_plain(path) as file:
            self.size = os.fstat(file.fileno()).st_size
            try:
                self._read_head(file)
                self.status, self.reason = self._walk(file)
            except Wrong as wrong:
                self.status, self.reason = "damaged" if self.head else "unreadable", f"{wrong}."

    def _read_head(self, file: BinaryIO) -> None:
        prefix = file.read(20)
        length = int.from_bytes(prefix[16:], "big")
        if prefix[:16] != b"\x89RVR-EC1\r\n\x1a\n\x00\x00\x00\x01" or not 1 <= length <= 16384:
            raise Wrong("This is not a sealed recording, or its first bytes were changed")
        text, self.signature = file.read(length), file.read(64)
        if len(text) != length or len(self.signature) != 64:
            raise Wrong("The file header is cut short")
        head = canonical_json(text, "The file header", HEADER)
        self.link = shaped(head["previous"], "The link", LINK) if head["previous"] is not None else None
        self.key, self.hash = bytes.fromhex(head["desk_key"]), hashlib.sha256(prefix + text).digest()
        self.start = hashlib.sha256(prefix + text + self.signature).digest()
        self.evidence, self.number, self.end, self.head = (
            head["evidence_id"],
            head["segment"],
            84 + length,
            head,
        )

    def _walk(self, file: BinaryIO) -> tuple[str, str]:
        if not signed(self.key, self.signature, b"rvr/ec1/hd" + self.hash):
            raise Wrong("The file header was changed: its signature does not hold")
        chain, last = self.start, 0
        while left := self.size - self.end:
            number = len(self.kinds)
            if last == FINAL:
                raise Wrong(f"There are {left} bytes behind the closing record")
            torn = "open", f"The file ends inside record {number}: the recording broke off there, or was cut."
            if len(packed := file.read(24)) < 24:
                return torn
            magic, kind, flags, reserved, length, sequence, pts = RECORD.unpack(packed)
            least = 48 if kind == RECOVERED else 16
            known = (magic, flags, reserved) == (b"RVRr", 0, 0) and 1 <= kind <= FINAL
            if not known or not least <= length <= 1048624 or pts >= 2**53:
                raise Wrong(f"Record {number}: its header was changed")
            if sequence != number:
                raise Wrong(f"Record {sequence} stands where record {number} should be")
            after = {INDEX: (INDEX, RECOVERED, FINAL), RECOVERED: (RECOVERED, FINAL)}
            if kind not in after.get(last, range(FINAL + 1)):
                raise Wrong(f"Record {number} is of a kind that cannot stand there")
            body, signature = file.read(length), file.read(64)
            if len(body) != length or len(signature) != 64:
                return torn
            chain = hashlib.sha256(chain + packed + body + self.signature).digest()
            if not signed(self.key, signature, b"rvr/ec1/ck" + self.hash + packed[12:16] + chain):
                raise Wrong(f"Record {number} was changed, or does not belong there: its signature does not hold")
            self.chains += chain
            self.kinds.append(kind)
            self.signature, last, self.end = signature, kind, self.end + 88 + length
        if last != FINAL:
            return "open", "It was never closed. What is there is unchanged and in order."
        if RECOVERED in self.kinds:
            return "recovered", "It broke off and was completed by recovery. What is there is unchanged."
        return "intact", "It is complete, unchanged and in order."

    def chain_at(self, sequence: int) -> bytes:
        """The chain value after a record, -1 for the header; empty when the file does not reach so far."""
        return self.start if sequence == -1 else bytes(self.chains[32 * sequence : 32 * sequence + 32])


class Desks:
    """Ed25519 keys whose X.509 certificates (RFC 5280, 8410) lead to the authority."""

    def __init__(self, authority: bytes, others: list[bytes]) -> None:
        self.paths: dict[bytes, list[x509.Certificate]] = {}
        try:
            self.anchors = x509.load_pem_x509_certificates(authority)
            pool = self.anchors + [one for pem in others for one in x509.load_pem_x509_certificates(pem)]
            for leaf in pool[:64]:
                self._trace(leaf, pool[:64])
        except Exception as error:  # a hostile certificate makes the parser raise many things
            raise Wrong("A certificate cannot be read") from error

    def _trace(self, leaf: x509.Certificate, pool: list[x509.Certificate]) -> None:
        path, key = [leaf], leaf.public_key()
        while path[-1] not in self.anchors and len(path) < 5:
            path += [one for one in pool if issued(path[-1], one, len(path) - 1)][:1] or [leaf] * 5
        if path[-1] in self.anchors and len(path) > 1 and isinstance(key, Ed25519PublicKey):
            self.paths[key.public_bytes_raw()] = path


def issued(certificate: x509.Certificate, issuer: x509.Certificate, below: int) -> bool:
    try:
        limits = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
        return False
    return limits.ca and (limits.path_length is None or limits.path_length >= below)


class Check:
    """One run: what holds, what is wrong, what was not proved. root: the bundle's folder."""

    def __init__(self, root: str = "") -> None:
        self.root, self.desks = root, Desks.__new__(Desks)
        self.loud: list[str] = []
        self.holds: list[str] = []
        self.wrong: list[str] = []
        self.not_proved: list[str] = ["that the content of sealed files opens: no key was used."]

    def must(self, right: object, otherwise: str) -> bool:
        if not right:
            self.wrong.append(otherwise)
        return bool(right)

    def say(self) -> int:
        parts = {
            "WARNING": self.loud,
            "Holds": self.holds,
            "WRONG": self.wrong,
            "Not proved": self.not_proved,
        }
        for title, lines in parts.items():
            unique = list(dict.fromkeys(lines))
            more = [f"and {len(unique) - MOST_LINES} more"] if len(unique) > MOST_LINES else []
            for line in [title, *unique[:MOST_LINES], *more] if unique else []:
                safe = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in line)
                print(f"\n{safe}:" if line is title else f"  - {safe}")
        print("\nRESULT: " + ("SOMETHING IS WRONG, see above." if self.wrong else "nothing wrong was found."))
        return 1 if self.wrong else 0

    def segments(self, paths: list[str]) -> dict[tuple[str, int], Segment]:
        """Each sealed file alone, then the links between them; in a bundle no segment may be missing."""
        found: dict[tuple[str, int], Segment] = {}
        for one in map(Segment, paths):
            said = self.holds if one.status in ("intact", "recovered") else self.wrong
            records = f" {len(one.kinds)} records, by {one.head['signer']}." if one.head else ""
            said.append(f"{one.name}: {one.status.upper()}. {one.reason}{records}")
            if one.status == "recovered":
                self.not_proved.append(f"{one.name}: what was recorded between its last good record and the break.")
            if one.status == "open":
                self.not_proved.append(f"{one.name}: that nothing was cut from its end.")
            if one.head and one.head["signer"].startswith("TEST"):
                self.loud.append(f"{one.name} is signed by a TEST desk: it proves nothing to a court.")
            if one.head:
                twice = f"Segment {one.number} of {one.evidence} is there twice."
                self.must(found.setdefault((one.evidence, one.number), one) is one, twice)
        for (evidence, number), one in found.items():
            self.link(one, number, found.get((evidence, number - 1)))
        return found

    def link(self, one: Segment, number: int, before: Segment | None) -> None:
        if one.link is None:
            self.must(number == 1, f"{one.name}: segment {number} does not name the one before it.")
        elif one.link["segment"] != number - 1:
            self.wrong.append(f"{one.name}: between segments {one.link['segment']} and {number} one is missing.")
        elif before is not None:
            same = before.chain_at(one.link["sequence"]).hex() == one.link["chain"]
            self.must(same, f"{one.name} follows another version of segment {number - 1} than {before.name}.")
        else:
            said = self.wrong if self.root else self.not_proved
            said.append(f"{one.name}: anything about segment {number - 1}: its file is missing.")

    def files(self) -> set[str]:
        """Every file of the bundle. Links, devices and pipes are faults and are not opened."""
        found, folders = set(), [""]
        while folders:
            folder = folders.pop()
            for entry in os.scandir(f"{self.root}/{folder}"):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{folder}{entry.name}/")
                elif self.must(entry.is_file(follow_symlinks=False), f"{folder}{entry.name} is a link or a device."):
                    found.add(folder + entry.name)
        return found

    def listed(self, name: str) -> dict[str, str]:
        """A manifest: digest and path a line, sorted by path, each path once."""
        lines = read_small(f"{self.root}/{name}").decode("utf-8", "surrogateescape").split("\n")
        rows = [LISTED.fullmatch(line) for line in lines[:-1]]
        listed = {row[2]: row[1] for row in rows if row}
        right = lines[-1] == "" and len(listed) == len(rows) and list(listed) == sorted(listed)
        self.must(right, f"{name} has a line that is malformed, out of order or there twice.")
        return listed

    def manifests(self) -> dict[str, tuple[int, str, str]]:
        """BagIt (RFC 8493) as the format narrows it. Returns what is really there: path -> size and digests."""
        there = {name: digests(f"{self.root}/{name}") for name in sorted(self.files())}
        tags = {name for name in there if not name.startswith("data/")}
        for start, members in (("manifest", set(there) - tags), ("tagmanifest", tags - TAG_LISTS)):
            for place, algorithm in enumerate(ALGORITHMS, 1):
                if not self.must((name := f"{start}-{algorithm}.txt") in there, f"{name} is missing."):
                    continue
                listed = self.listed(name)
                added = {path: there[path][place] for path in sorted(members - set(listed))}
                for path in sorted(set(listed) - members):
                    new = next((name for name in added if added[name] == listed[path]), "")
                    self.wrong.append(f"{path} was renamed to {new}." if new else f"{path} is missing.")
                    added.pop(new, "")
                self.wrong += [f"{path} was added: no manifest lists it." for path in added]
                for path in sorted(members & set(listed)):
                    self.must(there[path][place] == listed[path], f"{path} was changed: {name} lists another hash.")
        about = read_small(f"{self.root}/bag-info.txt").decode() if "bag-info.txt" in there else ""
        sizes = [there[path][0] for path in set(there) - tags]
        oxum = re.findall("(?m)^Payload-Oxum: (.*)$", about)
        self.must(oxum == [f"{sum(sizes)}.{len(sizes)}"], "bag-info.txt counts other files than there are.")
        version = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        self.must(
            "bagit.txt" in there and read_small(f"{self.root}/bagit.txt") == version,
            "bagit.txt is not right.",
        )
        if not self.wrong:
            self.holds.append(f"All {len(there)} files are there, none added, none changed (SHA-256, SHA-512).")
        return there

    def desk(self, key: bytes, at: str, what: str) -> None:
        """Was this key a desk's of the authority at that time (ISO 8601)?"""
        path = self.desks.paths.get(key, [])
        if not self.must(path, f"{what}: no certificate of the authority vouches for the key that signed it."):
            return
        names = [one.subject.rfc4514_string() for one in path]
        if any("TEST" in name for name in names):
            self.loud.append(f"Signed under a TEST AUTHORITY ({names[-1]}): it proves nothing to a court.")
        try:
            when = datetime.fromisoformat(at).astimezone(UTC)
            valid = all(one.not_valid_before_utc <= when <= one.not_valid_after_utc for one in path)
        except (ValueError, OverflowError):
            valid = False
        self.must(valid, f"{what}: the desk's certificate was not valid when it was signed ({at}).")

    def bundle(self, authority: str) -> None:
        there = self.manifests()
        data, signature = read_small(f"{self.root}/bundle.json"), read_small(f"{self.root}/bundle.sig")
        facts = canonical_json(data, "bundle.json", BUNDLE)
        tags = {name: there[name][1] for name in there if name not in UNSIGNED and not name.startswith("data/")}
        self.must(facts["tag_files"] == tags, "bundle.json vouches for other files than there are.")
        self.must(facts["time_stamp"] == ("bundle.tsr" in there), "bundle.json and bundle.tsr do not fit together.")
        others = [read_small(f"{self.root}/{name}") for name in tags if name.startswith("certificates/")]
        self.desks = Desks(read_small(authority or f"{self.root}/certificates/authority.pem"), others)
        key, message = bytes.fromhex(facts["desk_key"]), b"rvr/bundle1" + hashlib.sha256(data).digest()
        if self.must(signed(key, signature, message), "bundle.sig is not a signature of bundle.json."):
            self.holds.append(f"Signed by {facts['signer']}, {facts['made_at']}; made by {facts['made_by']}.")
        self.desk(key, facts["made_at"], "The bundle")
        for one in self.segments([f"{self.root}/{name}" for name in sorted(there) if name.endswith(".rvrc")]).values():
            self.desk(one.key, one.head["wall_time"], one.name)
        for anchor in () if authority else self.desks.anchors:
            told = anchor.fingerprint(hashes.SHA256()).hex()
            self.not_proved.append(f"that the authority is the force's: ask it whether its SHA-256 is {told}.")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="BUNDLE")
    parser.add_argument("--authority", metavar="FILE.pem", default="")
    asked = parser.parse_args(arguments)
    folders = [path for path in asked.paths if os.path.isdir(path)]
    if not all(map(os.path.exists, asked.paths)) or (folders and len(asked.paths) > 1):
        parser.error("name one bundle's folder, or sealed recordings that exist.")
    check = Check(*folders)
    try:
        if folders:
            check.bundle(asked.authority)
        else:
            check.segments(asked.paths)
            check.not_proved.append("that a desk of the force signed: no certificate was given.")
    except (Wrong, OSError) as error:
        check.wrong.append(f"{error}.")
    except Exception as error:  # main of the verifier: whatever a hostile file does, it ends in words and in 1
        check.wrong.append(f"The check broke off: {type(error).__name__}: {error}.")
    return check.say()


if __name__ == "__main__":
    sys.exit(main())
