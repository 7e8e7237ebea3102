/** The pages on the screen: reading to the end, the words to accept, signing by name or by hand, asking for a change. */

import { Pad, thinned } from './document_pad.js';
import { Pages } from './document_pages.js';
import * as views from './views.js';

const TICK_MS = 1000;
const SIZES = [1, 1.5, 2, 3];
const NEARLY = 0.98;
const ENDED = {
  sealed: 'Thank you. Your pages are signed and kept safe.',
  stopped: 'There is nothing more to read just now.',
  change: 'Your wish for a change was passed on. The pages come again when they are changed.',
  altered: 'These pages did not arrive as they were sent, so they are not shown. Nothing was signed.',
};

/** @param {number} pages */
const readAll = (pages) => (pages === 1 ? 'You have read the page' : `You have read all ${pages} pages`);

export class DocumentView {
  /** @param {import('./document.js').Documents} documents */
  constructor(documents) {
    this.documents = documents;
    /** @type {Pages | null} */
    this.pages = null;
    /** @type {HTMLElement[]} */
    this.elements = [];
    /** Of each page, how much of its width was on the screen, from the left. @type {number[]} */
    this.across = [];
    this.size = 0;
    this.pad = new Pad(views.element('document-pad'), () => this.renderSign());
    const on = (id, act, kind = 'click') => views.element(id).addEventListener(kind, act);
    on('pages-open', () => this.open());
    on('document-pages', () => this.look(0), 'scroll');
    on('document-close', () => views.show('call'));
    on('document-larger', () => void this.resize(1));
    on('document-smaller', () => void this.resize(-1));
    on('document-again', () => this.part('reading'));
    on('document-accept', () => this.onAccept(), 'change');
    on('document-ways', () => this.renderSign(), 'change');
    on('document-name', () => this.renderSign(), 'input');
    on('document-clear', () => this.pad.clear());
    on('document-sign', () => this.sign());
    on('document-change', () => this.askChange(true));
    on('document-wish-no', () => this.askChange(false));
    on('document-wish-send', () => { this.documents.wishChange(views.element('document-wish').value); this.askChange(false); });
    window.addEventListener('scroll', () => this.look(0), { passive: true });
    window.setInterval(() => this.look(TICK_MS / 1000), TICK_MS);
  }

  /** @param {'offer' | 'bytes' | 'altered' | 'stage' | 'ended' | 'line'} what @param {string} [how] */
  async onChange(what, how = '') {
    if (what === 'offer') this.onOffer();
    else if (what === 'bytes') await this.show();
    else if (what === 'altered') this.onAltered();
    else if (what === 'stage') this.render();
    else if (what === 'ended') this.onEnded(how);
  }

  onOffer() {
    this.lead('Fetching the pages.');
    this.forget();
    views.element('document-name').value = '';
    this.open();
  }

  open() {
    views.element('pages-waiting').hidden = false;
    views.show('document');
  }

  async show() {
    const { doc } = this.documents;
    if (!doc?.bytes) return;
    try {
      this.pages = await Pages.open(doc.bytes, (failed) => (failed ? this.onFailed(failed) : this.look(0)));
      await this.draw();
    } catch (error) {
      this.onFailed(error);
    }
    if (this.documents.doc !== doc) return;
    this.documents.sayShown();
    this.documents.sayAll();
    this.render();
    this.look(0);
  }

  /** @param {unknown} error */
  onFailed(error) {
    this.lead('The pages could not be shown on this device. Tell the person you are talking to.');
    this.documents.wishChange('(the device could not show the pages)');
    throw error;
  }

  /** Laid out, and the first ones drawn: only then is anything said to be shown or read. */
  async draw() {
    const box = views.element('document-pages');
    views.element('document-reading').hidden = false;
    const width = Math.max(260, box.clientWidth) * SIZES[this.size];
    const made = await this.pages?.lay(box, Math.floor(width));
    if (!made?.length) return; // a laying that a later one overtook made none
    this.elements = [];
    await this.pages?.show(0, 0);
    this.elements = made;
  }

  /** @param {1 | -1} step */
  async resize(step) {
    this.size = Math.max(0, Math.min(SIZES.length - 1, this.size + step));
    await this.draw();
    views.announce(`Text at ${SIZES[this.size] * 100} per cent.`);
    this.look(0);
  }

  /** How much of each page was on the screen by now; a page that was not drawn yet was not seen. @param {number} seconds since the last look, for the page in the middle */
  look(seconds) {
    const { doc } = this.documents;
    const reading = doc && !views.element('document-reading').hidden && views.view() === 'document' && !document.hidden;
    if (!reading || !this.elements.length) return;
    const low = window.innerHeight;
    const right = views.element('document-pages').getBoundingClientRect().right;
    const boxes = this.elements.map((element) => element.getBoundingClientRect());
    const first = boxes.findIndex((box) => box.bottom > 0);
    const after = boxes.findIndex((box) => box.top >= low);
    void this.pages?.show(first < 0 ? boxes.length - 1 : first, after < 0 ? boxes.length - 1 : after - 1);
    boxes.forEach((box, page) => {
      if (box.top >= low || box.bottom <= 0 || !this.pages?.isDrawn(page)) return;
      const seen = (low - box.top) / box.height;
      const here = box.top < low / 2 && box.bottom > low / 2;
      const picture = this.elements[page].querySelector('canvas').getBoundingClientRect();
      this.across[page] = Math.max(this.across[page] ?? 0, (right - picture.left) / picture.width);
      // The last pixels: a page that ends at the screen's edge is read. One that is wider than the screen, once its right side was there too.
      const part = seen > 0.995 && this.across[page] > NEARLY ? 1 : Math.min(NEARLY, Math.max(0, seen));
      if (part > doc.read[page] + 0.02 || (part === 1 && doc.read[page] < 1) || (here && seconds)) this.documents.onRead(page, part, here ? seconds : 0);
    });
    this.render();
  }

  render() {
    const { doc } = this.documents;
    if (!doc) return;
    if (!doc.bytes || !this.pages) return;
    const left = doc.read.findIndex((part) => part < 1);
    const declared = doc.stage !== 'reading' && doc.words && this.documents.allRead;
    if (doc.stage === 'signed') this.lead('You have signed. Please wait a moment while your pages are made safe.');
    else if (left >= 0 && doc.read[left] >= NEARLY && this.across[left] <= NEARLY) this.lead(`Move page ${left + 1} sideways, too: its right side was not on the screen yet.`);
    else if (left >= 0) this.lead(doc.pages === 1 ? 'Please read the page to its end.' : `Please read all ${doc.pages} pages to the end. Next: page ${left + 1}.`);
    else if (!declared) this.lead(`${readAll(doc.pages)}. Please wait: what comes next appears here by itself.`);
    else this.lead('');
    if (declared) this.declare(doc);
    else if (doc.stage === 'reading') this.part('reading');
  }

  /** @param {import('./document.js').Doc} doc */
  declare(doc) {
    const first = views.element('document-words').textContent !== doc.words;
    views.element('document-words').textContent = doc.words;
    views.element('document-read').textContent = readAll(doc.pages);
    if (first) {
      this.part('signing');
      views.element('document-title').focus();
    }
    if (doc.stage !== 'declaring') views.element('document-accept').checked = true;
    this.renderSign();
  }

  /** @param {'reading' | 'signing'} name */
  part(name) {
    const words = views.element('document-words').textContent;
    views.element('document-title').textContent = words ? 'Sign your pages' : 'Your pages';
    views.element('document-reading').hidden = name !== 'reading';
    views.element('document-signing').hidden = !words;
    if (name === 'signing') window.scrollTo(0, 0);
    else if (words) views.element('document-pages').scrollIntoView();
  }

  get way() {
    return /** @type {any} */ (document.querySelector('input[name="document-way"]:checked')).value;
  }

  onAccept() {
    if (views.element('document-accept').checked) this.documents.accept();
    this.renderSign();
  }

  renderSign() {
    const { doc } = this.documents;
    const drawn = this.way === 'drawn';
    views.element('document-drawn').hidden = !drawn;
    views.element('document-typed').hidden = drawn;
    const given = drawn ? this.pad.drawn : /[\p{L}\p{N}]/u.test(views.element('document-name').value);
    const done = doc?.stage === 'signed';
    views.element('document-sign').disabled = done || !doc || !this.documents.allRead || !views.element('document-accept').checked || !given;
    views.element('document-accept').disabled = done || (doc?.stage === 'signing' && views.element('document-accept').checked);
    const tap = drawn && this.pad.count > 0 && !given;
    views.element('document-fault').textContent = tap ? 'A single dot is not enough. Draw your signature, or type your name.' : '';
  }

  sign() {
    const name = views.element('document-name').value.trim();
    const drawn = this.way === 'drawn';
    this.documents.sign({ how: drawn ? 'drawn' : 'typed', name, strokes: drawn ? thinned(this.pad.lines) : [], drawn: drawn ? this.pad.count : 0 });
    views.element('document-sign').disabled = true;
    this.lead('Sending your signature.');
  }

  /** @param {boolean} on */
  askChange(on) {
    views.element('document-asking').hidden = !on;
    views.element('document-links').hidden = on;
    if (!on) return;
    views.element('document-asking-title').focus();
    views.element('document-asking').scrollIntoView({ block: 'nearest' }); // the focus brings its title alone into sight
  }

  /** @param {string} words */
  lead(words) {
    if (views.element('document-lead').textContent !== words) views.element('document-lead').textContent = words;
  }

  onAltered() {
    this.forget();
    this.lead(ENDED.altered);
    views.alarm(ENDED.altered);
  }

  /** @param {string} how */
  onEnded(how) {
    const words = ENDED[how] ?? '';
    this.forget();
    this.lead(words);
    views.element('pages-waiting').hidden = true;
    if (words) views.announce(words);
    if (how === 'left') return;
    views.element('document-links').hidden = false;
    views.element('document-change').hidden = true;
  }

  forget() {
    this.pages?.close();
    this.pages = null;
    this.elements = [];
    this.pad.clear();
    this.across = [];
    views.element('document-pages').replaceChildren();
    views.element('document-words').textContent = '';
    views.element('document-wish').value = '';
    views.element('document-title').textContent = 'Your pages';
    views.element('document-accept').checked = false;
    for (const id of ['document-reading', 'document-signing', 'document-asking']) views.element(id).hidden = true;
    for (const id of ['document-links', 'document-change']) views.element(id).hidden = false;
  }
}
