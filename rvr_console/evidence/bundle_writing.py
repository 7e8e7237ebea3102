"""The bundle's own bookkeeping: hashes of what went by, BagIt manifests (RFC 8493), bundle.json, signature and stamp."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import rfc8785

from rvr_console import __version__
from rvr_console.domain.bundle import BundleOrder
from rvr_console.errors import BugError
from rvr_console.evidence.bundle_target import BundleItem

ALGORITHMS = ("sha256", "sha512")
FORM = "rvr/bundle1"
BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
Stamp = Callable[[bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class Written:
    """A file that went by. digests: hexadecimal, in the order of ALGORITHMS."""

    size: int
    digests: tuple[str, ...]

    @property
    def sha256(self) -> str:
        return self.digests[0]


@dataclass(slots=True)
class Ledger:
    """Everything that went into the bundle so far: path -> what it was."""

    written: dict[str, Written] = field(default_factory=dict)

    def item(self, path: str, size: int, chunks: Iterable[bytes]) -> BundleItem:
        """The file, hashed while it goes by; it stands in the ledger once it has gone."""
        return BundleItem(path, size, self._tally(path, size, chunks))

    def small(self, path: str, data: bytes) -> BundleItem:
        return self.item(path, len(data), [data])

    def _tally(self, path: str, size: int, chunks: Iterable[bytes]) -> Iterator[bytes]:
        if path in self.written:
            raise BugError("two files of one name in a bundle")
        hashers, count = [hashlib.new(name) for name in ALGORITHMS], 0
        for chunk in chunks:
            count += len(chunk)
            for hasher in hashers:
                hasher.update(chunk)
            yield chunk
        if count != size:
            raise BugError("a file of the bundle has another size than was said")
        self.written[path] = Written(count, tuple(hasher.hexdigest() for hasher in hashers))

    def manifest(self, place: int, *, payload: bool) -> bytes:
        """Lines of digest, two blanks, path; sorted by path. place: of the algorithm."""
        paths = sorted(path for path in self.written if path.startswith("data/") == payload)
        return "".join(f"{self.written[path].digests[place]}  {path}\n" for path in paths).encode()

    @property
    def payload(self) -> list[Written]:
        return [one for path, one in self.written.items() if path.startswith("data/")]


@dataclass(frozen=True, slots=True)
class BundleSigner:
    """Who vouches for the bundle. certificates: file name -> PEM; stamp: RFC 3161 token over the signature, or None."""

    label: str
    public_key: bytes
    sign: Callable[[bytes], bytes]
    force: str
    certificates: dict[str, bytes]
    stamp: Stamp | None = None


def bag_info(order: BundleOrder, force: str, payload: Iterable[Written]) -> bytes:
    sizes = [one.size for one in payload]
    lines = {
        "Source-Organization": force,
        "External-Identifier": order.incident,
        "Bagging-Date": order.made_at.date().isoformat(),
        "Payload-Oxum": f"{sum(sizes)}.{len(sizes)}",
        "Bag-Software-Agent": f"rvr-console {__version__}",
    }
    return "".join(f"{name}: {' '.join(text.split())}\n" for name, text in lines.items()).encode(
        "utf-8", "replace"
    )


def tag_items(
    ledger: Ledger, order: BundleOrder, pages: dict[str, bytes], facts: dict[str, Any], signer: BundleSigner
) -> Iterator[BundleItem]:
    """Everything outside data/, in the order in which it depends on what was written before."""
    yield ledger.small("bagit.txt", BAGIT_TXT)
    yield ledger.small("bag-info.txt", bag_info(order, signer.force, ledger.payload))
    for name, data in {
        **pages,
        **{f"certificates/{n}": pem for n, pem in signer.certificates.items()},
    }.items():
        yield ledger.small(name, data)
    for place, algorithm in enumerate(ALGORITHMS):
        yield ledger.small(f"manifest-{algorithm}.txt", ledger.manifest(place, payload=True))
    tags = {path: one.sha256 for path, one in ledger.written.items() if not path.startswith("data/")}
    vouched, signature, token = _sealed(facts, tags, signer)
    yield ledger.small("bundle.json", vouched)
    yield ledger.small("bundle.sig", signature)
    if token is not None:
        yield ledger.small("bundle.tsr", token)
    lists = [ledger.manifest(place, payload=False) for place in range(len(ALGORITHMS))]
    for algorithm, data in zip(ALGORITHMS, lists, strict=True):
        yield ledger.small(f"tagmanifest-{algorithm}.txt", data)


def bundle_json(facts: dict[str, Any], tags: dict[str, str], signer: BundleSigner, *, stamped: bool) -> bytes:
    """Canonical (RFC 8785). Signed; it vouches for every tag file by its hash, and by the manifests for all the rest."""
    about = {
        "application": f"rvr-console {__version__}",
        "desk_key": signer.public_key.hex(),
        "force": signer.force,
        "form": FORM,
        "signer": signer.label,
        "tag_files": tags,
        "time_stamp": stamped,
    }
    return rfc8785.dumps(facts | about)


def _sealed(
    facts: dict[str, Any], tags: dict[str, str], signer: BundleSigner
) -> tuple[bytes, bytes, bytes | None]:
    """bundle.json, its signature, and the time stamp over the signature when there is one: bundle.json says which."""
    if signer.stamp is not None:
        vouched, signature = _signed(facts, tags, signer, stamped=True)
        token = signer.stamp(signature)
        if token is not None:
            return vouched, signature, token
    return *_signed(facts, tags, signer, stamped=False), None


def _signed(
    facts: dict[str, Any], tags: dict[str, str], signer: BundleSigner, *, stamped: bool
) -> tuple[bytes, bytes]:
    vouched = bundle_json(facts, tags, signer, stamped=stamped)
    return vouched, signer.sign(b"rvr/bundle1" + hashlib.sha256(vouched).digest())
