/**
 * The files of this page: chosen, offered, sent, received. It outlives one visit on the link, so that a file goes on
 * after a lost line; it ends with the page.
 */

import { b64u, fromB64u, hex } from './bytes.js';
import { hashOf, loadLibrary, SealedFile, UnreadableError, wrapKey } from './file_sealing.js';
import { loadTus, SealedUpload } from './file_upload.js';

const AT_ONCE = 3;
const NAME_LONGEST = 255;
const TRIES = 3;

/**
 * @typedef {'chosen' | 'queued' | 'offered' | 'sending' | 'checking' | 'received' | 'failed' | 'again'} FileState
 * chosen: not sent yet, can be removed; again: of a page that was closed, to be chosen once more
 *
 * @typedef {object} Entry
 * @property {string} id 32 hexadecimal digits
 * @property {File | null} file null until it is chosen once more
 * @property {string} name @property {number} size @property {string} description
 * @property {'chosen' | 'taken' | 'screen'} how
 * @property {FileState} state
 * @property {string} words why it failed or waits
 * @property {number} held bytes that the gateway has acknowledged
 * @property {number} start @property {string | null} continues @property {number} tries
 * @property {Uint8Array | null} fileKey @property {SealedFile | null} sealed @property {SealedUpload | null} upload
 */

/** The end of a name says more than its beginning. @param {string} name */
const shortened = (name) => {
  const letters = Array.from(name);
  return letters.length > NAME_LONGEST ? `${letters.slice(0, 120).join('')}…${letters.slice(-120).join('')}` : name;
};

const REFUSED = {
  too_large: 'This file is larger than 5 GB. It was not sent.',
  too_much: 'There is no room for this file: 20 GB in all can be sent.',
  too_many: 'Too many files at once. Try this one again later.',
  not_now: 'This file could not be sent. You can try again.',
  changed: 'This file did not arrive whole. You can try again.',
};
const UNREADABLE = 'This file changed or cannot be read any more. Choose it again.';

export class Files {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {{deskKey: Uint8Array, fileLimit: number, totalLimit: number, left: number} | null} */
    this.open = null;
    /** @type {{send: (signal: any) => boolean, link: import('./link.js').Link} | null} */
    this.line = null;
    /** What the other side asks for. @type {{want: string, words: string} | null} */
    this.wanted = null;
    this.acts = {
      files_open: (signal) => this.onOpen(signal),
      file_accepted: ({ id }) => this.with(id, (entry) => this.onAccepted(entry)),
      file_refused: ({ id, reason }) => this.with(id, (entry) => this.onRefused(entry, String(reason))),
      file_progress: ({ id, waiting }) => this.with(id, (entry) => this.onProgress(entry, waiting === true)),
      file_received: ({ id, sha256 }) => this.with(id, (entry) => this.onReceived(entry, sha256)),
      file_have: ({ id, bytes, sha256 }) => this.with(id, (entry) => this.onHave(entry, Number(bytes), String(sha256))),
      file_unfinished: (signal) => this.onUnfinished(signal),
      file_wanted: ({ want, words }) => { this.wanted = { want: want === 'photo' ? 'photo' : 'file', words: String(words ?? '').slice(0, 300) }; },
    };
  }

  /** @param {{send: (signal: any) => boolean, link: import('./link.js').Link}} line of the visit that begins */
  attach(line) {
    this.line = line;
  }

  /** The visit ends or the page is left: nothing more is sent. */
  detach() {
    this.line = null;
    this.open = null;
    for (const entry of this.entries) entry.upload?.stop();
    this.onChange();
  }

  /** @param {any} signal @returns {boolean} whether it was about files */
  take(signal) {
    const act = this.acts[signal.kind];
    if (!act) return false;
    act(signal);
    this.onChange();
    return true;
  }

  /** @param {string} id @param {(entry: Entry) => unknown} act */
  with(id, act) {
    const entry = this.entries.find((one) => one.id === id);
    if (entry) void act(entry);
  }

  /** @param {Iterable<File>} files @param {'chosen' | 'taken' | 'screen'} how */
  choose(files, how) {
    for (const file of files) {
      const words = this.open && file.size > this.open.fileLimit ? REFUSED.too_large : '';
      this.entries.push({
        id: hex(crypto.getRandomValues(new Uint8Array(16))), file, name: shortened(file.name), size: file.size, description: '', how,
        state: words ? 'failed' : 'chosen', words, held: 0, start: 0, continues: null, tries: 0, fileKey: null, sealed: null, upload: null,
      });
    }
    this.wanted = null;
    this.onChange();
  }

  /** @param {Entry} entry before it is sent, or once nothing more comes of it */
  remove(entry) {
    entry.upload?.stop();
    this.entries = this.entries.filter((one) => one !== entry);
    this.onChange();
  }

  /** @param {Entry} entry on its way */
  cancel(entry) {
    this.line?.send({ kind: 'file_cancelled', id: entry.id });
    this.remove(entry);
    this.fill();
  }

  /** All that was chosen. */
  send() {
    for (const entry of this.entries) if (entry.state === 'chosen') entry.state = 'queued';
    this.fill();
    this.onChange();
  }

  /** Once more from the first byte. @param {Entry} entry */
  sendAgain(entry) {
    entry.upload?.stop();
    Object.assign(entry, {
      id: hex(crypto.getRandomValues(new Uint8Array(16))), state: 'queued', words: '', held: 0, start: 0, continues: null, fileKey: null, sealed: null, upload: null,
    });
    this.fill();
    this.onChange();
  }

  busy() {
    return this.entries.filter(({ state }) => state === 'offered' || state === 'sending' || state === 'checking');
  }

  /** Offer as many as may be on their way at once. */
  fill() {
    if (!this.open) return;
    let room = AT_ONCE - this.busy().length;
    for (const entry of this.entries) {
      if (entry.state !== 'queued' || room <= 0) continue;
      room -= 1;
      entry.state = 'offered';
      void this.offer(entry);
    }
  }

  /** @param {Entry} entry */
  async offer(entry) {
    const { open, line } = this;
    if (!open || !line || !entry.file) return;
    try {
      const library = await loadLibrary();
      const id = Uint8Array.from(entry.id.match(/../g) ?? [], (pair) => parseInt(pair, 16));
      entry.fileKey ??= crypto.getRandomValues(new Uint8Array(32));
      const key = await wrapKey(library, open.deskKey, entry.fileKey, line.link.room, id);
      entry.sealed ??= await SealedFile.make({ file: entry.file, id, fileKey: entry.fileKey, start: entry.start, hash: await library.newHash() });
      if (this.open !== open || !this.entries.includes(entry)) return;
      line.send({
        kind: 'file_offer', id: entry.id, name: entry.name, size: entry.size, type: entry.file.type.slice(0, 255), description: entry.description.slice(0, 500),
        how: entry.how, modified_ms: Number.isSafeInteger(entry.file.lastModified) && entry.file.lastModified >= 0 ? entry.file.lastModified : null,
        key: b64u(key), continues: entry.continues, start: entry.start,
      });
    } catch (error) {
      // A part of the page could not be fetched while the line was lost: offered again when it is back.
      if (!(error instanceof TypeError)) throw error;
      entry.state = 'queued';
      this.onChange();
    }
  }

  onOpen(signal) {
    this.open = { deskKey: fromB64u(signal.key, 32), fileLimit: Number(signal.file_limit), totalLimit: Number(signal.total_limit), left: Number(signal.left) };
    for (const entry of this.busy()) void this.offer(entry);
    this.fill();
  }

  /** @param {Entry} entry */
  async onAccepted(entry) {
    if (entry.state === 'checking' || !entry.sealed || !this.line) return;
    entry.state = 'sending';
    this.onChange();
    if (!entry.upload) {
      let tus;
      try {
        tus = await loadTus();
      } catch {
        return; // offered again with the line
      }
      const { link } = this.line ?? {};
      if (!link || entry.upload || entry.state !== 'sending') return;
      entry.upload = new SealedUpload({
        tus, url: new URL(`files/${entry.id}`, document.baseURI).href, bearer: `Bearer ${link.roomText}.${b64u(link.auth)}`, sealed: entry.sealed,
        onHeld: (bytes) => { entry.held = entry.start + Math.floor((bytes / entry.sealed.size) * (entry.size - entry.start)); this.onChange(); },
        onWhole: () => { entry.state = 'checking'; entry.held = entry.size; this.onChange(); },
        onUnreadable: () => this.onUnreadable(entry),
      });
    }
    entry.upload.start();
  }

  /** @param {Entry} entry */
  onUnreadable(entry) {
    this.line?.send({ kind: 'file_cancelled', id: entry.id });
    this.fail(entry, UNREADABLE);
  }

  /** @param {Entry} entry @param {string} words */
  fail(entry, words) {
    entry.upload?.stop();
    Object.assign(entry, { state: 'failed', words });
    this.fill();
    this.onChange();
  }

  /** @param {Entry} entry @param {string} reason */
  onRefused(entry, reason) {
    if (reason === 'start_again' && entry.file && entry.tries < TRIES) {
      entry.tries += 1;
      this.sendAgain(entry);
    } else this.fail(entry, REFUSED[reason] ?? REFUSED.not_now);
  }

  /** @param {Entry} entry @param {boolean} waiting */
  onProgress(entry, waiting) {
    entry.words = waiting ? 'Waiting for room at the other end. It goes on by itself.' : '';
  }

  /** @param {Entry} entry @param {unknown} sha256 over what the other side holds */
  onReceived(entry, sha256) {
    entry.upload?.stop();
    // A page that was loaded anew does not know the hash: the other end compared it with what the former page said.
    const known = entry.state === 'again' ? sha256 : entry.sealed?.digest && hex(entry.sealed.digest);
    if (known !== sha256) {
      this.fail(entry, REFUSED.changed);
      return;
    }
    Object.assign(entry, { state: 'received', words: '', held: entry.size, sealed: null, upload: null, fileKey: null });
    this.fill();
  }

  onUnfinished({ id, name, size }) {
    if (this.entries.some((entry) => entry.id === id) || !/^[0-9a-f]{32}$/.test(String(id))) return;
    this.entries.push({
      id, file: null, name: shortened(String(name)), size: Number(size), description: '', how: 'chosen', state: 'again',
      words: '', held: 0, start: 0, continues: null, tries: 0, fileKey: null, sealed: null, upload: null,
    });
  }

  /** The person chose a file for one that was not finished. @param {Entry} entry @param {File} file */
  chooseAgain(entry, file) {
    if (file.size !== entry.size) {
      entry.words = 'This is not the same file. Choose the one with the same name and size.';
    } else {
      entry.file = file;
      entry.words = 'Looking how much of it has arrived.';
      this.line?.send({ kind: 'file_again', id: entry.id });
    }
    this.onChange();
  }

  /** Goes on behind the bytes that have arrived, if they are the same: with a new key, so that no nonce is used twice. @param {Entry} entry @param {number} bytes @param {string} sha256 */
  async onHave(entry, bytes, sha256) {
    const { file } = entry;
    if (entry.state !== 'again' || !file || !(bytes >= 0 && bytes <= file.size)) return;
    try {
      const library = await loadLibrary();
      const hash = await hashOf(library, file, bytes);
      if (hex(hash.soFar()) !== sha256) {
        Object.assign(entry, { file: null, words: 'This is not the same file. Choose the one you began to send.' });
      } else {
        const id = crypto.getRandomValues(new Uint8Array(16));
        const fileKey = crypto.getRandomValues(new Uint8Array(32));
        const sealed = await SealedFile.make({ file, id, fileKey, start: bytes, hash });
        Object.assign(entry, { continues: entry.id, id: hex(id), fileKey, sealed, start: bytes, held: bytes, state: 'offered', words: '' });
        void this.offer(entry);
      }
    } catch (error) {
      if (!(error instanceof UnreadableError || error instanceof TypeError)) throw error;
      Object.assign(entry, { file: null, words: UNREADABLE });
    }
    this.onChange();
  }
}
