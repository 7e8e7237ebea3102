from dataclasses import replace

import pytest
import rfc8785
from evidence_parts import CountedRandomness, key_pairs, recipients

from rvr_console.errors import EvidenceError, KeyStoreError
from rvr_console.evidence.hybrid_keys import open_with, public_key_of, seal_to
from rvr_console.evidence.keys import (
    EnvelopeSet,
    EvidenceKeyRing,
    KeyPair,
    Recipient,
    RecipientRole,
    make_key_pair,
    open_private_key,
    seal_data_key,
    seal_private_key,
    unwrap_team_key,
    wrap_team_key,
)
from rvr_console.evidence.segment_cipher import key_commitment

DATA_KEY = bytes(range(32))
HASH = b"\x09" * 32


@pytest.fixture
def envelopes():
    return seal_data_key(DATA_KEY, recipients(), "e-1", 3, HASH)


def test_each_recipient_opens_the_data_key(envelopes):
    recovery, team = key_pairs()
    assert EvidenceKeyRing({"recovery": [recovery.private]}).open_data_key(envelopes) == DATA_KEY
    assert EvidenceKeyRing({"team-1": [team.private]}).open_data_key(envelopes) == DATA_KEY


def test_other_keys_do_not(envelopes):
    for ring in ({}, {"team-2": [key_pairs()[1].private]}, {"team-1": [make_key_pair().private]}):
        with pytest.raises(EvidenceError, match="do not hold a key"):
            EvidenceKeyRing(ring).open_data_key(envelopes)


def test_an_older_team_key_still_opens_old_recordings(envelopes):
    ring = EvidenceKeyRing({"team-1": [make_key_pair().private, key_pairs()[1].private]})
    assert ring.open_data_key(envelopes) == DATA_KEY


@pytest.mark.parametrize(
    "change",
    [{"force": "other"}, {"evidence_id": "e-2"}, {"segment": 4}, {"header_hash": b"\x08" * 32}],
)
def test_an_envelope_opens_in_its_own_context_only(envelopes, change):
    ring = EvidenceKeyRing({"team-1": [key_pairs()[1].private]})
    with pytest.raises(EvidenceError):
        ring.open_data_key(replace(envelopes, **change))


def test_an_envelope_does_not_open_under_another_recipients_name(envelopes):
    team = next(e for e in envelopes.envelopes if e.role == RecipientRole.TEAM)
    renamed = replace(envelopes, envelopes=(replace(team, recipient_id="team-2"),))
    with pytest.raises(EvidenceError):
        EvidenceKeyRing({"team-2": [key_pairs()[1].private]}).open_data_key(renamed)


def test_neighbouring_names_in_the_context_cannot_run_into_one_another():
    assert EnvelopeSet("ab", "c", 1, HASH, ()).info("r") != EnvelopeSet("a", "bc", 1, HASH, ()).info("r")


def test_recording_is_refused_without_both_kinds_of_recipient():
    recovery, team = recipients().who
    same_key = Recipient("team-1", RecipientRole.TEAM, recovery.public_key)
    for who in (
        (),
        (recovery,),
        (team,),
        (team, replace(team, recipient_id="team-2")),
        (recovery, replace(team, recipient_id="recovery")),
        (recovery, same_key),
    ):
        with pytest.raises(EvidenceError, match="recovery key and a team key"):
            seal_data_key(DATA_KEY, replace(recipients(), who=who), "e-1", 1, HASH)
    with pytest.raises(EvidenceError):
        replace(recipients(), force="../x").check()


def test_envelopes_come_back_from_their_file(envelopes):
    assert EnvelopeSet.from_bytes(envelopes.to_bytes()) == envelopes


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"segment": 0},
        {"segment": "1"},
        {"header_sha256": "00"},
        {"header_sha256": None},
        {"force": "a/b"},
        {"envelopes": [{}]},
        {"envelopes": [1]},
        {"envelopes": 7},
        {"envelopes": [{"recipient": "r", "role": "thief", "sealed": "00" * 1168}]},
        {"envelopes": [{"recipient": "r", "role": "team", "sealed": "00"}]},
    ],
)
def test_a_damaged_envelope_file_is_refused(envelopes, change):
    import json

    value = json.loads(envelopes.to_bytes()) | change
    with pytest.raises(EvidenceError):
        EnvelopeSet.from_bytes(rfc8785.dumps(value))


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'"a"'])
def test_an_envelope_file_of_anything_else_is_refused(data):
    with pytest.raises(EvidenceError):
        EnvelopeSet.from_bytes(data)


def test_a_flipped_byte_in_an_envelope_is_found(envelopes):
    ring = EvidenceKeyRing({"team-1": [key_pairs()[1].private]})
    sealed = envelopes.envelopes[1].sealed
    for place in range(0, len(sealed), 97):
        changed = bytearray(sealed)
        changed[place] ^= 1
        bad = replace(envelopes, envelopes=(replace(envelopes.envelopes[1], sealed=bytes(changed)),))
        with pytest.raises(EvidenceError):
            ring.open_data_key(bad)


def test_a_member_opens_what_the_team_may_open(envelopes):
    member, team = make_key_pair(), key_pairs()[1]
    kek, randomness = bytes(32), CountedRandomness()
    stored = seal_private_key(member.private, kek, "officer-1", randomness)
    wrapped = wrap_team_key(
        team.private,
        force="test-force",
        team_id="team-1",
        epoch=1,
        member_id="officer-1",
        member_public=member.public,
    )
    ring = EvidenceKeyRing.unlock("officer-1", stored, kek, [wrapped])
    assert ring.open_data_key(envelopes) == DATA_KEY
    with pytest.raises(EvidenceError):
        EvidenceKeyRing.unlock("officer-1", stored, kek, []).open_data_key(envelopes)


@pytest.mark.parametrize("change", [{"team_id": "team-2"}, {"epoch": 2}, {"force": "other"}])
def test_a_wrapped_team_key_holds_in_its_own_context_only(change):
    member = make_key_pair()
    wrapped = wrap_team_key(
        key_pairs()[1].private,
        force="f",
        team_id="team-1",
        epoch=1,
        member_id="m",
        member_public=member.public,
    )
    assert unwrap_team_key(wrapped, member.private) == key_pairs()[1].private
    with pytest.raises(EvidenceError):
        unwrap_team_key(replace(wrapped, **change), member.private)


def test_another_persons_wrap_is_passed_over():
    member = make_key_pair()
    stored = seal_private_key(member.private, bytes(32), "m", CountedRandomness())
    other = wrap_team_key(
        key_pairs()[1].private,
        force="f",
        team_id="t",
        epoch=1,
        member_id="n",
        member_public=make_key_pair().public,
    )
    assert EvidenceKeyRing.unlock("m", stored, bytes(32), [other])._keys == {}


def test_a_stored_private_key_opens_with_its_own_kek_and_owner_only():
    sealed = seal_private_key(b"secret", b"k" * 32, "a", CountedRandomness())
    assert open_private_key(sealed, b"k" * 32, "a") == b"secret"
    assert b"secret" not in sealed
    for bad, kek, owner in (
        (sealed, b"j" * 32, "a"),
        (sealed, b"k" * 32, "b"),
        (sealed, b"k" * 16, "a"),
        (sealed[:-1], b"k" * 32, "a"),
        (sealed[:5], b"k" * 32, "a"),
        (b"", b"k" * 32, "a"),
        (b"\x02" + sealed[1:], b"k" * 32, "a"),
    ):
        with pytest.raises(KeyStoreError):
            open_private_key(bad, kek, owner)
    with pytest.raises(KeyStoreError):
        seal_private_key(b"secret", b"short", "a", CountedRandomness())


def test_malformed_keys_are_refused():
    with pytest.raises(EvidenceError):
        seal_to(b"short", b"x", b"")
    with pytest.raises(EvidenceError):
        seal_to(b"\xff" * 1216, b"x", b"")
    with pytest.raises(EvidenceError):
        public_key_of(b"short")
    with pytest.raises(EvidenceError):
        open_with(key_pairs()[0].private, b"short", b"")


def test_keys_do_not_show_themselves():
    pair = KeyPair(b"p" * 96, b"q")
    assert "p" * 8 not in repr(pair)
    assert repr(EvidenceKeyRing({"t": [b"p" * 96]})) == "EvidenceKeyRing(['t'])"


def test_commitments_differ_by_key_and_by_salt():
    seen = {key_commitment(key * 32, salt * 32) for key in (b"a", b"b") for salt in (b"c", b"d")}
    assert len(seen) == 4
