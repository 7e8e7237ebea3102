/** The panel for photos and files: choosing, what will be sent, and how far it is. Texts are set as text only. */

import { canShare } from './devices.js';
import { icon } from './views.js';
import * as views from './views.js';

const PREVIEW_LARGEST = 40_000_000;
const DONE = ['received', 'failed'];

/** @param {number} bytes @returns {string} 820 bytes, 3.2 MB, 1.25 GB */
export function amount(bytes) {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < 2) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}

/** @param {string} tag @param {object} properties @param {...(Node | string)} children @returns {any} */
function make(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

/** @param {import('./files.js').Entry} entry @returns {string} what the person is told of it */
export function statusWords(entry) {
  const { state, words, held, size } = entry;
  if (words) return words;
  if (state === 'chosen') return 'Not sent yet';
  if (state === 'queued') return 'Waiting to be sent';
  if (state === 'offered') return 'Starting';
  if (state === 'sending') return `${amount(held)} of ${amount(size)} sent`;
  if (state === 'checking') return 'All sent. Checking that it has arrived whole.';
  if (state === 'received') return 'Received';
  return 'The page was closed before all of it was sent. Choose the same file again to go on.';
}

/** One row of the list. */
class Row {
  /** @param {import('./files.js').Entry} entry @param {FilesView} view */
  constructor(entry, view) {
    this.entry = entry;
    this.preview = '';
    this.status = make('p', { className: 'file__status' });
    this.bar = make('progress', { className: 'file__bar', max: 100 });
    this.describe = this.field();
    this.buttons = make('div', { className: 'file__buttons' });
    const text = make('div', { className: 'file__text' }, make('p', { className: 'file__name', dir: 'auto', textContent: entry.name || 'File without a name' }),
      make('p', { className: 'file__size', textContent: amount(entry.size) }), this.status, this.bar);
    this.picture = make('div', { className: 'file__picture' }, this.thumbnail());
    this.node = make('li', { className: 'file' }, this.picture, text, this.describe, this.buttons);
    this.bar.setAttribute('aria-label', `Progress of ${entry.name}`);
    this.view = view;
    this.shown = '';
  }

  thumbnail() {
    const { file } = this.entry;
    if (!file || !file.type.startsWith('image/') || file.size > PREVIEW_LARGEST) return icon('file-up');
    this.preview = URL.createObjectURL(file);
    const image = make('img', { src: this.preview, alt: '', className: 'file__image' });
    image.addEventListener('error', () => this.picture.replaceChildren(icon('file-up')));
    return image;
  }

  field() {
    const input = make('input', { type: 'text', className: 'govuk-input', maxLength: 500, autocomplete: 'off', placeholder: 'What is it? You can leave this empty' });
    input.setAttribute('aria-label', `Describe ${this.entry.name}`);
    input.addEventListener('input', () => { this.entry.description = input.value; });
    return input;
  }

  /** @param {string} word @param {() => void} act */
  button(word, act) {
    const button = make('button', { type: 'button', className: 'link', textContent: word });
    button.append(make('span', { className: 'govuk-visually-hidden', textContent: ` ${this.entry.name}` }));
    button.addEventListener('click', act);
    return button;
  }

  /** @returns {HTMLElement[]} */
  acts() {
    const { entry, view } = this;
    const { files } = view;
    const drop = (word) => this.button(word, () => { view.announceGone(entry); files.remove(entry); });
    if (entry.state === 'chosen') return [drop('Remove')];
    if (entry.state === 'received') return [];
    if (entry.state === 'failed') return [...(entry.file ? [this.button('Try again', () => files.sendAgain(entry))] : []), drop('Remove')];
    const cancel = this.button('Cancel', () => { view.announceGone(entry); files.cancel(entry); });
    return entry.state === 'again' ? [this.button('Choose again', () => view.chooseAgain(entry)), cancel] : [cancel];
  }

  update() {
    const { entry } = this;
    this.status.textContent = statusWords(entry);
    const moving = ['offered', 'sending', 'checking'].includes(entry.state);
    this.bar.hidden = !moving;
    // Never full before the other side has it.
    this.bar.value = Math.min(99, Math.floor((100 * entry.held) / Math.max(1, entry.size)));
    this.node.dataset.state = entry.state;
    this.describe.hidden = entry.state !== 'chosen';
    if (this.shown === entry.state) return;
    const former = this.shown;
    this.shown = entry.state;
    const had = this.buttons.contains(document.activeElement);
    this.buttons.replaceChildren(...this.acts());
    if (had) (this.buttons.querySelector('button') ?? views.element('files-title')).focus();
    if (former && DONE.includes(entry.state)) views.announce(`${entry.name}: ${statusWords(entry)}`);
  }

  end() {
    if (this.preview) URL.revokeObjectURL(this.preview);
    this.node.remove();
  }
}

export class FilesView {
  /** @param {import('./files.js').Files} files @param {import('./devices.js').Capture} capture */
  constructor(files, capture) {
    this.files = files;
    this.capture = capture;
    /** @type {Map<import('./files.js').Entry, Row>} */
    this.rows = new Map();
    /** @type {import('./files.js').Entry | null} */
    this.again = null;
    this.bind();
  }

  bind() {
    const pick = (id, how) => {
      const input = views.element(id);
      input.addEventListener('change', () => {
        this.files.choose([...input.files], how);
        input.value = '';
        views.element('files-send').focus();
      });
      return input;
    };
    const camera = pick('pick-photo', 'taken');
    const any = pick('pick-file', 'chosen');
    const screen = pick('pick-screen', 'screen');
    const same = views.element('pick-again');
    same.addEventListener('change', () => {
      if (this.again && same.files[0]) this.files.chooseAgain(this.again, same.files[0]);
      this.again = null;
      same.value = '';
    });
    views.element('take-photo').addEventListener('click', () => void this.photo(camera));
    views.element('choose-file').addEventListener('click', () => any.click());
    views.element('choose-screen').addEventListener('click', () => screen.click());
    views.element('files-send').addEventListener('click', () => { this.files.send(); views.element('files-title').focus(); });
    // Where a page can share a screen, nobody needs pictures of it. Chrome on phones has the function and always refuses.
    views.element('choose-screen').hidden = canShare();
  }

  /** By the camera of the running call if it can, at its full size; or by the phone's own camera. @param {HTMLInputElement} input */
  async photo(input) {
    if (!this.capture.canStill) {
      input.click(); // in the same turn as the tap: some browsers open nothing later
      return;
    }
    const still = await this.capture.still();
    if (!still) {
      views.announce('The camera gave no picture. Choose a photo instead.');
      return;
    }
    const at = new Date();
    const stamp = `${at.toLocaleDateString('sv-SE')} ${at.toLocaleTimeString('en-GB').replaceAll(':', '.')}`;
    this.files.choose([new File([still], `Photo ${stamp}.${still.type === 'image/png' ? 'png' : 'jpg'}`, { type: still.type, lastModified: at.getTime() })], 'taken');
    views.element('files-send').focus();
  }

  /** @param {import('./files.js').Entry} entry */
  chooseAgain(entry) {
    this.again = entry;
    views.element('pick-again').click();
  }

  /** @param {import('./files.js').Entry} entry */
  announceGone(entry) {
    views.announce(`${entry.name} removed.`);
    views.element('files-title').focus();
  }

  /** @param {string} name of the person at the other end */
  render(name) {
    const { entries, open, wanted } = this.files;
    for (const [entry, row] of this.rows) {
      if (entries.includes(entry)) continue;
      row.end();
      this.rows.delete(entry);
    }
    for (const entry of entries) {
      if (!this.rows.has(entry)) {
        const row = new Row(entry, this);
        this.rows.set(entry, row);
        views.element('files-list').append(row.node);
      }
      this.rows.get(entry)?.update();
    }
    const flip = this.capture.canStill && this.capture.cameras > 1;
    views.element('files-hint').textContent = flip ? 'A photo is taken with the camera you see. Use Flip to change it first.' : '';
    const chosen = entries.filter(({ state }) => state === 'chosen').length;
    views.element('files-send').hidden = !chosen;
    views.element('files-send').textContent = chosen > 1 ? `Send ${chosen} files` : 'Send';
    const limit = open ? `Up to ${amount(open.fileLimit)} each, ${amount(open.totalLimit)} in all. Keep this page open until they are received.` : 'Files can be sent when you are connected.';
    views.element('files-limit').textContent = limit;
    for (const id of ['photo', 'file', 'take-photo', 'choose-file', 'choose-screen']) views.element(id).disabled = !open && !entries.length;
    views.element('files-wanted').hidden = !wanted;
    if (wanted) views.element('files-wanted').textContent = wanted.words || `${name} asks for a ${wanted.want}.`;
    const moving = entries.filter(({ state }) => ['queued', 'offered', 'sending', 'checking'].includes(state)).length;
    const waiting = moving || entries.filter(({ state }) => state === 'again').length;
    views.element('files-count').hidden = !waiting;
    views.element('files-count').textContent = String(waiting);
  }
}
