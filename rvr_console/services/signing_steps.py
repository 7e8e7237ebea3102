"""The custody entries of a signing, and what the page is to do at each stage. Details are ids, digests and counts, never a word of the text."""

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import SigningChanged
from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.signing import Act, Ceremony, Stage, take
from rvr_console.domain.signing_gate import Gate
from rvr_console.domain.statement import Statement, StatementVersion, named
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Work
from rvr_console.services.statements import keep_signed

_ACTS = {
    Stage.SHOWN: CustodyAct.SIGNING_SHOWN,
    Stage.READ: CustodyAct.SIGNING_READ,
    Stage.DECLARED: CustodyAct.DECLARED,
    Stage.SIGNED: CustodyAct.SIGNED,
    Stage.SEALED: CustodyAct.STATEMENT_SEALED,
    Stage.VOID: CustodyAct.SIGNING_VOID,
}


def page_stage(ceremony: Ceremony) -> str:
    """As the page knows it."""
    if ceremony.past(Stage.SIGNED):
        return "signed"
    if ceremony.stage is Stage.DECLARED:
        return "signing"
    return "declaring" if ceremony.asked_at is not None else "reading"


def step(work: Work, ceremony_id: str, act: Act, moment: RecordingMoment | None) -> tuple[Ceremony, Ceremony]:
    """In the caller's transaction: the act, its custody entry and, at the signature, the statement's own state.

    The ceremony before and after; the same object when the act changes nothing. Raises RefusedError.
    """
    before = work.tx.signings.get(ceremony_id)
    if before is None:
        raise RefusedError("There is no such showing.", kept="Nothing was changed.")
    after = take(before, act, work.at, moment)
    if after is before:
        return before, after
    work.tx.signings.add_act(ceremony_id, act, work.at, work.actor, moment)
    keep_step(work, before, after, moment)
    if after.stage is Stage.SIGNED and before.stage is not Stage.SIGNED:
        keep_signed(work, after.statement_id, after.version)
    work.tell(SigningChanged(after))
    return before, after


def known_statement(work: Work, statement_id: str) -> Statement:
    found = work.tx.statements.get(statement_id)
    if found is None:
        raise RefusedError("There is no such statement.", kept="Nothing was changed.")
    return found


def frozen(work: Work, ceremony: Ceremony) -> tuple[StatementVersion, bytes]:
    """The version and the bytes that were offered. Raises EvidenceError when the store has others."""
    version = known_statement(work, ceremony.statement_id).version(ceremony.version)
    return version, work.tx.statements.pdf(ceremony.statement_id, version)


def name_of(work: Work, ceremony: Ceremony) -> str:
    """Kind, person and version of what is signed."""
    statement = known_statement(work, ceremony.statement_id)
    return named(statement.kind, statement.version(ceremony.version).content, ceremony.version)


def keep_offer(work: Work, ceremony: Ceremony, gate: Gate) -> None:
    work.tx.signings.add(ceremony)
    details = {**_what(ceremony), "size": str(ceremony.size), "pages": str(len(ceremony.pages))}
    details |= {"policy": gate.policy, "gate": "met" if gate.met else "overridden"}
    work.log(CustodyAct.SIGNING_OFFERED, ceremony.consultation_id, **details)
    work.tell(SigningChanged(ceremony))


def keep_step(work: Work, before: Ceremony, after: Ceremony, moment: RecordingMoment | None) -> None:
    """One entry for each stage that is reached, for the officer's showing of the declaration, and for a sealing that did not succeed."""
    details = _what(after)
    if after.device:
        details["device"] = after.device
    if moment is not None:
        details |= {
            "recording": moment.evidence_id,
            "segment": str(moment.segment),
            "offset_us": str(moment.offset_us),
        }
    if after.stage is Stage.SIGNED and after.trouble != before.trouble:
        details["why"] = after.trouble
        work.log(CustodyAct.STATEMENT_NOT_SEALED, after.consultation_id, **details)
        return
    if after.asked_at is not None and before.asked_at is None:
        work.log(CustodyAct.DECLARATION_SHOWN, after.consultation_id, **details)
        return
    again = after.stage is Stage.SHOWN and before.device != after.device
    if after.stage is before.stage and not again:
        return
    details |= _more(after)
    work.log(_ACTS[after.stage], after.consultation_id, **{k: v for k, v in details.items() if v})


def _what(ceremony: Ceremony) -> dict[str, str]:
    return {
        "signing": ceremony.id,
        "statement": ceremony.statement_id,
        "version": str(ceremony.version),
        "shown_sha256": ceremony.sha256,
    }


def _more(ceremony: Ceremony) -> dict[str, str]:
    match ceremony.stage:
        case Stage.READ:
            return {"seconds": ",".join(f"{page.seconds:.0f}" for page in ceremony.pages)}
        case Stage.SIGNED if ceremony.signature is not None:
            return {
                "signature": ceremony.signature.kind.value,
                "drawn_points": str(ceremony.signature.drawn_points or ""),
                "signature_sha256": ceremony.signature.digest,
            }
        case Stage.SEALED:
            return _sealing(ceremony)
        case Stage.VOID:
            return {"reason": ceremony.void_reason.value if ceremony.void_reason else ""}
        case _:
            return {}


def _sealing(ceremony: Ceremony) -> dict[str, str]:
    """Binds together the bytes shown, the signature, its place in the recording, the device and the sealed file."""
    details = {
        "exhibit": ceremony.evidence_id,
        "sealed_sha256": ceremony.sealed_sha256,
        "shown_bytes": str(ceremony.size),
        "level": ceremony.level,
        "words": ceremony.seal_words,
        "signature": ceremony.signature.kind.value if ceremony.signature else "",
        "signature_sha256": ceremony.signature.digest if ceremony.signature else "",
        "signed_at": ceremony.times[Stage.SIGNED].isoformat(),
    }
    moment = ceremony.moments.get(Stage.SIGNED)
    if moment is not None:
        details |= {
            "recording": moment.evidence_id,
            "segment": str(moment.segment),
            "offset_us": str(moment.offset_us),
        }
    return details
