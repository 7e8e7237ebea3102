"""Cosigning: this desk lays down its checkpoints, signs those of others that continue what it saw, and collects theirs."""

import asyncio
import json
from dataclasses import dataclass
from typing import Protocol

from rvr_console.domain.checkpoint import (
    Checkpoint,
    SignatureCheck,
    Signer,
    cosignature_line,
    cosigned_at,
    parse_note,
)
from rvr_console.domain.cosigning import Drop, Seen, Vouching, follow, parse_drop, parse_seen, seen_bytes
from rvr_console.domain.custody_store import Cosignature, StoredCheckpoint
from rvr_console.domain.repositories import Transaction
from rvr_console.errors import EvidenceError
from rvr_console.services.desk import Desk


class CosignPlace(Protocol):
    """Where desks meet. Blocking; what it returns is untrusted. Each may raise ServiceDownError."""

    def logs(self) -> list[str]: ...
    def drops(self, log_id: str, since: int) -> list[tuple[int, bytes]]: ...
    def last(self, log_id: str) -> tuple[int, bytes] | None: ...
    def lay(self, log_id: str, number: int, data: bytes) -> None: ...
    def sign(self, log_id: str, number: int, key: bytes, data: bytes) -> None: ...
    def signatures(self, log_id: str, number: int) -> list[bytes]: ...
    def remembered(self) -> bytes | None: ...
    def remember(self, data: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class CosignRound:
    """signed: checkpoints of others signed now. received: new cosignatures under ours. faults: what must not be signed, in words."""

    signed: int = 0
    received: int = 0
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Own:
    log_id: str
    newest: StoredCheckpoint
    known: frozenset[str]  # all notes


class Cosigning:
    def __init__(
        self,
        desk: Desk,
        signer: Signer,
        chain_pem: bytes,
        check: SignatureCheck,
        vouch: Vouching,
        place: CosignPlace,
    ) -> None:
        """chain_pem: this desk's certificates, leaf first."""
        self._desk = desk
        self._signer = signer
        self._chain_pem = chain_pem.decode()
        self._check = check
        self._vouch = vouch
        self._place = place

    async def round(self) -> CosignRound:
        """Once around. Raises ServiceDownError when the others cannot be reached, StorageError."""
        own = await self._desk.note(lambda work: _own(work.tx))
        received, faults = 0, []
        if own is not None:
            try:
                faults += await self._lay(own)
                received = await self._collect(own)
            except (
                EvidenceError
            ) as error:  # something else was put in our place: the others are followed all the same
                faults.append(error.what)
        signed, found = await asyncio.to_thread(self._sign_others, own.log_id if own else "")
        return CosignRound(signed, received, (*faults, *found))

    async def _lay(self, own: _Own) -> list[str]:
        """Our newest checkpoint, with the proof from the one laid down before."""
        newest = await asyncio.to_thread(self._place.last, own.log_id)
        if newest is None:
            return await self._lay_one(own, 0, ())
        drop = parse_drop(newest[1])
        last = parse_note(drop.note)
        if not (last.checkpoint.key == self._signer.public_key and last.holds(self._check)):
            return ["A checkpoint was laid down in this desk's name that it did not sign."]
        size = last.checkpoint.size
        if drop.note not in own.known or size > own.newest.size:
            return [
                f"This desk has shown other desks a log of {size} entries that is not the one in its database."
            ]
        if size == own.newest.size:
            return []
        proof = await self._desk.note(lambda work: work.tx.custody.tree().consistency(size, own.newest.size))
        return await self._lay_one(own, size, tuple(proof))

    async def _lay_one(self, own: _Own, start: int, proof: tuple[bytes, ...]) -> list[str]:
        data = Drop(own.newest.note, start, proof, self._chain_pem).to_bytes()
        await asyncio.to_thread(self._place.lay, own.log_id, own.newest.number, data)
        return []

    async def _collect(self, own: _Own) -> int:
        """Cosignatures of the checkpoint that was laid down last."""
        newest = await asyncio.to_thread(self._place.last, own.log_id)
        number = newest[0] if newest else -1
        stored = await self._desk.note(lambda work: work.tx.custody_seals.get(number))
        if stored is None:
            return 0
        text = parse_note(stored.note).checkpoint.text
        fresh = []
        for untrusted in await asyncio.to_thread(self._place.signatures, own.log_id, number):
            found = self._cosignature(untrusted, text, number)
            if found is not None:
                fresh.append(found)
        return await self._desk.note(lambda work: _keep(work.tx, fresh))

    def _cosignature(self, untrusted: bytes, text: str, number: int) -> Cosignature | None:
        """None when it is not another desk's good signature: anybody may write into the folder."""
        try:
            facts = json.loads(untrusted)
            line, chain = str(facts["line"]), str(facts["chain"])
            now = self._desk.clock.now()
            desk = self._vouch(chain.encode(), now)
        except (ValueError, KeyError, TypeError, RecursionError, EvidenceError):
            return None
        if (
            desk.key == self._signer.public_key
            or cosigned_at(line, text, desk.label, desk.key, self._check) is None
        ):
            return None
        return Cosignature(number, desk.label, now, line)

    def _sign_others(self, own_log: str) -> tuple[int, list[str]]:
        remembered = self._place.remembered()
        seen = parse_seen(remembered) if remembered is not None else {}
        signed, faults = 0, []
        for log_id in self._place.logs():
            if log_id == own_log:
                continue
            try:
                signed += self._sign_log(log_id, seen)
            except EvidenceError as error:
                faults.append(error.what)
        return signed, faults

    def _sign_log(self, log_id: str, seen: dict[str, Seen]) -> int:
        """Follow one log from where it was left; sign its newest checkpoint. Raises EvidenceError."""
        known = seen.get(log_id)
        newest: tuple[int, Checkpoint] | None = None
        for number, untrusted in self._place.drops(log_id, known.number if known else 0):
            one = follow(parse_drop(untrusted), log_id, seen.get(log_id), self._check, self._vouch)
            if newest is None and known is not None and one.size != known.size:
                raise EvidenceError(
                    f"What {one.desk} laid down at {known.size} entries is gone from the folder."
                )
            seen[log_id] = Seen(number, one.size, one.root)
            newest = (number, one)
        if newest is None:
            if known is not None:
                raise EvidenceError(
                    f"A log of {known.size} entries that this desk has seen is gone from the folder."
                )
            return 0
        number, one = newest
        if known == seen[log_id]:
            return 0
        self._place.remember(seen_bytes(seen))  # before signing: never sign what could be forgotten
        line = cosignature_line(one.text, self._signer, self._desk.clock.now())
        data = json.dumps({"chain": self._chain_pem, "line": line}).encode()
        self._place.sign(log_id, number, self._signer.public_key, data)
        return 1


def _own(tx: Transaction) -> _Own | None:
    stored = tx.custody_seals.all()
    if not stored:
        return None
    return _Own(tx.custody.tip().log_id, stored[-1], frozenset(one.note for one in stored))


def _keep(tx: Transaction, fresh: list[Cosignature]) -> int:
    known = {
        (one.number, one.cosigner) for one in tx.custody_seals.cosignatures({each.number for each in fresh})
    }
    new = [one for one in fresh if (one.number, one.cosigner) not in known]
    for one in new:
        tx.custody_seals.add_cosignature(one)
    return len(new)
