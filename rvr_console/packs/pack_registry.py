"""All packs of this desk: bundled, kept from earlier, and the force's folder. What is not valid never gets in; what was in stays."""

import logging
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from rvr_console.domain.events import Fault
from rvr_console.domain.form import Pack, PackKind
from rvr_console.domain.form_structure import all_items
from rvr_console.domain.ports import Disk, EventSink
from rvr_console.errors import KnownError
from rvr_console.packs.pack_schema import FORMS, parse_kept, parse_pack
from rvr_console.packs.pack_signature import Publisher, check_signature, read_publishers, read_small
from rvr_console.packs.pack_text import MAX_BYTES, PackProblem, PackRefusedError, refuse

log = logging.getLogger(__name__)

PUBLISHERS = "publishers.txt"
SCHEMA_NAME = "pack.schema.json"
MAX_FILES = 200
_OVERTAKEN = "the bundled version is higher and is in use: give yours a higher version"
_CHOICE = re.compile(r"(?:(\d{4}-\d{2}-\d{2}) )?([a-z]+)=([a-z0-9][a-z0-9_.-]{0,39})")


@dataclass(frozen=True, slots=True)
class PackSources:
    """Where packs come from. folder, publishers: the force's own, None for none. kept: where accepted ones are kept.

    choices: `risk=dash`, or with a first day `2027-04-01 risk=dara`: which pack of a kind is offered from when on.
    """

    folder: Path | None = None
    publishers: Path | None = None
    kept: Path | None = None
    choices: tuple[str, ...] = ()
    bundled: Path = FORMS


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not taken."""

    file: str
    problems: tuple[PackProblem, ...]

    def in_words(self) -> str:
        more = f" ({len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        return f"{self.file}: {self.problems[0].in_words()}{more}"


@dataclass(frozen=True, slots=True)
class SignedPack:
    """content: the file's bytes. signature: the text of its signature file."""

    pack: Pack
    publisher: Publisher
    content: bytes
    signature: str


@dataclass(frozen=True, slots=True)
class _Choice:
    since: date
    kind: str
    pack_id: str


def version_key(version: str) -> tuple[int, ...]:
    """1.10 is higher than 1.9, and 1.0 is the same as 1."""
    parts = [int(part) for part in version.split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _read_choice(untrusted: str) -> _Choice | None:
    match = _CHOICE.fullmatch(untrusted)
    if match is None or match[2] not in set(PackKind):
        return None
    try:
        return _Choice(date.fromisoformat(match[1] or "2000-01-01"), match[2], match[3])
    except ValueError:
        return None


def read_choices(given: tuple[str, ...]) -> tuple[_Choice, ...]:
    """Raises KnownError: a choice that cannot be read."""
    found = []
    for one in given:
        choice = _read_choice(one)
        if choice is None:
            raise KnownError(
                f"The setting pack_choices has “{one}”.",
                kept="Nothing was started.",
                todo="Write for instance “risk=dash” or “2027-04-01 risk=dara”.",
            )
        found.append(choice)
    return tuple(sorted(found, key=lambda c: c.since))


class PackRegistry:
    """Implements domain.form_packs.FormPacks. Used by one thread; `reload` may be called again at any time."""

    def __init__(self, sources: PackSources, disk: Disk, events: EventSink) -> None:
        """Raises KnownError: a bundled pack is not as it was published, or a choice cannot be read."""
        self._sources = sources
        self._disk = disk
        self._events = events
        self._choices = read_choices(sources.choices)
        self._packs: dict[tuple[str, tuple[int, ...]], Pack] = {}
        self._refusals: tuple[Refusal, ...] = ()
        self._bundled_keys = read_publishers(sources.bundled / PUBLISHERS)
        self._load_bundled()
        self._bundled = {pack.id: pack for pack in self._packs.values()}
        self.reload()

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What the last look at the force's folder refused."""
        return self._refusals

    def current(self, kind_or_id: str, at: datetime) -> Pack:
        pack_id = self._chosen(kind_or_id, at.date()) if kind_or_id in set(PackKind) else kind_or_id
        offered = [p for p in self.all() if p.id == pack_id and (p.valid_from or date.min) <= at.date()]
        if not offered:
            raise KnownError(
                f"There is no form “{kind_or_id}” on this desk.",
                kept="Everything that was answered is stored.",
                todo="Tell IT: a pack of this form must be supplied.",
            )
        return offered[0]

    def get(self, pack_id: str, version: str) -> Pack:
        pack = self._packs.get((pack_id, version_key(version)))
        if pack is None or pack.version != version:
            raise KnownError(f"Version {version} of the form “{pack_id}” is not on this desk.")
        return pack

    def all(self) -> tuple[Pack, ...]:
        newest_first = sorted(self._packs.values(), key=lambda p: version_key(p.version), reverse=True)
        return tuple(sorted(newest_first, key=lambda p: p.id))

    def parse(self, text: str) -> Pack:
        return parse_kept(text)

    def reload(self) -> tuple[Refusal, ...]:
        """Look at the kept packs and at the force's folder again. Refused files are told as faults; nothing in use goes."""
        refused: list[Refusal] = []
        try:
            trusted = self._bundled_keys + (
                read_publishers(self._sources.publishers) if self._sources.publishers else ()
            )
        except KnownError as error:
            trusted = self._bundled_keys
            refused.append(Refusal(PUBLISHERS, (PackProblem(0, "", error.what),)))
        for folder in (self._sources.kept, self._sources.folder):
            if folder is not None:
                refused += self._load_folder(folder, trusted)
        refused += self._overtaken()
        self._refusals = tuple(refused)
        for refusal in refused:
            log.warning("a form pack was refused: %s", refusal.in_words())
            self._events.publish(
                Fault(
                    f"A form pack was refused: {refusal.in_words()}.",
                    "The version in use stays.",
                    "Tell IT: correct the file and sign it again.",
                )
            )
        return self._refusals

    def _overtaken(self) -> list[Refusal]:
        """A force's wording that a newer bundled pack would silently take the place of."""
        own: dict[str, Pack] = {}
        for pack in reversed(self.all()):  # the newest of each id last
            if pack.id in self._bundled and pack is not self._bundled[pack.id]:
                own[pack.id] = pack
        return [
            Refusal(f"{pack.id} {pack.version}", (PackProblem(0, "", _OVERTAKEN),))
            for pack in own.values()
            if version_key(pack.version) < version_key(self._bundled[pack.id].version)
        ]

    def _chosen(self, kind: str, day: date) -> str:
        chosen = [c.pack_id for c in self._choices if c.kind == kind and c.since <= day]
        ids = sorted(p.id for p in self._packs.values() if p.kind.value == kind)
        bundled = [i for i in ids if i in self._bundled]
        return (chosen[-1:] or bundled or ids or [kind])[0]

    def _load_bundled(self) -> None:
        for path in pack_files(self._sources.bundled):
            try:
                self._take(read_signed(path, self._bundled_keys).pack)
            except PackRefusedError as error:
                raise KnownError(
                    f"The bundled form {path.name} is not as it was published: {error.problems[0].in_words()}.",
                    kept="Nothing was started.",
                    todo="Install the console again.",
                ) from error

    def _keep(self, found: SignedPack) -> None:
        """So that an accepted pack stays when its file is spoilt or gone. Raises OSError, StorageError."""
        if self._sources.kept is None:
            return
        target = self._sources.kept / f"{found.pack.id}-{found.pack.version}.json"
        if (
            not target.is_file()
            or target.stat().st_size != len(found.content)
            or target.read_bytes() != found.content
        ):
            target.parent.mkdir(parents=True, exist_ok=True)
            self._disk.write_durable(target.with_name(target.name + ".sig"), found.signature.encode())
            self._disk.write_durable(target, found.content)

    def _check_no_way_back(self, pack: Pack, before: tuple[Pack, ...]) -> None:
        """Raises PackRefusedError: a higher version of the force's own is in use from the same day on, or from an earlier one."""
        first = pack.valid_from or date.min
        for known in before:
            if (
                known.id == pack.id
                and known is not self._bundled.get(pack.id)
                and version_key(known.version) > version_key(pack.version)
                and (known.valid_from or date.min) <= first
            ):
                raise refuse(0, f"version {pack.version} is older than {known.version}, which is in use")

    def _load_folder(self, folder: Path, trusted: tuple[Publisher, ...]) -> list[Refusal]:
        refused: list[Refusal] = []
        before = tuple(self._packs.values())
        try:
            paths = (
                pack_files(folder) if folder.is_dir() or folder != self._sources.kept else []
            )  # kept: none yet
        except KnownError as error:
            return [Refusal(folder.name, (PackProblem(0, "", error.what),))]
        for path in paths:
            try:
                found = read_signed(path, trusted)
                self._check_against_known(found.pack)
                if folder != self._sources.kept and found.pack not in before:
                    self._check_no_way_back(found.pack, before)
                self._take(found.pack)
                if folder != self._sources.kept:
                    self._keep(found)
            except PackRefusedError as error:
                refused.append(Refusal(path.name, error.problems))
            except (KnownError, OSError) as error:
                words = error.what if isinstance(error, KnownError) else type(error).__name__
                refused.append(Refusal(path.name, (PackProblem(0, "", words),)))
        return refused

    def _take(self, pack: Pack) -> None:
        self._packs[pack.id, version_key(pack.version)] = pack

    def _check_against_known(self, pack: Pack) -> None:
        """Raises PackRefusedError: the same version with other content, or it lacks what the bundled one has."""
        known = self._packs.get((pack.id, version_key(pack.version)))
        if known is not None and known.digest != pack.digest:
            raise refuse(
                0, f"version {pack.version} of “{pack.id}” is known with other content: raise the version"
            )
        bundled = self._bundled.get(pack.id)
        if bundled is None:
            return
        if pack.kind is not bundled.kind:
            raise refuse(0, f"“{pack.id}” is of kind {bundled.kind.value}")
        ids = {item.id for item in all_items(pack)}
        missing = [item.id for item in all_items(bundled) if item.id not in ids]
        if missing:
            raise refuse(0, f"items of the bundled “{pack.id}” are missing: {', '.join(missing[:8])}")


def pack_files(folder: Path) -> list[Path]:
    """The packs in a folder, by name. Raises KnownError: it cannot be read, or it holds too many."""
    try:
        found = sorted(p for p in folder.iterdir() if p.suffix == ".json" and p.name != SCHEMA_NAME)
    except OSError as error:
        raise KnownError(f"The folder {folder.name} cannot be read: {type(error).__name__}.") from error
    if len(found) > MAX_FILES:
        raise KnownError(f"The folder {folder.name} holds more than {MAX_FILES} packs.")
    return found


def read_limited(path: Path) -> bytes:
    """One byte more than a pack may have at most. Raises PackRefusedError: it is no regular file, or cannot be read."""
    if not path.is_file():
        raise refuse(0, "it is no file")
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise refuse(0, f"it cannot be read: {type(error).__name__}") from error


def read_trusted(path: Path, trusted: tuple[Publisher, ...]) -> tuple[bytes, str, Publisher]:
    """The file's bytes, the text of its signature, and who signed: the very bytes that are used. Raises PackRefusedError."""
    content = read_limited(path)
    if len(content) > MAX_BYTES:
        raise refuse(0, f"the file is larger than {MAX_BYTES >> 10} KiB")
    beside = path.with_name(path.name + ".sig")
    try:
        signature = read_small(beside) if beside.is_file() else None
    except KnownError as error:
        raise refuse(0, error.what) from None
    publisher = check_signature(content, signature, trusted)
    return content, signature or "", publisher


def read_signed(path: Path, trusted: tuple[Publisher, ...]) -> SignedPack:
    """The signature is checked before the content is looked at. Raises PackRefusedError."""
    content, signature, publisher = read_trusted(path, trusted)
    return SignedPack(parse_pack(content), publisher, content, signature)
