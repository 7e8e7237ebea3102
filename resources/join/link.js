/** The secret in the link: taken from the fragment, which is cleared at once, and what is derived from it. */

import { hex, utf8 } from './bytes.js';

const PATTERN = /^[0-9a-hjkmnp-tv-z]{26}$/;

/**
 * Takes the secret out of the address bar. Letters people confuse are read as the digits they look like.
 * @param {Location} location @param {History} history
 * @returns {string | null} 26 characters, or null where the address holds no such secret
 */
export function takeSecret(location, history) {
  const fragment = location.hash.slice(1, 257).replaceAll('%20', ' ');
  if (location.hash) history.replaceState(null, '', location.pathname);
  const text = fragment.replace(/[\s\-\u2010-\u2015]+/g, '').toLowerCase().replaceAll('o', '0').replace(/[il]/g, '1');
  return PATTERN.test(text) ? text : null;
}

/**
 * @typedef {object} Link
 * @property {Uint8Array} room 16 bytes
 * @property {string} roomText 32 hexadecimal digits
 * @property {Uint8Array} auth 32 bytes, shown to the gateway
 * @property {Uint8Array} psk 32 bytes, known to the two ends alone
 */

/** @param {string} secret @returns {Promise<Link>} */
export async function derive(secret) {
  const key = await crypto.subtle.importKey('raw', utf8(secret), 'HKDF', false, ['deriveBits']);
  const bits = async (info, length) => {
    const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8(info) };
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8));
  };
  const [room, auth, psk] = await Promise.all([bits('rvr/link1/room', 16), bits('rvr/link1/auth', 32), bits('rvr/link1/psk', 32)]);
  return { room, roomText: hex(room), auth, psk };
}
