"""Pages read and signed on the victim's page in a real Chromium, against the desk's own machine of the ceremony."""

import hashlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import typst
from playwright.sync_api import expect

from rvr_console.documents.statement_page import StatementSetter
from rvr_console.documents.statement_policy import read_policy
from rvr_console.domain import signing
from rvr_console.domain.call import DocumentSaid, ShownDocument
from rvr_console.domain.sealed_document import SignatureKind
from rvr_console.domain.signing import Ceremony, PageProgress, Stage, VoidReason
from rvr_console.domain.statement import SetStatement
from rvr_console.domain.statement_content import StatementContent, StatementKind, Witness
from rvr_console.domain.statement_store import StatementOrder
from rvr_console.errors import RefusedError
from rvr_console.video.call_documents import CallDocuments
from rvr_console.video.signalling_events import DeviceAdmitted, Message
from rvr_console.wire import signals
from tests.browser import hand_desk
from tests.browser.hand_desk import Desk

NOW = datetime.now(UTC).replace(microsecond=0)
PAGES = 3
TEXT = "#set page(width: 595pt, height: 842pt)\n" + "#pagebreak()\n".join(
    f"= Words of page {page}\n#lorem(120)\n\nThe door was green on page {page}.\n"
    for page in range(1, PAGES + 1)
)
SAID = ("الباب كان مفتوح", "दरवाज़ा हरा था", "门是绿色的", "문은 초록색", "דלת ירוקה", "😀 👍🏽")
DECLARATION = "These pages are true to the best of my knowledge and belief."


class SigningDesk(Desk):
    """A desk that has pages read: the console's own sender of documents and its pure machine."""

    def __init__(self, port: int, signer: object, pdf: bytes, pages: int = PAGES) -> None:
        super().__init__(port, signer)
        self.pdf = pdf
        self.digest = hashlib.sha256(pdf).hexdigest()
        self.ceremony = Ceremony(
            "c" * 32, "k", "s", 2, self.digest, len(pdf), (PageProgress(),) * pages, NOW, "2417"
        )
        self.refused: list[str] = []
        self.documents = CallDocuments(self._say, self._said, lambda: (1, 5_000_000))

    def _say(self, signal: object) -> None:
        self._spawn(self._send(self._connection, signal))

    def _note(self, kind: str, signal: object) -> None:
        super()._note(kind, signal)
        if kind.startswith("document_"):
            self.documents.take(Message(self._connection, self.device_keys[-1], "", True, signal))

    async def _admit(self, connection: str) -> None:
        await super()._admit(connection)
        self.documents.take(DeviceAdmitted(connection, self.device_keys[-1], "", ("",) * 4, True))

    def _said(self, report: DocumentSaid) -> None:
        before = self.ceremony
        try:
            self.ceremony = signing.take(before, report.act, NOW)
        except RefusedError as error:
            self.refused.append(error.what)
            return
        if self.ceremony.stage is Stage.VOID:
            how = "altered" if self.ceremony.void_reason is VoidReason.ALTERED else "change"
            self.documents.end(self.ceremony.id, how)
        elif self.ceremony.stage is Stage.SIGNED and before.stage is not Stage.SIGNED:
            self._show()

    def _show(self) -> None:
        stages = {Stage.DECLARED: "signing", Stage.SIGNED: "signed"}
        one = self.ceremony
        stage = stages.get(one.stage, "declaring" if one.asked_at else "reading")
        read = tuple(place for place, page in enumerate(one.pages) if page.read)
        words = DECLARATION if one.asked_at else ""
        self.documents.show(
            ShownDocument(one.id, 2, self.pdf, one.sha256, len(one.pages), stage, read, one.device, words)
        )

    def offer(self) -> None:
        self._loop.call_soon_threadsafe(self._show)

    def declare(self) -> None:
        self.ceremony = signing.take(self.ceremony, signing.AskDeclaration(), NOW)
        self.offer()

    def seal(self) -> None:
        self._loop.call_soon_threadsafe(self.documents.end, self.ceremony.id, "sealed")

    def reaches(self, stage: Stage) -> None:
        self.until(lambda: self.ceremony.stage is stage)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    made = typst.compile(TEXT.encode(), format="pdf", pdf_standards="a-2b")
    return made + b"\n% " + b"x" * 70_000 + b"\n"  # several parts


@pytest.fixture
def desk(gateway, pdf) -> Iterator[SigningDesk]:
    console = SigningDesk(gateway.port, gateway.signer, pdf)
    console.join()
    yield console
    console.stop()


def enter(phone, desk):
    phone.goto(desk.url)
    expect(phone.locator('[data-check="microphone"] .state')).to_have_text("Works")
    phone.click("#continue")
    desk.wait("confirmed")


@pytest.fixture
def reader(phone, desk):
    enter(phone, desk)
    desk.offer()
    expect(phone.locator(".document__page")).to_have_count(PAGES, timeout=15_000)
    return phone


@pytest.fixture(scope="module")
def many_pages() -> SetStatement:
    """A statement as the console sets it, in several scripts and longer than a phone can hold as pictures."""
    told = "The door was open. " * 60
    content = StatementContent(
        paragraphs=(*SAID, *([told] * 24)),
        witness=Witness("محمد علي", over_18=True),
        taken_by="PC 2417 Bennett",
    )
    return StatementSetter(read_policy()).set(StatementOrder(StatementKind.WITNESS, content, NOW))


def test_a_long_text_in_any_script_is_readable_and_a_page_that_was_not_seen_is_not_read(
    phone, gateway, many_pages
):
    desk = SigningDesk(gateway.port, gateway.signer, many_pages.pdf, many_pages.pages)
    desk.join()
    try:
        enter(phone, desk)
        desk.offer()
        pages = phone.locator(".document__page")
        expect(pages).to_have_count(many_pages.pages, timeout=20_000)
        desk.reaches(Stage.SHOWN)
        words = "".join(pages.nth(0).locator(".document__text").inner_text().split())
        for said in (*SAID, "محمد"):
            assert set(said) - {" "} <= set(words), said
        assert pages.nth(0).locator("p[dir=auto]").count() > 5
        drawn = (
            "() => [...document.querySelectorAll('.document__picture')].filter((one) => one.width > 0).length"
        )
        assert 1 <= phone.evaluate(drawn) <= 5
        # Straight to the end: what lay between was never on the screen.
        last = many_pages.pages - 1
        to_end_of(phone, last)
        desk.until(lambda: desk.ceremony.pages[last].read)
        assert not desk.ceremony.pages[last // 2].read
        with pytest.raises(RefusedError):
            signing.take(desk.ceremony, signing.AskDeclaration(), NOW)
        expect(phone.locator("#document-lead")).to_contain_text("Next: page")
        phone.wait_for_function(f"({drawn})() <= 5")
        to_end_of(phone, last // 2)
        desk.until(lambda: desk.ceremony.pages[last // 2].read)
        ink = """(page) => { const one = document.querySelectorAll('.document__picture')[page];
          const dots = one.getContext('2d').getImageData(0, 0, one.width, one.height).data;
          let dark = 0; for (let at = 0; at < dots.length; at += 4) dark += dots[at] < 128 ? 1 : 0; return dark; }"""
        assert phone.evaluate(ink, last // 2) > 1000
        assert desk.refused == []
    finally:
        desk.stop()


def read_all(page, desk) -> None:
    for number in range(len(desk.ceremony.pages)):
        to_end_of(page, number)
        desk.until(lambda number=number: desk.ceremony.pages[number].read)
    desk.reaches(Stage.READ)


def to_end_of(page, number: int, *, across: bool = True) -> None:
    """across: as far to the right as it goes, where large text makes the page wider than the screen."""
    page.locator(".document__page").nth(number).evaluate(
        "(one, far) => { one.scrollIntoView({block: 'end'}); one.parentElement.scrollLeft = far; }",
        10_000 if across else 0,
    )


def test_pages_are_read_to_the_end_and_signed_with_a_typed_name_across_a_reload(reader, desk):
    desk.reaches(Stage.SHOWN)
    expect(reader.locator("#document-title")).to_be_focused()
    assert reader.locator("h1:visible").inner_text() == "Your pages"
    assert (
        "green on page 2" in reader.locator(".document__page").nth(1).locator(".document__text").inner_text()
    )
    assert desk.wait("document_shown").sha256 == desk.digest
    with pytest.raises(RefusedError):
        signing.take(desk.ceremony, signing.AskDeclaration(), NOW)
    reader.click("#document-larger")
    expect(reader.locator("#announcer")).to_have_text("Text at 150 per cent.")
    assert not reader.locator("#document-signing").is_visible()
    # Most of the last page on the screen is not its end.
    reader.locator(".document__page").nth(PAGES - 1).evaluate(
        """one => { const box = one.getBoundingClientRect();
          window.scrollBy(0, box.top + box.height * 0.8 - window.innerHeight); }"""
    )
    desk.until(lambda: desk.ceremony.pages[PAGES - 1].part > 0.6)
    assert not desk.ceremony.pages[PAGES - 1].read
    # Nor is the end of a page whose right side was never on the screen.
    to_end_of(reader, 1, across=False)
    expect(reader.locator("#document-lead")).to_contain_text("Move page 2 sideways")
    assert not desk.ceremony.pages[1].read
    read_all(reader, desk)
    desk.declare()
    expect(reader.locator("#document-words")).to_have_text(DECLARATION)
    expect(reader.locator("#document-sign")).to_be_disabled()
    # A reload in the middle: the same phone goes on where it was, over the same bytes.
    url = desk.url
    reader.goto("about:blank")
    enter(reader, desk)
    assert reader.url != url
    expect(reader.locator(".document__page")).to_have_count(PAGES, timeout=15_000)
    expect(reader.locator("#document-words")).to_have_text(DECLARATION)
    expect(reader.locator("#document-name")).to_have_value("")  # the person types it, nobody else
    expect(reader.locator("#document-sign")).to_be_disabled()
    reader.fill("#document-name", "  ")
    reader.check("#document-accept")
    desk.reaches(Stage.DECLARED)
    expect(reader.locator("#document-sign")).to_be_disabled()
    reader.fill("#document-name", "Hannah  Cole")
    reader.click("#document-sign")
    desk.reaches(Stage.SIGNED)
    signature = desk.ceremony.signature
    assert (signature.kind, signature.name) == (SignatureKind.TYPED, "Hannah Cole")
    assert desk.ceremony.sha256 == desk.digest
    expect(reader.locator("#document-lead")).to_contain_text("You have signed")
    desk.seal()
    expect(reader.locator("#document-lead")).to_contain_text("signed and kept safe")
    assert desk.refused == []


def test_signing_by_drawing_a_dot_is_not_enough_and_a_drop_loses_nothing(reader, desk):
    read_all(reader, desk)
    desk.declare()
    reader.check("#document-accept")
    desk.reaches(Stage.DECLARED)
    reader.click("text=Draw >> nth=0")
    pad = reader.locator("#document-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    reader.mouse.move(box["x"] + 40, box["y"] + 40)
    reader.mouse.down()
    reader.mouse.up()
    expect(reader.locator("#document-fault")).to_contain_text("single dot")
    expect(reader.locator("#document-sign")).to_be_disabled()
    reader.click("#document-clear")
    reader.mouse.move(box["x"] + 20, box["y"] + 60)
    reader.mouse.down()
    for step in range(30):
        reader.mouse.move(box["x"] + 20 + step * 8, box["y"] + 60 + (step % 5) * 9)
    reader.mouse.up()
    knocks = len([1 for kind, _ in desk.signals if kind == "knock"])
    desk.drop_page()  # the line breaks just before it is signed
    desk.wait("knock", knocks + 1)
    reader.click("#document-sign")
    desk.reaches(Stage.SIGNED)
    signature = desk.ceremony.signature
    assert signature.kind is SignatureKind.DRAWN
    assert len(signature.strokes) == 1
    assert 20 <= len(signature.strokes[0]) <= 40


def test_a_change_is_asked_for_and_nothing_is_signed(reader, desk):
    desk.reaches(Stage.SHOWN)
    reader.click("#document-change")
    expect(reader.locator("#document-wish-send")).to_be_in_viewport(ratio=1)
    reader.fill("#document-wish", "The door was blue")
    reader.click("#document-wish-send")
    desk.reaches(Stage.VOID)
    assert (desk.ceremony.void_reason, desk.ceremony.words) == (VoidReason.CHANGE_WANTED, "The door was blue")
    expect(reader.locator("#document-lead")).to_contain_text("Your wish for a change was passed on")
    assert not reader.locator("#document-reading").is_visible()


@pytest.fixture
def altering_gateway(tmp_path, monkeypatch) -> Iterator[hand_desk.Gateway]:
    """The real gateway, serving a page that changes one byte of the pages before it shows them; its hashes are of what it serves."""
    pages = tmp_path / "join"
    shutil.copytree(hand_desk.JOIN, pages)
    script = (pages / "document.js").read_text()
    assert "const digest = new" in script
    (pages / "document.js").write_text(
        script.replace("const digest = new", "bytes[900] ^= 1; const digest = new", 1)
    )
    monkeypatch.setattr(hand_desk, "JOIN", pages)
    running = hand_desk.Gateway(tmp_path)
    yield running
    running.kill()


def test_altered_pages_are_not_shown_and_the_desk_is_told(phone, altering_gateway, pdf):
    desk = SigningDesk(altering_gateway.port, altering_gateway.signer, pdf)
    desk.join()
    try:
        enter(phone, desk)
        phone.evaluate(
            """() => { window.laid = 0;
              new MutationObserver(() => { window.laid += document.querySelectorAll('.document__page').length; })
                .observe(document.body, { childList: true, subtree: true }); }"""
        )
        desk.offer()
        desk.reaches(Stage.VOID)
        assert desk.ceremony.void_reason is VoidReason.ALTERED
        expect(phone.locator("#document-lead")).to_contain_text("did not arrive as they were sent")
        expect(phone.locator(".document__page")).to_have_count(0)
        assert phone.evaluate("() => window.laid") == 0, "they were on the screen for a moment"
    finally:
        desk.stop()


class AlteringDesk(SigningDesk):
    """As a gateway that changes one byte of the sealed pages on their way."""

    altered = 0

    async def _send(self, connection: str, signal: object) -> None:
        if getattr(signal, "kind", "") != "document_part" or self.altered:
            await super()._send(connection, signal)
            return
        self.altered += 1
        sealed = bytearray(self._sessions[connection].seal(signals.encode(signal)))
        sealed[len(sealed) // 2] ^= 1
        await self._relay(connection, bytes(sealed))


def test_sealed_pages_changed_on_the_way_are_refused_and_fetched_anew(phone, gateway, pdf):
    """What cannot be opened ends that line: nothing of it is shown; on the next line the same pages come whole."""
    desk = AlteringDesk(gateway.port, gateway.signer, pdf)
    desk.join()
    try:
        enter(phone, desk)
        knocks = len([1 for kind, _ in desk.signals if kind == "knock"])
        desk.offer()
        desk.wait("knock", knocks + 1)  # the changed byte cost the line
        expect(phone.locator(".document__page")).to_have_count(PAGES, timeout=20_000)
        desk.reaches(Stage.SHOWN)
        assert desk.altered == 1
        assert {one.sha256 for kind, one in desk.signals if kind == "document_shown"} == {desk.digest}
        assert desk.ceremony.stage is Stage.SHOWN
    finally:
        desk.stop()
