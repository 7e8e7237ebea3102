/**
 * A file sealed on its way to the other side: a key of its own, wrapped by HPKE; chunks of 1 MiB by AES-256-GCM with
 * the STREAM nonce layout; its SHA-256 as the last 32 bytes. The other half and the byte tables: upload_sealing.py.
 */

import { concat, u64, utf8 } from './bytes.js';

export const CHUNK = 1024 * 1024;
export const TRAILER = 32;
const TAG = 16;
/** Read, hashed and sealed in one go: a whole number of chunks. */
const BATCH = 4 * CHUNK;
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

/** A file's bytes from one place on, in order, by one stream: a slice for each piece costs five times as much. */
class Reader {
  /** @param {Blob} file @param {number} at */
  constructor(file, at) {
    Object.assign(this, { file, at });
    /** @type {any} */
    this.stream = null;
    /** @type {ArrayBuffer | null} */
    this.spare = null;
  }

  /** Nobody needs these bytes any more: the next piece may come into their place. @param {Uint8Array} bytes as taken */
  giveBack(bytes) {
    this.spare = bytes.buffer;
  }

  /** @param {number} length @returns {Promise<Uint8Array>} exactly so many. Rejects with UnreadableError; the next call begins at the same byte. */
  async take(length) {
    let bytes;
    try {
      bytes = await (streams() ? this.streamed(length) : this.sliced(length));
    } catch {
      void this.stream?.cancel().catch(() => undefined);
      this.stream = null;
      throw new UnreadableError('unreadable');
    }
    this.at += length;
    return bytes;
  }

  /** @param {number} length */
  async streamed(length) {
    this.stream ??= this.file.slice(this.at).stream().getReader({ mode: 'byob' });
    const buffer = this.spare && this.spare.byteLength >= length ? this.spare : new ArrayBuffer(length);
    this.spare = null;
    let bytes = new Uint8Array(buffer, 0, length);
    for (let filled = 0; filled < length;) {
      const { value, done } = await this.stream.read(bytes.subarray(filled));
      if (done) throw new UnreadableError('shorter');
      filled += value.length;
      bytes = new Uint8Array(value.buffer, 0, length);
    }
    return bytes;
  }

  /** For browsers whose files have no such stream. @param {number} length */
  async sliced(length) {
    const bytes = new Uint8Array(await this.file.slice(this.at, this.at + length).arrayBuffer());
    if (bytes.length !== length) throw new UnreadableError('shorter');
    return bytes;
  }
}

/** Whether a file's stream fills buffers that it is given. */
function streams() {
  try {
    void new Blob(['x']).stream().getReader({ mode: 'byob' }).cancel();
    return true;
  } catch {
    return false;
  }
}

/**
 * The hash of a file's beginning, which can go on.
 * @param {any} library @param {Blob} file @param {number} end @returns {Promise<any>} Rejects with UnreadableError.
 */
export async function hashOf(library, file, end) {
  const [hash, reader] = [await library.newHash(), new Reader(file.slice(0, end), 0)];
  for (let at = 0; at < end; at += BATCH) {
    const bytes = await reader.take(Math.min(BATCH, end - at));
    hash.update(bytes);
    reader.giveBack(bytes);
  }
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
    /** Bytes were taken and not sealed: never made good, so that no nonce meets other bytes. */
    this.halfway = false;
    this.content = this.file.size - this.start;
    this.size = sealedSize(this.content);
    this.reader = new Reader(this.file, this.start);
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

  /** The next few chunks: read at once, sealed at once. */
  async sealNext() {
    const whole = this.content + TRAILER;
    const from = this.next * CHUNK;
    const to = Math.min(from + BATCH, whole);
    const end = Math.min(to, this.content);
    if (this.halfway) throw new UnreadableError('halfway');
    let plain = end > from ? await this.reader.take(end - from) : new Uint8Array(0);
    this.halfway = true;
    if (to <= this.content) {
      // The browser seals on threads of its own meanwhile.
      const sealing = this.sealAll(plain, from, whole);
      this.hash.update(plain);
      await sealing;
      this.reader.giveBack(plain);
    } else {
      if (plain.length) this.hash.update(plain);
      this.digest ??= this.hash.digest();
      plain = concat(plain, this.digest.slice(Math.max(0, from - this.content), to - this.content));
      await this.sealAll(plain, from, whole);
    }
    this.halfway = false;
  }

  /** @param {Uint8Array} plain whole chunks, or the last ones @param {number} from where they begin @param {number} whole */
  async sealAll(plain, from, whole) {
    const first = this.next;
    const sealing = [];
    for (let at = 0; at < plain.length; at += CHUNK) {
      const iv = new Uint8Array(12);
      iv.set(this.prefix);
      new DataView(iv.buffer).setUint32(7, first + sealing.length);
      iv[11] = Number(from + at + CHUNK >= whole);
      sealing.push(crypto.subtle.encrypt({ name: 'AES-GCM', iv }, this.key, plain.subarray(at, at + CHUNK)));
    }
    (await Promise.all(sealing)).forEach((chunk, index) => this.sealed.set(first + index, new Uint8Array(chunk)));
    this.next = first + sealing.length;
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
