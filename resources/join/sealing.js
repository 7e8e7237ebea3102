/**
 * Sealed signalling between this page and the other side, end to end past the gateway: X25519 mixed with a key
 * from the link's secret, HKDF-SHA256, AES-256-GCM with a counter for each direction, HMACs over both DTLS
 * certificates. WebCrypto only. Byte tables and vectors: docs/signalling.md.
 */

import { b64u, concat, fromB64u, fromUtf8, hex, readU64, same, u64, utf8 } from './bytes.js';

const [HAIL, KNOCK, SEALED] = [1, 2, 3];
const [PAGE, DESK] = [1, 2];
const MAX_BODY = 48_000;

/** Something from outside was changed, repeated, out of order or malformed. */
export class RefusedError extends Error {}

/** @param {Uint8Array} bytes */
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** @param {Uint8Array} root @param {Uint8Array} salt @param {Uint8Array} info @param {number} length */
async function hkdf(root, salt, info, length) {
  const key = await crypto.subtle.importKey('raw', root, 'HKDF', false, ['deriveBits']);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, length * 8));
}

/** @param {Uint8Array} raw */
const aesKey = (raw) => crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);

/** @param {number} counter */
const nonceOf = (counter) => concat(new Uint8Array(4), u64(counter));

/**
 * @typedef {object} Hail
 * @property {number} epoch
 * @property {Uint8Array} deskKey
 * @property {Uint8Array} challenge
 * @property {Uint8Array} commitment
 */

/** @param {import('./link.js').Link} link @param {Uint8Array} untrustedBody @returns {Promise<Hail>} Rejects with RefusedError. */
export async function openHail(link, untrustedBody) {
  if (untrustedBody.length <= 37 || untrustedBody.length > 4096 || untrustedBody[0] !== HAIL) throw new RefusedError('hail');
  try {
    const epoch = readU64(untrustedBody, 1);
    const key = await aesKey(await hkdf(link.psk, link.room, utf8('rvr/sig1/hail'), 32));
    const additionalData = concat(utf8('rvr/sig1/hail\0'), link.room, u64(epoch));
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: untrustedBody.slice(9, 21), additionalData }, key, untrustedBody.slice(21));
    const fields = JSON.parse(fromUtf8(plain));
    if (fields.v !== 1 || fields.epoch !== epoch) throw new RefusedError('hail');
    return {
      epoch,
      deskKey: fromB64u(fields.desk_key, 32),
      challenge: fromB64u(fields.challenge, 32),
      commitment: fromB64u(fields.commitment, 32),
    };
  } catch {
    throw new RefusedError('hail');
  }
}

/** The keys of one handshake, seen from the page. Calls run one after another, so counters never cross. */
export class Session {
  /** @param {Uint8Array} root psk and shared secret @param {Uint8Array} digest transcript @param {Uint8Array} publicKey @param {Hail} hail */
  constructor(root, digest, publicKey, hail) {
    this.root = root;
    this.digest = digest;
    this.publicKey = publicKey;
    this.hail = hail;
    this.id = hex(digest.slice(0, 8));
    this.sent = 0;
    this.received = 0;
    /** @type {CryptoKey} */
    this.outKey = /** @type {any} */ (null);
    /** @type {CryptoKey} */
    this.inKey = /** @type {any} */ (null);
  }

  /**
   * @param {import('./link.js').Link} link @param {Hail} hail
   * @param {{privateKey: CryptoKey, publicKey: CryptoKey}} [pair] given in tests of the vectors only
   */
  static async start(link, hail, pair) {
    const own = pair ?? /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']));
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey));
    let shared;
    try {
      const other = await crypto.subtle.importKey('raw', hail.deskKey, { name: 'X25519' }, false, []);
      shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: other }, own.privateKey, 256));
    } catch {
      throw new RefusedError('key');
    }
    // A point of small order gives zeros: refused by some browsers, not by all.
    if (shared.every((byte) => byte === 0)) throw new RefusedError('key');
    const transcript = concat(utf8('rvr/sig1/transcript\0'), link.room, u64(hail.epoch), hail.deskKey, hail.challenge, hail.commitment, publicKey);
    const session = new Session(concat(link.psk, shared), await sha256(transcript), publicKey, hail);
    session.outKey = await aesKey(await session.key('rvr/sig1/page', 32));
    session.inKey = await aesKey(await session.key('rvr/sig1/desk', 32));
    return session;
  }

  /** @param {string | Uint8Array} info @param {number} length */
  key(info, length) {
    return hkdf(this.root, this.digest, typeof info === 'string' ? utf8(info) : info, length);
  }

  /** @param {number} sender @param {number} counter */
  additionalData(sender, counter) {
    return concat(utf8('rvr/sig1/msg\0'), Uint8Array.of(sender), this.digest, u64(counter));
  }

  /** @param {Uint8Array} plain @returns {Promise<{counter: number, sealed: Uint8Array}>} */
  async sealNext(plain) {
    const counter = this.sent;
    this.sent += 1;
    const parameters = { name: 'AES-GCM', iv: nonceOf(counter), additionalData: this.additionalData(PAGE, counter) };
    return { counter, sealed: new Uint8Array(await crypto.subtle.encrypt(parameters, this.outKey, plain)) };
  }

  /** @param {object} message @returns {Promise<Uint8Array>} the body of a knock, the first message out */
  async knock(message) {
    const { sealed } = await this.sealNext(utf8(JSON.stringify(message)));
    return concat(Uint8Array.of(KNOCK), this.publicKey, sealed);
  }

  /** @param {object} message @returns {Promise<Uint8Array>} a sealed body */
  async seal(message) {
    const { counter, sealed } = await this.sealNext(utf8(JSON.stringify(message)));
    return concat(Uint8Array.of(SEALED), u64(counter), sealed);
  }

  /** @param {Uint8Array} untrustedBody @returns {Promise<any>} the message, if it is exactly the next one. Rejects with RefusedError. */
  async open(untrustedBody) {
    if (untrustedBody.length < 25 || untrustedBody.length > MAX_BODY || untrustedBody[0] !== SEALED) throw new RefusedError('body');
    try {
      const counter = readU64(untrustedBody, 1);
      if (counter !== this.received) throw new RefusedError('order');
      const parameters = { name: 'AES-GCM', iv: nonceOf(counter), additionalData: this.additionalData(DESK, counter) };
      const plain = await crypto.subtle.decrypt(parameters, this.inKey, untrustedBody.slice(9));
      this.received += 1;
      return JSON.parse(fromUtf8(plain));
    } catch {
      throw new RefusedError('body');
    }
  }

  /** @param {Uint8Array} wordNonce @param {string[]} list 256 words @returns {Promise<string[]>} Rejects with RefusedError unless committed to. */
  async words(wordNonce, list) {
    const committed = await sha256(concat(utf8('rvr/sig1/words\0'), wordNonce));
    if (!same(committed, this.hail.commitment)) throw new RefusedError('words');
    const indices = await this.key(concat(utf8('rvr/sig1/words'), wordNonce), 4);
    return Array.from(indices, (index) => list[index]);
  }

  /** What the device key signs. */
  get deviceChallenge() {
    return concat(utf8('rvr/sig1/device\0'), this.digest);
  }

  /** @param {'page' | 'desk'} role @param {Uint8Array} deskFingerprint @param {Uint8Array} pageFingerprint 32 bytes each */
  async confirmationMac(role, deskFingerprint, pageFingerprint) {
    const raw = await this.key(`rvr/sig1/confirm-${role}`, 32);
    const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, concat(utf8(`rvr/sig1/confirm-${role}\0`), deskFingerprint, pageFingerprint)));
  }

  /** The page's first text message on the data channel. @param {Uint8Array} desk @param {Uint8Array} page */
  async confirmation(desk, page) {
    const mac = b64u(await this.confirmationMac('page', desk, page));
    return JSON.stringify({ kind: 'confirm', v: 1, role: 'page', session: this.id, mac });
  }

  /** @param {unknown} untrustedText the desk's first message @param {Uint8Array} desk @param {Uint8Array} page. Rejects with RefusedError. */
  async checkConfirmation(untrustedText, desk, page) {
    try {
      const fields = JSON.parse(/** @type {string} */ (untrustedText));
      const named = Object.keys(fields).sort().join() === 'kind,mac,role,session,v';
      const expected = fields.kind === 'confirm' && fields.v === 1 && fields.role === 'desk' && fields.session === this.id;
      if (named && expected && same(fromB64u(fields.mac, 32), await this.confirmationMac('desk', desk, page))) return;
    } catch {
      // told below
    }
    throw new RefusedError('confirmation');
  }
}
