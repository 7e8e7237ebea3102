import pytest
from pydantic import ValidationError

from rvr_console.errors import UntrustedInputError
from rvr_console.wire import media_frames
from rvr_console.wire import media_messages as wire

SDP = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n"
TO_MEDIA = [
    wire.OpenSession(
        epoch=3, ice_servers=[wire.IceServer(urls=["turn:t.example:3478"], username="u", credential="c")]
    ),
    wire.RemoteOffer(epoch=3, sdp=SDP),
    wire.RemoteCandidate(epoch=3, candidate="", sdp_mid="0", sdp_m_line_index=0),
    wire.SendData(epoch=3, payload=wire.encode_payload(b"\x00\xff")),
    wire.SetMuted(muted=True),
    wire.SetCamera(on=False),
    wire.SetPaused(on=True),
    wire.RequestKeyFrame(party="officer"),
    wire.SetViewSize(party="victim", width=640, height=480),
    wire.ShowWhole(party="victim", on=True),
    wire.CloseSession(epoch=3),
    wire.Shutdown(),
]
TO_CONSOLE = [
    wire.Ready(pid=1, confined=True, engine="e"),
    wire.PictureSlot(party="victim", name="memfd:7", capacity=10),
    wire.LocalAnswer(epoch=3, sdp=SDP),
    wire.LocalCandidate(epoch=3, candidate="candidate:1", sdp_mid=None),
    wire.ConnectionState(epoch=3, state="connected"),
    wire.PeerCertificate(epoch=3, sha256="a" * 64),
    wire.OwnFingerprint(epoch=3, sha256="0" * 64),
    wire.DataChannelOpen(epoch=3, label="call"),
    wire.DataMessage(epoch=3, payload="AAA="),
    wire.PauseState(on=True, at_ns=5),
    wire.Hole(epoch=3, party="officer", track="audio", start_ns=1, end_ns=2, cause="unknown"),
    wire.Stats(epoch=3, round_trip_ms=None),
    wire.SessionFault(epoch=3, reason="offer_refused"),
]
FRAME = media_frames.WireFrame(9, "officer", "audio", 2**40, 2**32 - 1, 2**62, True, 640, 480, b"opus")


def split(packed):
    length, kind = wire.check_envelope(packed[: wire.ENVELOPE.size])
    assert len(packed) == wire.ENVELOPE.size + length
    return kind, packed[wire.ENVELOPE.size :]


@pytest.mark.parametrize("message", TO_MEDIA, ids=lambda m: m.type)
def test_console_messages_survive_the_wire_and_only_that_way(message) -> None:
    kind, payload = split(wire.pack_control(message))
    assert kind == wire.KIND_CONTROL
    assert wire.read_console_message(payload) == message
    with pytest.raises(UntrustedInputError):
        wire.read_media_message(payload)


@pytest.mark.parametrize("message", TO_CONSOLE, ids=lambda m: m.type)
def test_media_messages_survive_the_wire_and_only_that_way(message) -> None:
    _kind, payload = split(wire.pack_control(message))
    assert wire.read_media_message(payload) == message
    with pytest.raises(UntrustedInputError):
        wire.read_console_message(payload)


def test_every_message_is_tried_here() -> None:
    tried = {type(m).__name__ for m in (*TO_MEDIA, *TO_CONSOLE)}
    known = {
        name
        for name, thing in vars(wire).items()
        if isinstance(thing, type) and issubclass(thing, wire._Message) and "type" in thing.model_fields
    }
    assert known - tried == {"ProcessDied"}, "made by the link itself, never read from the process"


def test_frames_survive_the_wire() -> None:
    kind, payload = split(media_frames.pack_frame(FRAME))
    assert kind == wire.KIND_FRAME
    assert media_frames.unpack_frame(payload) == FRAME


@pytest.mark.parametrize("at", range(4))
def test_a_malformed_frame_header_is_refused(at) -> None:
    payload = bytearray(media_frames.pack_frame(FRAME)[wire.ENVELOPE.size :])
    payload[at] = 99
    with pytest.raises(UntrustedInputError):
        media_frames.unpack_frame(bytes(payload))


@pytest.mark.parametrize(
    "length", [0, media_frames.FRAME_HEADER.size, media_frames.FRAME_HEADER.size + wire.MAX_FRAME_BYTES + 1]
)
def test_frames_of_impossible_sizes_are_refused(length) -> None:
    with pytest.raises(UntrustedInputError):
        media_frames.unpack_frame(bytes([media_frames.FRAME_VERSION]) + bytes(max(0, length - 1)))


@pytest.mark.parametrize(
    ("length", "kind"),
    [(0, 1), (wire.MAX_CONTROL_BYTES + 1, 1), (wire.MAX_FRAME_BYTES * 2, 2), (10, 0), (10, 3)],
)
def test_envelopes_are_bounded_before_a_byte_is_kept(length, kind) -> None:
    with pytest.raises(UntrustedInputError):
        wire.check_envelope(wire.ENVELOPE.pack(length, kind))


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"type":"set_paused"}',
        b'{"type":"set_paused","on":1}',
        b'{"type":"set_paused","on":true,"more":1}',
        b'{"type":"unheard_of"}',
        b'{"type":"close_session","epoch":-1}',
        b'{"type":"set_view_size","party":"victim","width":1000000,"height":480}',
        b'{"type":"request_key_frame","party":"../victim"}',
        b'{"type":"remote_offer","epoch":1,"sdp":"' + b"x" * (wire.MAX_SDP_CHARS + 1) + b'"}',
    ],
)
def test_malformed_control_is_refused_without_its_content(untrusted) -> None:
    with pytest.raises(UntrustedInputError) as caught:
        wire.read_console_message(untrusted)
    assert str(caught.value) == "A message from the console is malformed."


def test_payloads_are_base64_of_a_bounded_size() -> None:
    assert wire.decode_payload(wire.encode_payload(b"x" * wire.MAX_DATA_BYTES)) == b"x" * wire.MAX_DATA_BYTES
    wire.SendData(epoch=1, payload=wire.encode_payload(b"x" * wire.MAX_DATA_BYTES))
    with pytest.raises(ValidationError):
        wire.SendData(epoch=1, payload=wire.encode_payload(b"x" * (wire.MAX_DATA_BYTES + 3)))
    with pytest.raises(UntrustedInputError):
        wire.DataMessage(epoch=1, payload="not base64!").content()


def test_a_credential_is_not_shown() -> None:
    assert "sesame" not in repr(wire.IceServer(urls=["turn:t"], username="u", credential="sesame"))
