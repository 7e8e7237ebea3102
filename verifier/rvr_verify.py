#!/usr/bin/env python3
"""Checks a hand-over bundle, or sealed recordings alone: no console, no key to the content, no network.

python rvr_verify.py [--authority FILE.pem] BUNDLE     FILE.pem: certificate that you got from the force by another way
python rvr_verify.py FILE.rvrc...                      give all segments of one recording together
Needs Python 3.11 and "cryptography" 42 or newer. Written from docs/evidence-format.md of rvr_console; shares no code with
it. Exit code 0: nothing wrong was found. 1: something is wrong. 2: wrongly called. It always says what it did not prove.
"""
import argparse, base64, hashlib, json, os, re, stat, struct, sys
from typing import Any, BinaryIO
try:
    from datetime import UTC, datetime
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.stderr.write('This program needs Python 3.11 and its package "cryptography", 42 or newer.\n')
    sys.exit(2)

RECORD, INDEX, RECOVERED, FINAL = struct.Struct(">4sBBHIIQ"), 4, 5, 6
BLOCK, MOST_TEXT, MOST_LINES, NAME, HASH = 1 << 20, 1 << 26, 80, "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", "[0-9a-f]{64}"
LINK = {"chain": HASH, "segment": range(1, 10000), "sequence": range(-1, 2**32)}
HEADER = {
    **dict.fromkeys(("desk_key", "key_commitment", "salt"), HASH), **dict.fromkeys(("evidence_id", "session_id"), NAME),
    **dict.fromkeys(("app_version", "content_type"), ".{0,64}"), "segment": range(1, 10000), "signer": ".{0,256}",
    "wall_time": ".{0,40}", "monotonic_ns": "[0-9]{1,20}",
    "suite": "rvr/ec1 AES-256-GCM HKDF-SHA256 SHA-256 Ed25519", "previous": object}
NOTE = re.compile(
    "(rvr/custody/[0-9a-f]{32}\n([1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\ntime ([^\n]{1,40})\nprevious (?:none|[0-9a-f]{64})\n"
    "desk ([^\n]{1,256})\nkey ([0-9a-f]{64})\n)(\n— ([^ \n]+) ([A-Za-z0-9+/]{91}=)\n)((?:— [^\n]+\n)*)")
TAG_LISTS = {"tagmanifest-sha256.txt", "tagmanifest-sha512.txt"}
UNSIGNED = {"bundle.json", "bundle.sig", "bundle.tsr", *TAG_LISTS}
Chain = list[x509.Certificate]

class Wrong(Exception): """One thing that does not hold, in words."""
def open_plain(path: str) -> BinaryIO:
    """A regular file only: not through a symbolic link, no device, no pipe. Raises Wrong, OSError."""
    flags = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    file = os.fdopen(os.open(path, flags), "rb", buffering=BLOCK)
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode): return file
    file.close()
    raise Wrong(f"{path} is not a regular file")
def read_small(path: str) -> bytes:
    with open_plain(path) as file: data = file.read(MOST_TEXT + 1)
    if len(data) > MOST_TEXT: raise Wrong(f"{path} is too large for what it should be")
    return data
def digests(*paths: str) -> tuple[int, str, str]:
    size, hashers = 0, (hashlib.sha256(), hashlib.sha512())
    for path in paths:
        with open_plain(path) as file:
            while block := file.read(BLOCK):
                size += len(block)
                for hasher in hashers: hasher.update(block)
    return size, hashers[0].hexdigest(), hashers[1].hexdigest()

def sha256(*parts: bytes) -> bytes: return hashlib.sha256(b"".join(parts)).digest()
def dumps(value: Any) -> bytes:
    """RFC 8785 as far as these files need it: texts, whole numbers, lists, objects with ASCII names."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

def parsed(data: bytes, what: str) -> Any:
    try:
        if dumps(value := json.loads(data)) == data: return value
    except (ValueError, RecursionError): pass
    raise Wrong(f"{what} is not canonical JSON")
def shaped(value: Any, what: str, shapes: dict[str, Any]) -> dict[str, Any]:
    """Exactly these fields; a shape is a pattern for a text, a range for a whole number, or a type."""
    if not isinstance(value, dict) or set(value) != set(shapes): raise Wrong(f"{what} has missing or unknown fields")
    for name, shape in shapes.items():
        got = value[name]
        if isinstance(shape, str): right = isinstance(got, str) and bool(re.fullmatch(shape, got, re.DOTALL))
        else: right = type(got) is int and got in shape if isinstance(shape, range) else isinstance(got, shape)
        if not right: raise Wrong(f"{what} has a wrong {name}")
    return value
def signed(key: bytes, signature: bytes, message: bytes) -> bool:
    try: Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError): return False
    return True

class Segment:
    """A sealed file walked without keys (format, section 1). status: intact, recovered, open, damaged, unreadable."""

    def __init__(self, path: str) -> None:
        self.name, self.chains, self.kinds = os.path.basename(path), bytearray(), bytearray()
        self.head: dict[str, Any] = {}
        with open_plain(path) as file:
            self.size = os.fstat(file.fileno()).st_size
            try: self.status, self.reason = self._walk(file)
            except Wrong as wrong:
                self.status, self.reason = "damaged" if self.head else "unreadable", f"{wrong}."

    def _read_head(self, file: BinaryIO) -> None:
        prefix = file.read(20)
        length = int.from_bytes(prefix[16:], "big")
        if prefix[:16] != b"\x89RVR-EC1\r\n\x1a\n\x00\x00\x00\x01" or not 1 <= length <= 16384:
            raise Wrong("This is not a sealed recording, or its first bytes were changed")
        text, self.signature = file.read(length), file.read(64)
        if len(text) != length or len(self.signature) != 64: raise Wrong("The file header is cut short")
        head = shaped(parsed(text, "The file header"), "The file header", HEADER)
        self.link = shaped(head["previous"], "The link", LINK) if head["previous"] is not None else None
        self.key, self.hash, self.start = bytes.fromhex(head["desk_key"]), sha256(prefix, text), sha256(prefix, text, self.signature)
        self.evidence, self.number, self.end, self.head = head["evidence_id"], head["segment"], 84 + length, head

    def _walk(self, file: BinaryIO) -> tuple[str, str]:
        self._read_head(file)
        if not signed(self.key, self.signature, b"rvr/ec1/hd" + self.hash):
            raise Wrong("The file header was changed: its signature does not hold")
        chain, last, after = self.start, 0, {INDEX: (INDEX, RECOVERED, FINAL), RECOVERED: (RECOVERED, FINAL)}
        while left := self.size - self.end:
            number = len(self.kinds)
            if last == FINAL: raise Wrong(f"There are {left} bytes behind the closing record")
            torn = "open", f"The file ends inside record {number}: the recording broke off there, or was cut."
            if len(packed := file.read(24)) < 24: return torn
            magic, kind, flags, reserved, length, sequence, pts = RECORD.unpack(packed)
            known = (magic, flags, reserved) == (b"RVRr", 0, 0) and 1 <= kind <= FINAL and pts < 2**53
            if not known or not (48 if kind == RECOVERED else 16) <= length <= 1048624:
                raise Wrong(f"Record {number}: its header was changed")
            if sequence != number: raise Wrong(f"Record {sequence} stands where record {number} should be")
            if kind not in after.get(last, range(FINAL + 1)): raise Wrong(f"Record {number} is of a kind that cannot stand there")
            body, signature = file.read(length), file.read(64)
            if len(body) != length or len(signature) != 64: return torn
            chain = sha256(chain, packed, body, self.signature)
            if not signed(self.key, signature, b"rvr/ec1/ck" + self.hash + packed[12:16] + chain):
                raise Wrong(f"Record {number} was changed, or does not belong there: its signature does not hold")
            self.chains += chain
            self.kinds.append(kind)
            self.signature, last, self.end = signature, kind, self.end + 88 + length
        if last != FINAL: return "open", "It was never closed. What is there is unchanged and in order."
        if RECOVERED not in self.kinds: return "intact", "It is complete, unchanged and in order."
        return "recovered", "It broke off and was completed by recovery. What is there is unchanged."

    def chain_at(self, sequence: int) -> bytes:
        """The chain value after a record, -1 for the header; empty when the file does not reach so far."""
        return self.start if sequence == -1 else bytes(self.chains[32 * sequence : 32 * sequence + 32])

def traced(path: Chain, pool: Chain, anchors: Chain) -> Chain:
    """The certificates up to the authority (RFC 5280: signatures, who may issue); empty if there is no way."""
    if path[-1] in anchors: return path if len(path) > 1 else []
    for one in pool if len(path) < 5 else []:
        try:
            limits = one.extensions.get_extension_for_class(x509.BasicConstraints).value
            path[-1].verify_directly_issued_by(one)
        except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound): continue
        may = limits.ca and (limits.path_length is None or limits.path_length >= len(path) - 1)
        if may and (whole := traced([*path, one], pool, anchors)): return whole
    return []

def child(data: bytes, *places: int) -> bytes:
    """DER (X.690): the content of the n-th value, in that the content of the m-th, and so on."""
    for place in places:
        for _ in range(place + 1):
            start, length = 2, data[1]
            if length > 127: start, length = 2 + length % 128, int.from_bytes(data[2 : 2 + length % 128], "big")
            content, data = data[start : start + length], data[start + length :]
        data = content
    return data
def root_of(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162 section 2.1.3)."""
    if size == 1 or not proof: return leaf if size == 1 and not proof else b""
    left = 1 << (size - 1).bit_length() - 1
    if index < left: return sha256(b"\x01", root_of(leaf, index, left, proof[:-1]), proof[-1])
    return sha256(b"\x01", proof[-1], root_of(leaf, index - left, size - left, proof[:-1]))
def roots_of(old: int, size: int, proof: list[bytes], known: bytes) -> tuple[bytes, bytes]:
    """The old and the new root that a consistency proof leads to (RFC 9162 section 2.1.4). known: the old root."""
    if old == size or not proof:
        ends = [*proof, *filter(None, [known])]
        return (ends[0], ends[0]) if old == size and len(ends) == 1 else (b"", b"")
    left = 1 << (size - 1).bit_length() - 1
    first, second = roots_of(*((old, left, proof[:-1], known) if old <= left else (old - left, size - left, proof[:-1], b"")))
    return (first, sha256(b"\x01", second, proof[-1])) if old <= left else (sha256(b"\x01", proof[-1], first), sha256(b"\x01", proof[-1], second))

def proven(entry: dict[str, Any], size: int, root: bytes) -> bool:
    """Is the entry of the custody log what its digest says, and does it stand in the signed tree?"""
    number, payload, previous = entry["sequence"], entry["payload"], bytes.fromhex(entry["previous"])
    if entry["version"] == 2:
        commitment = bytes.fromhex(entry["commitment"])
        if payload is not None and sha256(bytes.fromhex(entry["salt"]), dumps(payload)) != commitment: return False
        named = b"".join(len(text := entry[name].encode()).to_bytes(2, "big") + text for name in ("at", "act"))
        digest = sha256(b"rvr/custody2", number.to_bytes(8, "big"), named, previous, commitment)
    else:
        told = [payload[name] for name in ("subject", "purpose", "details")]
        digest = sha256(b"rvr/custody1", previous, dumps([number, entry["at"], payload["actor"], entry["act"], *told]))
    proof, leaf = [bytes.fromhex(step) for step in entry["proof"][:64]], sha256(b"\0", digest)
    return digest.hex() == entry["digest"] and number < size and root_of(leaf, number, size, proof) == root

class Check:
    """One run: what holds, what is wrong, what was not proved. root: the bundle's folder, there: its files."""

    def __init__(self, root: str = "") -> None:
        self.root, self.there, self.logged = root, dict[str, tuple[int, str, str]](), dict[str, str]()
        self.paths, self.found = dict[bytes, Chain](), dict[tuple[str, int], Segment]()
        first = ["that the content of sealed files opens: no key was used."]
        self.said: dict[str, list[str]] = {"WARNING": [], "Holds": [], "WRONG": [], "Not proved": first}
        self.loud, self.holds, self.wrong, self.not_proved = self.said.values()

    def must(self, right: object, otherwise: str) -> bool:
        if not right: self.wrong.append(otherwise)
        return bool(right)
    def part(self, what: str, step: Any, *given: Any) -> None:
        """Whatever a hostile file makes a parser raise, it ends in words, and the other parts are still checked."""
        try: step(*given)
        except (Wrong, OSError) as error: self.wrong.append(f"{what}: {error}.")
        except Exception as error: self.wrong.append(f"{what} cannot be read ({type(error).__name__}: {error}).")

    def say(self) -> int:
        for title, lines in self.said.items():
            unique = list(dict.fromkeys(lines))
            more = [f"and {len(unique) - MOST_LINES} more"] if len(unique) > MOST_LINES else []
            for line in [title, *unique[:MOST_LINES], *more] if unique else []:
                safe = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in line)
                print(f"\n{safe}:" if line is title else f"  - {safe}")
        print("\nRESULT: " + ("SOMETHING IS WRONG, see above." if self.wrong else "nothing wrong was found."))
        return 1 if self.wrong else 0

    def read(self, name: str) -> bytes: return read_small(f"{self.root}/{name}")
    def segments(self, paths: list[str]) -> None:
        """Each sealed file alone, then the links between them; in a bundle no segment may be missing."""
        for one in map(Segment, paths):
            words = f"{one.name}: {one.status.upper()}. {one.reason} {len(one.kinds)} records, by {one.head.get('signer')}."
            (self.holds if one.status in ("intact", "recovered") else self.wrong).append(words)
            lost = {"recovered": "what was recorded between its last good record and the break", "open": "that its end is whole"}
            if one.status in lost: self.not_proved.append(f"{one.name}: {lost[one.status]}.")
            if not one.head: continue
            if one.head["signer"].startswith("TEST"): self.loud.append(f"{one.name}: signed by a TEST desk, no evidence for a court.")
            self.must(self.found.setdefault((one.evidence, one.number), one) is one, f"{one.name} is there twice.")
        for (evidence, number), one in self.found.items():
            if one.link is None: self.must(number == 1, f"{one.name} does not name the segment before it.")
            elif before := self.found.get((evidence, number - 1)):
                same = one.link["segment"] == number - 1 and before.chain_at(one.link["sequence"]).hex() == one.link["chain"]
                self.must(same, f"{one.name} follows another version of segment {number - 1} than {before.name}.")
            else: (self.wrong if self.root else self.not_proved).append(f"{one.name}: before it the file of segment {number - 1} is missing.")

    def files(self) -> None:
        walked = os.walk(self.root, onerror=lambda error: self.wrong.append(f"What is in a folder is not known: {error}."))
        for path in (f"{folder}/{name}" for folder, inner, names in walked for name in (*names, *inner)):
            name, mode = os.path.relpath(path, self.root).replace(os.sep, "/"), os.lstat(path).st_mode
            if not stat.S_ISDIR(mode) and self.must(stat.S_ISREG(mode), f"{name} is a link or a device."):
                self.there[name] = digests(path)

    def manifest(self, name: str, place: int, members: set[str]) -> None:
        if not self.must(name in self.there, f"{name} is missing."): return
        text, real = self.read(name).decode("utf-8", "surrogateescape"), {path: self.there[path][place] for path in members}
        listed = {path: digest for digest, _, path in (line.partition("  ") for line in text.split("\n")[:-1])}
        for path in sorted(set(listed) | members):
            new = [other for other in members - set(listed) if real[other] == listed.get(path)]
            gone = f"was renamed to {new[0]}" if new else "is missing"
            what = gone if path not in real else "was changed, its hash differs" if path in listed else "was added, it is not listed"
            self.must(real.get(path) == listed.get(path), f"{name}: {path} {what}.")
        self.must(text == "".join(f"{real[path]}  {path}\n" for path in sorted(real)), f"{name} is not as it must be.")

    def manifests(self) -> None:
        """BagIt (RFC 8493) as the format narrows it."""
        tags = {name for name in self.there if not name.startswith("data/")}
        for place, algorithm in enumerate(("sha256", "sha512"), 1):
            self.manifest(f"manifest-{algorithm}.txt", place, set(self.there) - tags)
            self.manifest(f"tagmanifest-{algorithm}.txt", place, tags - TAG_LISTS)
        sizes, info = [self.there[path][0] for path in set(self.there) - tags], self.read("bag-info.txt")
        right = re.findall(rb"(?m)^Payload-Oxum: (.*)$", info) == [b"%d.%d" % (sum(sizes), len(sizes))]
        self.must(right, "bag-info.txt counts other files than there are.")
        self.must(self.read("bagit.txt") == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "bagit.txt is not right.")
        if not self.wrong: self.holds.append(f"All {len(self.there)} files are there, none added, none changed.")

    def certificates(self, authority: str) -> None:
        anchors = x509.load_pem_x509_certificates(read_small(authority or f"{self.root}/certificates/authority.pem"))
        brought = [self.read(name) for name in self.there if name.startswith("certificates/")]
        pool = [*anchors, *(one for data in brought for one in x509.load_pem_x509_certificates(data))][:32]
        for leaf in pool:
            if isinstance(key := leaf.public_key(), Ed25519PublicKey) and (path := traced([leaf], pool, anchors)):
                self.paths[key.public_bytes_raw()] = path
        told = [] if authority else [one.fingerprint(hashes.SHA256()).hex() for one in anchors]
        self.not_proved += [f"that the authority is the force's: ask it whether its SHA-256 is {one}." for one in told]

    def desk(self, key: bytes, at: str, what: str, name: str) -> None:
        path = self.paths.get(key, [])
        if not self.must(path, f"{what}: no certificate of the authority vouches for the key that signed it."): return
        names, when = [one.subject.rfc4514_string() for one in path], datetime.fromisoformat(at).astimezone(UTC)
        if "TEST" in str(names): self.loud.append(f"Signed under a TEST AUTHORITY ({names[-1]}): it proves nothing to a court.")
        own = str(path[0].subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)
        self.must(name in (own, f"TEST {own}"), f"{what} is signed in the name of {name}, with the key of {own}.")
        valid = all(one.not_valid_before_utc <= when <= one.not_valid_after_utc for one in path)
        self.must(valid, f"{what}: the desk's certificate was not valid when it was signed ({at}).")

    def stamp(self, name: str, of: str, data: bytes) -> None:
        """RFC 3161: is the stamp over these bytes? Who made it is for openssl to check."""
        token = self.read(name)
        info = child(token, 0, 1, 1, 0, 2, 1, 0, 0)
        imprints = [hashlib.new(one, data).digest() for one in ("sha256", "sha384", "sha512")]
        right = child(token, 0, 0, 0) in (b"\0", b"\1") and child(info, 2, 1) in imprints
        if self.must(right, f"{name} is not a time stamp of {of}."):
            self.holds.append(f"{name} is a time stamp of {of} and gives the time {child(info, 4).decode()}.")
        self.not_proved.append(f"who made that stamp: openssl ts -verify -data {of} -in {name} -CAfile STAMP-AUTHORITY.pem")

    def note(self, name: str) -> tuple[int, bytes, bytes]:
        """A signed checkpoint of the custody log: its size, its root, and what a time stamp is over."""
        if not (found := NOTE.fullmatch(self.read(name).decode())): raise Wrong(f"{name} is not a signed checkpoint")
        text, key, data, label = found[1].encode(), bytes.fromhex(found[6]), base64.b64decode(found[9]), found[8].encode()
        named = re.sub(r"[\s+]", "-", found[5]) == found[8] and data[:4] == sha256(label, b"\n\x01", key)[:4]
        self.must(named and signed(key, data[4:], text), f"{name}: the desk's signature does not hold.")
        self.desk(key, found[4], name, found[5])
        if found[10]: self.not_proved.append(f"the cosignatures of {name}: the cosigners' certificates are not here.")
        return int(found[2]), base64.b64decode(found[3]), text + found[7].encode()

    def custody(self) -> None:
        """The extract of the custody log, and what it says of recordings and exhibits."""
        folder, (size, root, _) = "data/custody/", self.note("data/custody/checkpoint.txt")
        last, before, gone, told = -1, "0" * 64, list[str](), set[str]()
        for line in self.read(folder + "custody.jsonl").split(b"\n")[:-1]:
            entry = parsed(line, f"The entry after entry {last}")
            number, payload = entry["sequence"], entry["payload"]
            right = last < number and (number != last + 1 or entry["previous"] == before) and proven(entry, size, root)
            self.must(right, f"Entry {number} of the custody log was changed, moved, or is not in the signed log.")
            last, before = number, entry["digest"]
            subject, details = (payload["subject"], payload["details"]) if payload else ("", {})
            if payload is None: gone.append(f"entry {number}")
            elif entry["act"] == "payload_erased": told.add(subject)
            elif entry["act"] == "exhibit_received":
                self.logged.setdefault(subject, f"{details.get('reference')} with SHA-256 {details.get('sha256')}")
            elif entry["act"] == "recording_head":
                one, record = self.found.get((subject, int(details["segment"]))), int(details["sequence"])
                same = one is not None and one.chain_at(record).hex() == details["chain"]
                self.must(same, f"{subject}, segment {details['segment']}: the log knows another record {record}: cut or changed.")
        self.not_proved += [f"why {one} was erased: no entry here says so." for one in gone if one not in told]
        self.not_proved.append("that the extract of the custody log leaves no entry about this case out.")
        self.holds.append(f"The custody log's entries here stand in the log of {size} entries that the desk signed.")
        if folder + "stamped.tsr" in self.there:
            old, old_root, over = self.note(folder + "stamped.txt")
            grown = parsed(self.read(folder + "stamped.json").removesuffix(b"\n"), "stamped.json")
            proof = [bytes.fromhex(step) for step in grown["proof"][:128]]
            right = (grown["from"], grown["to"]) == (old, size) and roots_of(old, size, proof, old_root) == (old_root, root)
            self.must(right, "The custody log that was time-stamped is not the beginning of this one.")
            self.stamp(folder + "stamped.tsr", folder + "stamped.txt", over)

    def contents(self, facts: dict[str, Any]) -> None:
        named = [one["path"] for kind in ("copies", "custody", "documents", "exhibits") for one in facts[kind]]
        named += [path for one in facts["recordings"] for path in one["segments"]]
        data = [name for name in self.there if name.startswith("data/") and not name.endswith(".torn")]
        self.must(sorted(named) == sorted(data), "bundle.json describes other files than there are below data/.")
        for one in facts["exhibits"]:
            path, told, came = one["path"], f"{one['reference']} with SHA-256 {one['sha256']}", self.logged.pop(one["evidence_id"], "")
            self.must(self.there.get(path, ("", ""))[1] == one["sha256"], f"{path} is not the file that bundle.json describes.")
            self.must(came in ("", told), f"{path}: bundle.json calls it {told}; the custody log knows it as {came}.")
            words = "its hash was logged when it came" if came == told else "no entry of the custody log here names its hash"
            (self.holds if came == told else self.not_proved).append(f"{one['reference']}: that {path} is what came: {words}.")
        left = {one.partition(": ")[0] for one in facts["left_out"]}
        for came in self.logged.values():
            self.must(came.split(" ")[0] in left, f"{came} came, says the custody log; it is not here, and nothing says why.")
        self.not_proved += [f"that this was rightly left out: {one}." for one in facts["left_out"]]
        for one in facts["recordings"]:
            real = sorted(segment.name for segment in self.found.values() if segment.evidence == one["evidence_id"])
            self.must(sorted(map(os.path.basename, one["segments"])) == real, f"What bundle.json lists are not the sealed files of {one['evidence_id']}.")
        parts = {one["evidence_id"]: [path for path in one["segments"] if path in self.there] for one in facts["recordings"]}
        for one in facts["copies"]:
            master = digests(*(f"{self.root}/{path}" for path in parts[one["evidence_id"]]))[1]
            self.must(master == one["master_sha256"], f"{one['path']} names another master than is here.")
            self.not_proved.append(f"that {one['path']} shows what the sealed master holds: comparing needs the key.")
        self.not_proved.append("that index.html, README.txt, custody.csv and PDF pages say what the data say: they are signed, not compared.")
        self.not_proved += [f"signatures inside {name}: pdfsig {name}" for name in sorted(self.there) if name.endswith(".pdf")]

    def bundle(self, authority: str) -> None:
        self.part("The folder", self.files)
        self.part("The manifests", self.manifests)
        self.part("The certificates", self.certificates, authority)
        data, signature = self.read("bundle.json"), self.read("bundle.sig")
        facts = parsed(data, "It")
        tags = {name: self.there[name][1] for name in self.there if name not in UNSIGNED and not name.startswith("data/")}
        right = (facts["form"], facts["tag_files"]) == ("rvr/bundle1", tags)
        self.must(right, "bundle.json vouches for other files than there are, or is of another form than this program knows.")
        own = digests(os.path.realpath(__file__))[1]
        brought = "." if own == tags.get("rvr_verify.py") else "; rvr_verify.py in the bundle is another program."
        self.not_proved.append(f"that this program is honest: compare its SHA-256 with the publisher's: {own}{brought}")
        key, stamped = bytes.fromhex(facts["desk_key"]), "bundle.tsr" in self.there
        if self.must(signed(key, signature, b"rvr/bundle1" + sha256(data)), "bundle.sig is not a signature of bundle.json."):
            self.holds.append(f"Signed by {facts['signer']}, {facts['made_at']}; made by {facts['made_by']}.")
        self.part("The bundle's signature", self.desk, key, facts["made_at"], "The bundle", facts["signer"])
        self.must(facts["time_stamp"] == stamped, "bundle.json and bundle.tsr do not fit together.")
        if stamped: self.part("bundle.tsr", self.stamp, "bundle.tsr", "bundle.sig", signature)
        self.part("The sealed recordings", self.segments, [f"{self.root}/{n}" for n in self.there if n.endswith(".rvrc")])
        for one in self.found.values(): self.part(one.name, self.desk, one.key, one.head["wall_time"], one.name, one.head["signer"])
        if facts["custody"]: self.part("The custody log", self.custody)
        else: self.not_proved.append("who did what to this: there is no custody log in the bundle.")
        self.part("bundle.json", self.contents, facts)

def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="BUNDLE")
    parser.add_argument("--authority", metavar="FILE.pem", default="")
    asked = parser.parse_args(arguments)
    folders = [path for path in asked.paths if os.path.isdir(path)]
    if not all(map(os.path.exists, asked.paths)) or (folders and len(asked.paths) > 1):
        parser.error("name one bundle's folder, or sealed recordings that exist.")
    check = Check(*folders)
    if folders: check.part("bundle.json", check.bundle, asked.authority)
    else:
        check.part("The recording", check.segments, asked.paths)
        check.not_proved.append("that a desk of the force signed: no certificate was given.")
    return check.say()

if __name__ == "__main__":
    sys.exit(main())
