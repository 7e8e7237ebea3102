"""Picture and sound of one call: the media process, its sessions, and the proof that the other end is the sealed one."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import BaseModel

from rvr_console.domain.recording import EncodedFrame, Party, TrackHole, TrackKind
from rvr_console.errors import UntrustedInputError
from rvr_console.video.call_wishes import CallWishes
from rvr_console.video.media_link import MediaLink, MediaSettings
from rvr_console.video.media_revival import Revival
from rvr_console.wire import media_messages as wire
from rvr_console.wire.sealing import Confirmation

log = logging.getLogger(__name__)
CONFIRM_SECONDS = 10.0


@dataclass
class PeerSession:
    """One peer connection. call: the page's number for it; epoch: ours; session: the sealed one it was offered in. secure only after both proofs."""

    call: int
    epoch: int
    session: str
    page_fingerprint: str
    confirmation: Confirmation
    own_fingerprint: str = ""
    seen_fingerprint: str = ""
    channel_open: bool = False
    confirm_sent: bool = False
    confirm_checked: bool = False
    secure: bool = False
    up: bool = False
    watchdog: asyncio.TimerHandle | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class MediaCallbacks:
    """Called on the loop, but frame and hole: on the media link's thread, and only while the session is secure."""

    answer: Callable[[int, str, str], None]  # call, sdp, own fingerprint
    candidate: Callable[[int, str, str | None, int | None], None]
    secured: Callable[[int], None]  # our number of the connection
    up: Callable[[], None]
    lost: Callable[[str], None]
    insecure: Callable[[str], None]
    died: Callable[[], None]
    stats: Callable[[wire.Stats], None]
    frame: Callable[[EncodedFrame], None]
    hole: Callable[[TrackHole], None]


class CallMedia(CallWishes):
    """All methods on the loop that made it."""

    def __init__(
        self,
        callbacks: MediaCallbacks,
        settings: MediaSettings,
        officer_label: str,
        ice_servers: list[wire.IceServer],
    ) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._callbacks = callbacks
        self._revival = Revival(self._loop, self.start, callbacks.died)
        self._settings = settings
        self._label = officer_label
        self._ice_servers = ice_servers
        self._epoch = 0
        self._peer: PeerSession | None = None
        self._secure = False  # read by the link's thread: a plain flag is enough

    def start(self) -> MediaLink:
        """Start the media process, so that the first answer is quick."""
        if self._link is None:
            self._link = MediaLink(self._on_frame, self._on_hole, self._on_message, settings=self._settings)
            self._wish_again(self._link)
        return self._link

    @property
    def secure(self) -> bool:
        return self._secure

    @property
    def connection(self) -> int:
        """Our number of the newest connection; 0 before the first. Pages count from 1 again after each load."""
        return self._epoch

    @property
    def idle(self) -> bool:
        """No connection is there or being made."""
        return self._peer is None

    # --- negotiation ---
    def offer(
        self, number: int, session: str, sdp: str, fingerprint: str, confirmation: Confirmation
    ) -> None:
        """A new number is a new connection; so is another certificate in another sealed session: the page was loaded anew."""
        link = self.start()
        peer = self._peer
        loaded_anew = peer is not None and peer.session != session and peer.page_fingerprint != fingerprint
        if peer is None or peer.call != number or loaded_anew:
            self._drop_peer()
            self._epoch += 1
            peer = self._peer = PeerSession(number, self._epoch, session, fingerprint, confirmation)
            link.open_session(self._epoch, ice_servers=self._ice_servers, officer_label=self._label)
            peer.watchdog = self._loop.call_later(CONFIRM_SECONDS, self._too_late, peer)
        elif peer.page_fingerprint != fingerprint:
            self._not_secure("The other side changed its certificate in the middle of the call.")
            return
        link.remote_offer(peer.epoch, sdp)

    def candidate(self, number: int, candidate: str, mid: str | None, line: int | None) -> None:
        peer = self._peer
        if candidate and self._link is not None and peer is not None and peer.call == number:
            self._link.remote_candidate(peer.epoch, candidate, mid, line)

    def _drop_peer(self) -> None:
        self._secure = False
        if self._peer is not None:
            if self._peer.watchdog is not None:
                self._peer.watchdog.cancel()
            if self._link is not None:
                self._link.close_session(self._peer.epoch)
        self._peer = None

    def _too_late(self, peer: PeerSession) -> None:
        if peer is self._peer and not peer.secure:
            self._not_secure("The connection was not confirmed within 10 seconds.")

    def _not_secure(self, words: str) -> None:
        self._drop_peer()
        self._callbacks.insecure(words)

    # --- what the media process says (link's thread -> loop) ---
    def _on_frame(self, frame: EncodedFrame) -> None:
        if self._secure:
            self._callbacks.frame(frame)

    def _on_hole(self, hole: TrackHole) -> None:
        if self._secure:
            self._callbacks.hole(hole)

    def _on_message(self, message: BaseModel) -> None:
        try:
            self._loop.call_soon_threadsafe(self._handle, message)
        except RuntimeError:
            log.info("a media message came after the loop had ended")

    def _handle(self, message: BaseModel) -> None:
        if isinstance(message, wire.PictureSlot):
            self._open_picture((Party(message.party), TrackKind(message.track)), message.name)
        elif isinstance(message, wire.ProcessDied):
            self._process_died()
        elif self._peer is not None and getattr(message, "epoch", None) == self._peer.epoch:
            self._handle_peer(self._peer, message)

    def _handle_peer(self, peer: PeerSession, message: BaseModel) -> None:
        if isinstance(message, wire.OwnFingerprint):
            peer.own_fingerprint = message.sha256
        elif isinstance(message, wire.LocalAnswer):
            self._callbacks.answer(peer.call, message.sdp, peer.own_fingerprint)
        elif isinstance(message, wire.LocalCandidate):
            self._callbacks.candidate(peer.call, message.candidate, message.sdp_mid, message.sdp_m_line_index)
        elif isinstance(message, wire.PeerCertificate):
            peer.seen_fingerprint = message.sha256
            self._prove(peer)
        elif isinstance(message, wire.DataChannelOpen):
            peer.channel_open = True
            self._prove(peer)
        elif isinstance(message, wire.DataMessage):
            self._check(peer, message)
        elif isinstance(message, wire.ConnectionState):
            self._connection(peer, message.state)
        elif isinstance(message, wire.Stats):
            self._callbacks.stats(message)
        elif isinstance(message, wire.SessionFault):
            log.warning("media session fault: %s", message.reason)

    def _prove(self, peer: PeerSession) -> None:
        """Our half of the proof: the certificate really seen is the sealed one, then our MAC over both."""
        if not peer.seen_fingerprint:
            return
        if peer.seen_fingerprint != peer.page_fingerprint:
            self._not_secure("The certificate of the connection is not the one the phone announced.")
            return
        if peer.channel_open and not peer.confirm_sent and self._link is not None:
            peer.confirm_sent = True
            own, page = bytes.fromhex(peer.own_fingerprint), bytes.fromhex(peer.seen_fingerprint)
            self._link.send_text(peer.epoch, peer.confirmation.message(own, page))
        self._maybe_secure(peer)

    def _check(self, peer: PeerSession, message: wire.DataMessage) -> None:
        """The other half: their first message must be their MAC over the same two certificates."""
        if peer.confirm_checked:
            return
        try:
            untrusted = message.content().decode("utf-8", errors="strict")
            own = bytes.fromhex(peer.own_fingerprint)
            peer.confirmation.check(untrusted, own, bytes.fromhex(peer.page_fingerprint))
        except (UntrustedInputError, UnicodeDecodeError):
            self._not_secure("The phone's confirmation of the connection was wrong.")
            return
        peer.confirm_checked = True
        self._maybe_secure(peer)

    def _maybe_secure(self, peer: PeerSession) -> None:
        if peer.confirm_sent and peer.confirm_checked and not peer.secure:
            peer.secure = peer.up = True
            if peer.watchdog is not None:
                peer.watchdog.cancel()
            self._callbacks.secured(peer.epoch)
            self._secure = True

    def _connection(self, peer: PeerSession, state: str) -> None:
        if not peer.secure:
            return
        if state in ("disconnected", "failed") and peer.up:
            peer.up = False
            self._callbacks.lost("The connection to the phone is lost.")
        elif state == "connected" and not peer.up:
            peer.up = True
            self._callbacks.up()

    def _process_died(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()
        self._close_pictures()
        self._drop_peer()
        self._revival.plan()

    def request_key_frame(self, party: Party, kind: TrackKind) -> None:
        """Safe from any thread."""
        if (link := self._link) is not None:
            link.request_key_frame(party, kind)

    def hang_up(self) -> None:
        """End the connection; the process stays for the next one."""
        self._drop_peer()

    def close(self) -> None:
        """End the process. Blocks shortly: call it off the Qt thread."""
        self._secure = False
        self._loop.call_soon_threadsafe(self._revival.stop)
        link, self._link = self._link, None
        if link is not None:
            link.close()
        self._close_pictures()
