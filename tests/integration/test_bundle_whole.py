"""A whole case through the real services: store, custody log, exhibits, export; then the verifier, then what a forger tries."""

import asyncio
import hashlib
import importlib.util
import io
import json
import shutil
import sys
from pathlib import Path

import bagit
import pytest

sys.path += [str(Path(__file__).parents[1] / "unit" / name) for name in ("verifier", "evidence", "services")]

from bundle_parts import VERIFIER, make_case, write_copy
from desk_parts import DISCLOSURE, OFFICER, SERGEANT, DeskWorld
from evidence_parts import team_ring
from exhibit_world import ExhibitWorld
from form_parts import NOTICE, RISK, FixedPacks
from pypdf import PdfReader
from stamp_authority import StampAuthority
from test_bundle_spoilt import relist

from rvr_console.app.bundle_maker import ExtractFiles
from rvr_console.app.bundle_papers import FormFiles, all_papers
from rvr_console.domain.bundle import BundleFile
from rvr_console.domain.consultation import Consent, LinkState
from rvr_console.domain.custody_store import StampRequest, StoredStamp
from rvr_console.evidence.export_bundle import BundleExport, BundleSources
from rvr_console.evidence.signature_check import desk_signature_holds
from rvr_console.packs.policy_files import load_policies
from rvr_console.services.bundles import BundleRequest, Bundles
from rvr_console.services.checkpoints import Checkpoints
from rvr_console.services.custody_export import CustodyExports
from rvr_console.services.forms import Forms
from rvr_console.services.safeguarding import Safeguarding
from rvr_console.storage.checkpoint_mirror import CheckpointMirror
from rvr_console.system.durable_file import DurableDisk

PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 5000


SECRET = "convicted in 2019 of assault on a former partner"


async def fill_in(world: DeskWorld, case_id: str) -> FormFiles:
    """A form that is completed, one that is not, and a restricted record, which is no form."""
    forms = Forms(world.desk, FixedPacks(), lambda _case: None)
    risk = await forms.start(case_id, "risk")
    for number in range(1, 28):
        await forms.answer(risk.form.id, f"q{number}", "no")
    await forms.answer(risk.form.id, "s1", "no")
    await forms.complete(risk.form.id)
    open_one = await forms.start(case_id, NOTICE.id, "A child")
    await forms.answer(open_one.form.id, NOTICE.sections[0].items[0].id, "yes", "not yet finished")
    await Safeguarding(world.desk, load_policies().safeguarding).record_disclosure(
        case_id, "ask", f"He was {SECRET}."
    )
    return FormFiles(world.desk, forms, "TEST desk-07")


async def no_statements(_consultation_id: str) -> list[BundleFile]:
    return []


async def recorded(world: DeskWorld, case) -> str:
    """The case's two sealed segments, in a consultation of the desk."""
    evidence = case.order.recordings[0]
    taken = await world.taken(OFFICER)
    await world.consultations.send_link(taken.id)
    for state in (LinkState.WAITING, LinkState.LIVE):
        await world.consultations.link_state(taken.id, state)
    await world.recordings.announced(taken.id)
    await world.recordings.consent(taken.id, Consent.AGREED)
    await world.recordings.started(taken.id, evidence.evidence_id)
    for head in evidence.heads:
        await world.recordings.segment_started(evidence.evidence_id, head.segment, "x.rvrc")
        await world.recordings.segment_closed(head)
    await world.recordings.closed(evidence.evidence_id)
    return taken.id


async def stamp_a_checkpoint(world: DeskWorld, checkpoints: Checkpoints, authority: StampAuthority) -> None:
    early = await checkpoints.make()
    text, _, lines = early.note.partition("\n\n")
    over = f"{text}\n\n{lines.splitlines()[0]}\n".encode()
    token = authority.stamp(over)

    def keep(tx) -> None:
        tx.custody_seals.request_stamp(StampRequest(early.number, early.at, "case submitted"))
        tx.custody_seals.add_stamp(StoredStamp(early.number, early.at, early.at, "TEST TSA", token))

    await world.store.run(keep)


async def make_bundle(tmp_path: Path, case=None, leave_out=()) -> Path:
    """leave_out: why the second file is left out, if it is."""
    case, world = case or make_case(tmp_path / "case"), DeskWorld(tmp_path / "console.db")
    await world.fill()
    case_id = await recorded(world, case)
    files = ExhibitWorld(world, tmp_path / "vault")
    await files.bring(files.facts(case_id, untrusted_name="front door.jpg", size=len(PHOTO)), PHOTO)
    second = await files.bring(files.facts(case_id, "a2", untrusted_name="page.svg", size=9), b"<svg></svg>")
    mirror = CheckpointMirror(tmp_path / "mirror" / "desk.jsonl", DurableDisk())
    checkpoints = Checkpoints(world.desk, case.desk, desk_signature_holds, mirror)
    await stamp_a_checkpoint(world, checkpoints, StampAuthority(tmp_path))
    papers = all_papers(no_statements, await fill_in(world, case_id))
    sources = BundleSources(
        case.vault,
        team_ring(),
        lambda evidence_id: files.vault.open(evidence_id, team_ring()),
        write_copy,
        VERIFIER,
        case.folder / "own",
        lambda _folder: 10**9,
    )
    extract = ExtractFiles(CustodyExports(world.desk, checkpoints))
    bundles = Bundles(world.desk, BundleExport(sources, case.signer()), extract, papers)
    await world.consultations.end(case_id)
    world.act_as(SERGEANT)
    await bundles.assign(case_id, DISCLOSURE.collar)
    world.act_as(DISCLOSURE)
    (tmp_path / "out").mkdir()
    left = tuple((second.evidence_id, why) for why in leave_out)
    made = await bundles.make(
        BundleRequest(case_id, "Case file", tmp_path / "out" / "bundle", leave_out=left)
    )
    world.store.close()
    return made.path


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return asyncio.run(make_bundle(tmp_path_factory.mktemp("whole")))


def checked(rvr_verify, capsys, folder) -> tuple[int, str]:
    code = rvr_verify.main([str(folder)])
    return code, capsys.readouterr().out


@pytest.fixture(scope="module")
def rvr_verify():
    spec = importlib.util.spec_from_file_location("rvr_verify_whole", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def entries_of(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "data/custody/custody.jsonl").read_bytes().splitlines()]


def rewrite(folder: Path, entries: list[dict]) -> None:
    lines = [json.dumps(e, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for e in entries]
    (folder / "data/custody/custody.jsonl").write_text("".join(line + "\n" for line in lines))
    relist(folder)


def edited(entries):
    entries[3]["payload"]["purpose"] = "nothing"


def redigested(entries):
    entry = entries[3]
    entry["payload"]["actor"] = "9999"
    payload = json.dumps(entry["payload"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    entry["commitment"] = hashlib.sha256(bytes.fromhex(entry["salt"]) + payload).hexdigest()


def reordered(entries):
    entries[3], entries[4] = entries[4], entries[3]


def doubled(entries):
    entries.insert(3, entries[3])


def renumbered(entries):
    entries[3]["sequence"] += 1


def proof_cut(entries):
    entries[3]["proof"] = entries[3]["proof"][:-1]


def wrongly_typed(entries):
    entries[3]["proof"] = [7]


def nameless(entries):
    del entries[3]["payload"]


FORGERIES = [edited, redigested, reordered, doubled, renumbered, proof_cut, wrongly_typed, nameless]


def test_a_whole_case_and_what_a_forger_tries(made, rvr_verify, capsys, tmp_path):
    folder = made
    bagit.Bag(str(folder)).validate()
    code, said = checked(rvr_verify, capsys, folder)
    assert code == 0, said
    assert "stand in the log of" in said
    assert said.partition("Not proved:")[0].count("its hash was logged when it came") == 2
    assert "data/custody/stamped.tsr is a time stamp of data/custody/stamped.txt" in said
    assert (folder / "data/exhibits/HC_1.jpg").read_bytes() == PHOTO
    assert (folder / "data/exhibits/HC_2.bin").read_bytes() == b"<svg></svg>"
    acts = [entry["act"] for entry in entries_of(folder)]
    assert {"bundle_started", "handed_over", "custody_exported", "recording_head"} <= set(acts)
    for number, forge in enumerate(FORGERIES):
        copy = shutil.copytree(folder, tmp_path / str(number))
        entries = entries_of(copy)
        forge(entries)
        rewrite(copy, entries)
        code, said = checked(rvr_verify, capsys, copy)
        assert code == 1
        wrong = said.partition("WRONG:")[2].partition("Not proved:")[0]
        assert (
            "of the custody log was changed, moved" in wrong or "The custody log cannot be read" in wrong
        ), forge


def test_completed_forms_are_in_it_open_ones_and_restricted_records_are_not(
    made, rvr_verify, capsys, tmp_path
):
    names = sorted(path.name for path in (made / "data/documents").iterdir())
    assert names == ["form-1-risk.json", "form-1-risk.pdf"]
    pdf = (made / "data/documents/form-1-risk.pdf").read_bytes()
    told = json.loads((made / "data/documents/form-1-risk.json").read_bytes())
    assert (told["state"], len(told["answers"])) == ("completed", 28)
    assert "TEST" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    page = (made / "index.html").read_text()
    manifest = (made / "manifest-sha256.txt").read_text()
    for name in names:
        digest = hashlib.sha256((made / "data/documents" / name).read_bytes()).hexdigest()
        assert f"{digest}  data/documents/{name}" in manifest
        assert digest in page
    assert f"{RISK.title}, completed" in page
    whole = [path.read_bytes() for path in made.rglob("*") if path.is_file()]
    assert not any(SECRET.encode() in data or b"not yet finished" in data for data in whole)
    exported = [entry["payload"] for entry in entries_of(made) if entry["act"] == "form_exported"]
    assert [(one["details"]["what"], one["purpose"]) for one in exported] == [
        ("pdf and json", "Hand-over bundle")
    ]
    for name in names:
        copy = shutil.copytree(made, tmp_path / name)
        changed = copy / "data/documents" / name
        data = bytearray(changed.read_bytes())
        data[len(data) // 2] ^= 1
        changed.write_bytes(data)
        code, said = checked(rvr_verify, capsys, copy)
        assert code == 1
        assert name in said.partition("WRONG:")[2]
        relist(copy)  # the lists made to fit: the signature over them does not
        assert checked(rvr_verify, capsys, copy)[0] == 1


def test_a_recording_cut_after_its_last_logged_record(made, rvr_verify, capsys, tmp_path):
    """Keyless, a file cut at a record boundary is only found by the log."""
    copy = shutil.copytree(made, tmp_path / "bundle")
    path = next(copy.glob("data/recordings/*/*_0002.rvrc"))
    segment = rvr_verify.Segment(str(path))
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"RVRr\x06")])
    assert len(data) > path.stat().st_size
    relist(copy)
    code, said = checked(rvr_verify, capsys, copy)
    assert code == 1
    assert f"the log knows another record {len(segment.kinds) - 1}: cut or changed" in said


def test_checkpoints_that_do_not_fit(made, rvr_verify, capsys, tmp_path):
    custody = "data/custody/"
    for number, (name, old, new) in enumerate(
        [
            ("checkpoint.txt", b"\nkey ", b"\nkey 0"),
            ("checkpoint.txt", b"desk TEST", b"desk BEST"),
            ("stamped.txt", b"desk TEST", b"desk BEST"),
            ("stamped.json", b'"proof":["', b'"proof":["00'),
            ("stamped.json", b'"from":', b'"from":1'),
            ("stamped.tsr", b"\x04\x20", b"\x04\x1f"),
        ]
    ):
        copy = shutil.copytree(made, tmp_path / f"c{number}")
        path = copy / custody / name
        assert old in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(old, new, 1))
        relist(copy)
        code, said = checked(rvr_verify, capsys, copy)
        wrong = said.partition("WRONG:")[2].partition("Not proved:")[0]
        assert code == 1
        assert "custody" in wrong, (name, said)
