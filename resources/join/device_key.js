/**
 * The one thing this page keeps on the device: for each link a signing key that cannot be taken out of the browser,
 * by which the other side knows that it is the same device again.
 */

import { concat } from './bytes.js';

const [STORE, KEYS] = ['page', 'keys'];

/** @returns {Promise<IDBDatabase>} */
function openStore() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(STORE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(KEYS);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} act @returns {Promise<any>} */
async function inStore(mode, act) {
  const database = await openStore();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(KEYS, mode);
      const request = act(transaction.objectStore(KEYS));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/**
 * The key pair of this device for this link, made at first use. Where the browser keeps nothing (some private
 * windows), the pair lives as long as the page.
 * @param {string} room @returns {Promise<CryptoKeyPair>}
 */
export async function deviceKey(room) {
  try {
    const known = await inStore('readonly', (store) => store.get(room));
    if (known) return known;
  } catch {
    // No store: a pair for this visit, made below.
  }
  const pair = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']));
  try {
    await inStore('readwrite', (store) => store.put(pair, room));
  } catch {
    // As above.
  }
  return pair;
}

/** A link that is closed for ever leaves nothing behind. @param {string} room */
export async function forgetDeviceKey(room) {
  try {
    await inStore('readwrite', (store) => store.delete(room));
  } catch {
    // Nothing was kept.
  }
}

/** @param {CryptoKeyPair} pair @param {Uint8Array} challenge @returns {Promise<{key: Uint8Array, signature: Uint8Array}>} 65 and 64 bytes */
export async function signDevice(pair, challenge) {
  const key = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, concat(challenge));
  return { key, signature: new Uint8Array(signature) };
}
