/**
 * Pages to be read and signed: the bytes as they come, the hash over what is shown, how far each page was read. The other
 * end decides what comes next; this page only says what happened here, so after a reload it goes on where it was.
 */

import { fromB64u, hex } from './bytes.js';

const AHEAD = 2;
const SECONDS = 1000;

/**
 * @typedef {object} Doc
 * @property {string} id @property {string} sha256 as the other end says @property {number} size @property {number} part
 * @property {number} pages @property {'reading' | 'declaring' | 'signing' | 'signed'} stage
 * @property {string} words to be accepted, '' until they come
 * @property {Map<number, Uint8Array>} parts @property {number} asked parts asked for
 * @property {Uint8Array | null} bytes whole @property {string} hash over them, computed here
 * @property {number[]} read part of each page that was on the screen, 0 to 1 @property {number[]} seconds
 */

export class Documents {
  /** @param {(what: 'offer' | 'bytes' | 'altered' | 'stage' | 'ended' | 'line', how?: string) => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {Doc | null} */
    this.doc = null;
    /** @type {((signal: any) => boolean) | null} */
    this.send = null;
    /** What was said and may have been lost with the line. @type {any[]} */
    this.unheard = [];
    this.acts = {
      document_offer: (signal) => this.onOffer(signal),
      document_part: (signal) => void this.onPart(signal),
      document_declaration: ({ id, text }) => this.with(id, (doc) => { doc.words = String(text).slice(0, 4000); this.onChange('stage'); }),
      document_ended: ({ id, how }) => this.with(id, () => this.onEnded(String(how))),
    };
  }

  /** @param {(signal: any) => boolean} send of the visit that begins */
  attach(send) {
    this.send = send;
  }

  detach() {
    this.send = null;
    this.doc = null;
    this.unheard = [];
    this.onChange('ended', 'left');
  }

  /** @param {any} signal @returns {boolean} whether it was about documents */
  take(signal) {
    const act = this.acts[signal.kind];
    if (act) act(signal);
    return Boolean(act);
  }

  /** @param {string} id @param {(doc: Doc) => void} act */
  with(id, act) {
    if (this.doc?.id === id) act(this.doc);
  }

  /** @param {any} signal */
  onOffer({ id, sha256, size, part, pages, stage, read }) {
    const known = this.doc?.id === id && this.doc.sha256 === sha256 ? this.doc : null;
    const done = new Set(Array.isArray(read) ? read : []);
    const doc = known ?? {
      id: String(id), sha256: String(sha256), size: Number(size), part: Number(part), pages: Number(pages), stage: 'reading',
      words: '', parts: new Map(), asked: 0, bytes: null, hash: '', read: [], seconds: [],
    };
    for (let page = 0; page < doc.pages; page += 1) {
      doc.read[page] = Math.max(doc.read[page] ?? 0, done.has(page) ? 1 : 0);
      doc.seconds[page] ??= 0;
    }
    doc.stage = stage;
    this.doc = doc;
    if (doc.bytes) {
      this.sayShown();
      this.sayAll();
      for (const signal of this.unheard) this.send?.(signal);
      this.onChange('stage');
    } else {
      doc.asked = doc.parts.size;
      this.onChange('offer');
      this.askOn();
    }
  }

  /** The next parts: no more than a few are on their way at once. */
  askOn() {
    const { doc } = this;
    if (!doc) return;
    const total = Math.ceil(doc.size / doc.part);
    while (doc.asked < total && doc.asked - doc.parts.size < AHEAD) {
      this.send?.({ kind: 'document_want', id: doc.id, place: doc.asked });
      doc.asked += 1;
    }
  }

  /** @param {any} signal */
  async onPart({ id, place, data }) {
    const { doc } = this;
    if (!doc || doc.id !== id || doc.bytes) return;
    const bytes = fromB64u(data);
    if (bytes.length !== Math.min(doc.part, doc.size - place * doc.part)) return;
    doc.parts.set(place, bytes);
    if (doc.parts.size * doc.part < doc.size) {
      this.askOn();
      return;
    }
    const whole = new Uint8Array(doc.size);
    for (const [at, part] of doc.parts) whole.set(part, at * doc.part);
    await this.onWhole(doc, whole);
  }

  /** The hash is over the very array that is rendered. @param {Doc} doc @param {Uint8Array} bytes */
  async onWhole(doc, bytes) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    if (this.doc !== doc) return;
    Object.assign(doc, { bytes, hash: hex(digest), parts: new Map() });
    if (doc.hash !== doc.sha256) {
      this.sayShown();
      this.onChange('altered');
      return;
    }
    this.onChange('bytes');
  }

  /** They are on the screen now: the other end is told which bytes. */
  sayShown() {
    const { doc } = this;
    if (doc) this.send?.({ kind: 'document_shown', id: doc.id, sha256: doc.hash });
  }

  /** @param {number} page from 0 @param {number} part of it that was on the screen @param {number} seconds more */
  onRead(page, part, seconds) {
    const { doc } = this;
    if (!doc || doc.stage !== 'reading') return;
    const before = doc.read[page];
    doc.read[page] = Math.max(before, Math.min(1, part));
    doc.seconds[page] += seconds;
    if (doc.read[page] !== before || seconds) this.sayRead(page);
  }

  /** @param {number} page */
  sayRead(page) {
    const { doc } = this;
    if (doc) this.send?.({ kind: 'document_read', id: doc.id, page, part: doc.read[page], seconds: Math.round(doc.seconds[page] * SECONDS) / SECONDS });
  }

  sayAll() {
    this.doc?.read.forEach((part, page) => { if (part > 0) this.sayRead(page); });
  }

  get allRead() {
    return Boolean(this.doc && this.doc.bytes && this.doc.read.every((part) => part >= 1));
  }

  accept() {
    if (this.doc) this.say({ kind: 'document_accepted', id: this.doc.id, sha256: this.doc.hash });
  }

  /** @param {{how: 'typed' | 'drawn', name: string, strokes: number[][][], drawn: number}} signature */
  sign(signature) {
    if (this.doc) this.say({ kind: 'document_signed', id: this.doc.id, sha256: this.doc.hash, ...signature });
  }

  /** @param {string} words */
  wishChange(words) {
    if (this.doc) this.say({ kind: 'document_change', id: this.doc.id, words: words.slice(0, 500) });
  }

  /** Said again with the next offer, should the line be lost just now. @param {any} signal */
  say(signal) {
    this.unheard.push(signal);
    this.send?.(signal);
  }

  /** @param {string} how */
  onEnded(how) {
    this.doc = null;
    this.unheard = [];
    this.onChange('ended', how);
  }
}
