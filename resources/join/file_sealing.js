/**
 * A file sealed on its way to the other side: a key of its own, wrapped by HPKE; chunks of 1 MiB by AES-256-GCM with
 * the STREAM nonce layout; its SHA-256 as the last 32 bytes. The other half and the byte tables: upload_sealing.py.
 */

import { concat, u64, utf8 } from './bytes.js';

export const CHUNK = 1024 * 1024;
export const TRAILER = 32;
const TAG = 16;
export const SEALED_CHUNK = CHUNK + TAG;

/** The file changed, vanished or cannot be read any more. */
export class UnreadableError extends Error {}

/** @param {number} content bytes of the file in this stream @returns {number} bytes of the sealed stream */
export const sealedSize = (content) => content + TRAILER + TAG * Math.ceil((content + TRAILER) / CHUNK);

/** The library modules, fetched when they are first needed. */
export async function loadLibrary() {
  const [hpke, { createSHA256 }] = await Promise.all([import('./vendor/hpke.js'), import('./vendor/hash.js')]);
  return { ...hpke, newHash: () => newHash(hpke, createSHA256) };
}

/**
 * SHA-256 that takes its bytes piece by piece: WebAssembly, two to four times as quick as the same in script, which
 * serves where a browser has none (as in Lockdown Mode).
 * @returns {Promise<{update: (bytes: Uint8Array) => void, digest: () => Uint8Array, soFar: () => Uint8Array}>}
 */
async function newHash(hpke, createSHA256) {
  if (typeof WebAssembly === 'undefined') {
    const hash = hpke.sha256.create();
    return { update: (bytes) => hash.update(bytes), digest: () => hash.digest(), soFar: () => hash.clone().digest() };
  }
  const hash = await createSHA256();
  const soFar = () => {
    const state = hash.save();
    const digest = hash.digest('binary');
    hash.load(state);
    return digest;
  };
  return { update: (bytes) => hash.update(bytes), digest: () => hash.digest('binary'), soFar };
}

/**
 * @param {any} library @param {Uint8Array} deskKey 32 bytes @param {Uint8Array} fileKey 32 bytes
 * @param {Uint8Array} room 16 bytes @param {Uint8Array} id 16 bytes
 * @returns {Promise<Uint8Array>} encapsulated key(32) || ciphertext(32) || tag(16)
 */
export async function wrapKey(library, deskKey, fileKey, room, id) {
  const { CipherSuite, DhkemX25519HkdfSha256, HkdfSha256, Aes256Gcm } = library;
  const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const recipientPublicKey = await suite.kem.deserializePublicKey(concat(deskKey).buffer);
  const info = concat(utf8('rvr/up1/key\0'), room, id).buffer;
  const { enc, ct } = await suite.seal({ recipientPublicKey, info }, concat(fileKey).buffer);
  return concat(enc, ct);
}

/** @param {Blob} file @param {number} from @param {number} to @returns {Promise<Uint8Array>} Rejects with UnreadableError. */
async function read(file, from, to) {
  let bytes;
  try {
    bytes = new Uint8Array(await file.slice(from, to).arrayBuffer());
  } catch {
    throw new UnreadableError('unreadable');
  }
  if (bytes.length !== to - from) throw new UnreadableError('shorter');
  return bytes;
}

/**
 * The hash of a file's beginning, which can go on.
 * @param {any} library @param {Blob} file @param {number} end @returns {Promise<any>} Rejects with UnreadableError.
 */
export async function hashOf(library, file, end) {
  const hash = await library.newHash();
  for (let at = 0; at < end; at += CHUNK) hash.update(await read(file, at, Math.min(at + CHUNK, end)));
  return hash;
}

/**
 * The sealed stream of one file, made as it is asked for. Each chunk is read, hashed and sealed exactly once, and kept
 * until the other end has it: a nonce never meets other bytes, whatever happens to the file.
 */
export class SealedFile {
  /** @param {object} parts as make() puts them together */
  constructor(parts) {
    Object.assign(this, parts);
    /** @type {Map<number, Uint8Array>} */
    this.sealed = new Map();
    this.next = 0;
    this.content = this.file.size - this.start;
    this.size = sealedSize(this.content);
    /** @type {Uint8Array | null} SHA-256 of the whole file, once all of it was read */
    this.digest = null;
    /** @type {Promise<unknown>} one after another, also over a stop and a new start */
    this.turn = Promise.resolve();
  }

  /**
   * @param {{file: Blob, id: Uint8Array, fileKey: Uint8Array, start: number, hash: any}} options
   * hash: over the file's bytes before start
   */
  static async make({ file, id, fileKey, start, hash }) {
    const base = await crypto.subtle.importKey('raw', fileKey, 'HKDF', false, ['deriveBits']);
    const info = concat(utf8('rvr/up1/payload\0'), u64(file.size), u64(start));
    const bits = new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: id, info }, base, 39 * 8));
    const key = await crypto.subtle.importKey('raw', bits.slice(0, 32), 'AES-GCM', false, ['encrypt']);
    return new SealedFile({ file, start, hash, key, prefix: bits.slice(32) });
  }

  async sealNext() {
    const whole = this.content + TRAILER;
    const from = this.next * CHUNK;
    const to = Math.min(from + CHUNK, whole);
    const end = Math.min(to, this.content);
    let plain = end > from ? await read(this.file, this.start + from, this.start + end) : new Uint8Array(0);
    if (plain.length) this.hash.update(plain);
    if (to > this.content) {
      this.digest ??= this.hash.digest();
      plain = concat(plain, this.digest.slice(Math.max(0, from - this.content), to - this.content));
    }
    const iv = new Uint8Array(12);
    iv.set(this.prefix);
    new DataView(iv.buffer).setUint32(7, this.next);
    iv[11] = Number(to === whole);
    this.sealed.set(this.next, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, this.key, plain)));
    this.next += 1;
  }

  /**
   * Sealed bytes start … end-1; what lies before start is acknowledged and forgotten.
   * @param {number} start @param {number} end @returns {Promise<Blob>} Rejects with UnreadableError.
   */
  slice(start, end) {
    const to = Math.min(end, this.size);
    const part = this.turn.then(() => this.cut(start, to));
    // As much again is made ready while this part travels.
    this.turn = part.then(() => this.sealUpTo(Math.min(2 * to - start, this.size))).catch(() => undefined);
    return part;
  }

  /** @param {number} end */
  async sealUpTo(end) {
    while (this.next * SEALED_CHUNK < end) await this.sealNext();
  }

  /** @param {number} start @param {number} end */
  async cut(start, end) {
    for (const index of this.sealed.keys()) if ((index + 1) * SEALED_CHUNK <= start) this.sealed.delete(index);
    await this.sealUpTo(end);
    const parts = [];
    for (let at = start; at < end;) {
      const index = Math.floor(at / SEALED_CHUNK);
      const chunk = this.sealed.get(index);
      if (!chunk) throw new UnreadableError('gone');
      const to = Math.min(end, (index + 1) * SEALED_CHUNK);
      parts.push(chunk.subarray(at - index * SEALED_CHUNK, to - index * SEALED_CHUNK));
      at = to;
    }
    return new Blob(parts);
  }
}
