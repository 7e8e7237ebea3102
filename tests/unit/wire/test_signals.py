"""Signals and frames from outside: limits hold, and nothing of the input comes back in an error."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rvr_console.domain.consultation import LINK_TRANSITIONS
from rvr_console.domain.statement import MAX_PAGES, MAX_PDF_BYTES
from rvr_console.errors import UntrustedInputError
from rvr_console.wire import gateway_messages, signals
from rvr_console.wire.document_signals import PART_BYTES, DocumentOffer, DocumentRead, DocumentWant
from rvr_console.wire.encoding import b64u, from_b64u
from rvr_console.wire.link_states import TRANSITIONS

PRINT = "ab" * 32
LINE = "a=fingerprint:sha-256 " + ":".join(["AB"] * 32)


def from_page(**fields):
    return signals.decode_from_page(json.dumps(fields).encode())


GOOD = [
    {"kind": "device_check", "checks": {"Battery": "80%"}},
    {"kind": "offer", "call": 1, "sdp": f"v=0\r\n{LINE}\r\n", "fingerprint": PRINT},
    {"kind": "consent_answer", "agreed": False},
    {"kind": "pause_request", "on": True},
    {"kind": "leaving", "reason": "exit"},
    {"kind": "candidate", "call": 1, "candidate": "", "mid": None, "line": None},
    {"kind": "chat", "id": "p1-1", "text": "é" * 2000},
    {"kind": "received", "id": "d1"},
    {"kind": "media_state", "muted": False, "camera_on": True},
    {"kind": "ping", "n": 2**53 - 1},
    {"kind": "pong", "n": 0},
]


@pytest.mark.parametrize("fields", GOOD, ids=lambda fields: fields["kind"])
def test_every_page_signal_is_read_and_written_alike(fields):
    signal = from_page(**fields)
    assert signals.decode_from_page(signals.encode(signal)) == signal
    with pytest.raises(UntrustedInputError):
        from_page(**fields, extra=1)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "chat", "id": "p1", "text": ""},
        {"kind": "chat", "id": "p1", "text": "x" * 2001},
        {"kind": "chat", "id": "p 1", "text": "x"},
        {"kind": "chat", "id": "p1\n", "text": "x"},
        {"kind": "consent_answer", "agreed": 1},
        {"kind": "consent_answer", "agreed": "true"},
        {"kind": "device_check", "checks": {str(number): "" for number in range(21)}},
        {"kind": "leaving", "reason": "other"},
        {"kind": "candidate", "call": 0, "candidate": ""},
        {"kind": "candidate", "call": 1, "candidate": "x" * 1001},
        {"kind": "admitted", "epoch": 1, "name": "Sam"},
        {"kind": "knock"},
        {"kind": "ping", "n": 2**53},
        {"kind": "ping", "n": 1.5},
        {"kind": "ping"},
        {},
    ],
)
def test_what_is_out_of_limits_is_refused(fields):
    with pytest.raises(UntrustedInputError) as caught:
        from_page(**fields)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "sdp",
    [
        "v=0\r\n",
        f"{LINE}\r\n{LINE.replace('AB', 'CD', 1)}\r\n",
        LINE.replace("sha-256", "sha-1"),
        "a=fingerprint:",
        f"{LINE}\r\nx a=fingerprint:sha-256 00",
        f"{LINE}\r\na=FINGERPRINT:sha-256 {'00' * 32}",
    ],
)
def test_a_description_with_another_or_no_certificate_is_refused(sdp):
    with pytest.raises(UntrustedInputError):
        from_page(kind="offer", call=1, sdp=sdp, fingerprint=PRINT)


def test_what_travels_to_the_page_does_not_say_what_the_call_is_about():
    told = (signals.PauseState(paused=True, by=by) for by in ("officer", "victim"))
    assert [json.loads(signals.encode(signal))["by"] for signal in told] == ["desk", "page"]
    kinds = [*signals.DeskSignal.__args__, *signals.PageSignal.__args__, *gateway_messages.ToPage.__args__]
    schemas = json.dumps([kind.model_json_schema()["properties"] for kind in kinds]).lower()
    telling = ["victim", "police", "officer", "abuse", "crime", "domestic", "evidence", "suspect"]
    assert [word for word in telling if word in schemas] == []


def test_knock_limits():
    knock = {
        "kind": "knock",
        "v": 1,
        "device_key": "A" * 87,
        "signature": "A" * 86,
        "browser": "b",
        "checks": {},
    }
    assert signals.decode_knock(json.dumps(knock).encode()).browser == "b"
    for change in (
        {"browser": ""},
        {"browser": "b" * 201},
        {"device_key": "A" * 86},
        {"v": 2},
        {"signature": "é" * 86},
    ):
        with pytest.raises(UntrustedInputError):
            signals.decode_knock(json.dumps({**knock, **change}).encode())


@given(
    st.binary(max_size=300)
    | st.recursive(st.none() | st.text(max_size=5), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_garbage_never_raises_anything_else(data):
    for decode in (signals.decode_knock, signals.decode_from_page, signals.decode_from_desk):
        with pytest.raises(UntrustedInputError):
            decode(data)
    text = data.decode("latin-1")
    for kinds in (gateway_messages.FROM_PAGE, gateway_messages.FROM_DESK, gateway_messages.TO_DESK):
        with pytest.raises(UntrustedInputError):
            gateway_messages.decode(kinds, text)


@given(st.binary(max_size=100))
def test_base64url_has_one_spelling(data):
    assert from_b64u(b64u(data)) == data
    for wrong in (b64u(data) + "=", b64u(data) + "\n", " " + b64u(data)):
        with pytest.raises(UntrustedInputError):
            from_b64u(wrong)


def test_base64url_with_stray_bits_is_refused():
    for wrong in ("AB", "A", "+/8A"):
        with pytest.raises(UntrustedInputError):
            from_b64u(wrong)
    with pytest.raises(UntrustedInputError):
        from_b64u("AA", length=2)


def test_the_gateways_states_are_the_consoles():
    ours = {state.value: {after.value for after in more} for state, more in LINK_TRANSITIONS.items()}
    assert {state.value: {after.value for after in more} for state, more in TRANSITIONS.items()} == ours


def test_the_longest_statement_that_may_be_frozen_can_be_offered_and_every_part_of_it_asked_for() -> None:
    offer = {"id": "c" * 32, "version": 1, "sha256": "0" * 64, "size": MAX_PDF_BYTES, "pages": MAX_PAGES}
    assert DocumentOffer.model_validate(offer | {"stage": "reading", "read": list(range(MAX_PAGES))}).size
    assert DocumentRead(id="c" * 32, page=MAX_PAGES - 1, part=1.0, seconds=1.0).page
    assert DocumentWant(id="c" * 32, place=(MAX_PDF_BYTES - 1) // PART_BYTES).place
