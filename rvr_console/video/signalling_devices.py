"""One connected page, as the desk sees it: handshake, then a session."""

from collections.abc import Callable
from dataclasses import dataclass, field

from rvr_console.errors import UntrustedInputError
from rvr_console.wire.encoding import b64u, from_b64u
from rvr_console.wire.sealing import KNOCK, DeskHandshake, Session, check_device_signature
from rvr_console.wire.signals import (
    BEFORE_ADMITTED,
    LONGEST_WAITING_CHAT,
    Chat,
    DeskSignal,
    Knock,
    PageSignal,
    Waiting,
    decode_from_page,
    decode_knock,
    encode,
)


@dataclass(slots=True)
class Device:
    """A page's connection. send_body: hands a sealed body to the gateway, in order."""

    connection: str
    handshake: DeskHandshake = field(repr=False)
    send_body: Callable[[str, bytes], None] = field(repr=False)
    session: Session | None = field(default=None, repr=False)
    key_id: str = ""
    words: tuple[str, str, str, str] = ("", "", "", "")
    browser: str = ""
    checks: dict[str, str] = field(default_factory=dict)
    live: bool = False

    def hail(self) -> None:
        self.send_body(self.connection, self.handshake.hail())

    def take_knock(self, untrusted_body: bytes) -> Knock:
        """Check a knock, make the session, answer "waiting". Raises UntrustedInputError."""
        session, plain = self.handshake.answer(untrusted_body)
        knock = decode_knock(plain)
        key, signature = from_b64u(knock.device_key, length=65), from_b64u(knock.signature, length=64)
        self.key_id = check_device_signature(key, signature, session.digest)
        self.session = session
        self.words = session.words(self.handshake.word_nonce)
        self.browser, self.checks = knock.browser, dict(knock.checks)
        self.send(Waiting(word_nonce=b64u(self.handshake.word_nonce)))
        return knock

    def take(self, untrusted_body: bytes) -> PageSignal:
        """Open one sealed signal. Raises UntrustedInputError: changed, repeated, out of order, malformed or out of turn."""
        if self.session is None:
            raise UntrustedInputError("A page spoke before it had knocked.")
        signal = decode_from_page(self.session.open(untrusted_body))
        if not self.live and not isinstance(signal, BEFORE_ADMITTED):
            raise UntrustedInputError("A page that was not admitted sent more than it may.")
        if not self.live and isinstance(signal, Chat) and len(signal.text) > LONGEST_WAITING_CHAT:
            raise UntrustedInputError("A page that was not admitted sent too long a message.")
        return signal

    def send(self, signal: DeskSignal) -> None:
        if self.session is not None:
            self.send_body(self.connection, self.session.seal(encode(signal)))


def is_knock(body: bytes) -> bool:
    return body[:1] == bytes([KNOCK])
