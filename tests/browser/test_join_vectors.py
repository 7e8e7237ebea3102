"""The frozen vectors of docs/signalling.md, computed by the page's own modules in the browser."""

import json
from pathlib import Path

import pytest

VECTORS = json.loads((Path(__file__).parents[1] / "unit" / "wire" / "signalling_vectors.json").read_text())

COMPUTE = """async (v) => {
  const bytes = await import('/bytes.js'), link = await import('/link.js'), sealing = await import('/sealing.js');
  const derived = await link.derive(v.secret);
  const hail = await sealing.openHail(derived, bytes.fromHex(v.hail_body));
  const der = (prefix, key) => bytes.concat(bytes.fromHex(prefix), bytes.fromHex(key));
  const pair = {
    privateKey: await crypto.subtle.importKey('pkcs8', der('302e020100300506032b656e04220420', v.page_private), { name: 'X25519' }, false, ['deriveBits']),
    publicKey: await crypto.subtle.importKey('raw', bytes.fromHex(v.page_key), { name: 'X25519' }, true, []),
  };
  const session = await sealing.Session.start(derived, hail, pair);
  const knock = await session.knock(JSON.parse(v.knock_plain));
  const waiting = await session.open(bytes.fromHex(v.waiting_body));
  const chat = await session.seal(JSON.parse(v.chat_plain));
  const words = await (await fetch('/words.json')).json();
  const [desk, page] = [bytes.fromHex(v.desk_fingerprint), bytes.fromHex(v.page_fingerprint)];
  let refused = 0;
  for (const [text, first, second] of [[v.confirm_from_desk, page, desk], [v.confirm_from_page, desk, page], ['{}', desk, page]]) {
    try { await session.checkConfirmation(text, first, second); } catch (error) { refused += error instanceof sealing.RefusedError; }
  }
  await session.checkConfirmation(v.confirm_from_desk, desk, page);
  return {
    room: derived.roomText, auth: bytes.hex(derived.auth), psk: bytes.hex(derived.psk), epoch: hail.epoch,
    transcript: bytes.hex(session.digest), session: session.id, knock_body: bytes.hex(knock), waiting_plain: waiting,
    chat_body: bytes.hex(chat), words: await session.words(bytes.fromHex(v.word_nonce), words),
    confirm_from_page: await session.confirmation(desk, page), refused,
  };
}"""

REFUSALS = """async (v) => {
  const bytes = await import('/bytes.js'), link = await import('/link.js'), sealing = await import('/sealing.js');
  const derived = await link.derive(v.secret);
  const attempt = async (act) => { try { await act(); return 'taken'; } catch (error) { return error instanceof sealing.RefusedError ? 'refused' : String(error); } };
  const body = bytes.fromHex(v.hail_body);
  const results = [];
  for (let at = 0; at < body.length; at += 1) {
    const flipped = body.slice();
    flipped[at] ^= 1;
    results.push(await attempt(() => sealing.openHail(derived, flipped)));
  }
  for (const length of [0, 1, 37, body.length - 1]) results.push(await attempt(() => sealing.openHail(derived, body.slice(0, length))));
  const hail = await sealing.openHail(derived, body);
  results.push(await attempt(() => sealing.Session.start(derived, { ...hail, deskKey: new Uint8Array(32) })));
  const session = await sealing.Session.start(derived, hail);
  results.push(await attempt(() => session.open(bytes.fromHex(v.waiting_body))));
  results.push(await attempt(() => session.words(new Uint8Array(32), [])));
  return results;
}"""


@pytest.fixture
def modules(phone, gateway):
    """A page with the right origin and no script running on it."""
    phone.goto(gateway.url + "icon.svg")
    return phone


def test_vectors(modules):
    found = modules.evaluate(COMPUTE, VECTORS)
    assert found.pop("refused") == 3
    assert json.loads(found.pop("confirm_from_page")) == json.loads(VECTORS["confirm_from_page"])
    assert found.pop("waiting_plain") == json.loads(VECTORS["waiting_plain"])
    expected = {name: VECTORS[name] for name in found}
    assert found == expected


def test_whatever_was_changed_is_refused(modules):
    results = modules.evaluate(REFUSALS, VECTORS)
    assert len(results) > 200
    assert set(results) == {"refused"}
