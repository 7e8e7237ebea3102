/** Bytes and text: base64url, hexadecimal, big-endian numbers. */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** @param {string} text */
export const utf8 = (text) => encoder.encode(text);

/** @param {BufferSource} bytes Throws TypeError where they are not UTF-8. */
export const fromUtf8 = (bytes) => decoder.decode(bytes);

/** @param {...(Uint8Array | ArrayBuffer)} parts */
export function concat(...parts) {
  const views = parts.map((part) => new Uint8Array(part));
  const total = new Uint8Array(views.reduce((sum, view) => sum + view.length, 0));
  let at = 0;
  for (const view of views) {
    total.set(view, at);
    at += view.length;
  }
  return total;
}

/** @param {number | bigint} value as 8 bytes, big-endian */
export function u64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** @param {Uint8Array} bytes @param {number} at Throws RangeError beyond what a number holds exactly. */
export function readU64(bytes, at) {
  const value = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('number too large');
  return Number(value);
}

/** @param {Uint8Array | ArrayBuffer} bytes @returns {string} base64url without padding */
export function b64u(bytes) {
  let text = '';
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @param {unknown} untrusted @param {number} [length] bytes expected. Throws TypeError. */
export function fromB64u(untrusted, length) {
  if (typeof untrusted !== 'string' || !/^[A-Za-z0-9_-]*$/.test(untrusted)) throw new TypeError('not base64url');
  const bytes = Uint8Array.from(atob(untrusted.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  if (b64u(bytes) !== untrusted || (length !== undefined && bytes.length !== length)) throw new TypeError('not base64url of that length');
  return bytes;
}

/** @param {Uint8Array | ArrayBuffer} bytes */
export const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {string} text pairs of hexadecimal digits, colons allowed. Throws TypeError. */
export function fromHex(text) {
  const digits = text.replaceAll(':', '');
  if (!/^([0-9a-fA-F]{2})*$/.test(digits)) throw new TypeError('not hexadecimal');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Equal without telling by time where they differ. @param {Uint8Array} a @param {Uint8Array} b */
export function same(a, b) {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= a[i] ^ b[i];
  return difference === 0;
}
