/** Shows the pages of a PDF with pdf.js, one below the other, each with its words for screen readers. Loaded when first needed. */

/** @type {Promise<any> | null} */
let library = null;

/** The part that pdf.js would run as a worker is imported here: the import map's hashes then hold for it too. */
function load() {
  library ??= import('./vendor/pdf.worker.js').then(() => import('./vendor/pdf.js'));
  library.catch(() => { library = null; });
  return library;
}

const DOTS = 3;
/** Of one page, in dots: the most that phones take. */
const MOST_DOTS = 16_000_000;
const AROUND = 1;

/** @typedef {object} Sheet @property {any} page @property {HTMLElement} element @property {HTMLCanvasElement} canvas @property {number} scale @property {boolean} drawn */

export class Pages {
  /** @param {Uint8Array} bytes handed over: the array is not used elsewhere afterwards @param {(failed?: unknown) => void} onDrawn */
  static async open(bytes, onDrawn) {
    const pdf = await load();
    const task = pdf.getDocument({
      data: bytes, useSystemFonts: false, useWorkerFetch: false, isEvalSupported: false, enableXfa: false, stopAtErrors: true, verbosity: 0,
    });
    return new Pages(await task.promise, task, onDrawn);
  }

  constructor(document, task, onDrawn) {
    Object.assign(this, { document, task, onDrawn });
    this.laying = 0;
    /** @type {Sheet[]} */
    this.sheets = [];
    this.near = [0, 0];
    this.busy = false;
  }

  get count() {
    return this.document.numPages;
  }

  /**
   * All pages with their words, each as large as it will be; only those near the screen are drawn, so a long text takes no more of a phone than a short one.
   * @param {HTMLElement} into @param {number} width of a page, CSS pixels
   * @returns {Promise<HTMLElement[]>} one element for each page, in order; none when a later laying began meanwhile
   */
  async lay(into, width) {
    this.laying += 1;
    const mine = this.laying;
    const sheets = [];
    for (let number = 1; number <= this.count; number += 1) {
      const page = await this.document.getPage(number);
      const sheet = await this.layOne(page, number, width);
      if (mine !== this.laying) return [];
      sheets.push(sheet);
    }
    this.sheets = sheets;
    into.replaceChildren(...sheets.map((sheet) => sheet.element));
    return sheets.map((sheet) => sheet.element);
  }

  /** @returns {Promise<Sheet>} */
  async layOne(page, number, width) {
    const plain = page.getViewport({ scale: 1 });
    const high = (width / plain.width) * plain.height;
    const dots = Math.min(window.devicePixelRatio || 1, DOTS, Math.sqrt(MOST_DOTS / (width * high)));
    const canvas = Object.assign(document.createElement('canvas'), { width: 0, height: 0, className: 'document__picture' });
    Object.assign(canvas.style, { width: `${width}px`, height: `${high}px` });
    canvas.setAttribute('aria-hidden', 'true');
    const element = document.createElement('article');
    element.className = 'document__page';
    element.tabIndex = 0;
    element.setAttribute('aria-label', `Page ${number} of ${this.count}`);
    const caption = Object.assign(document.createElement('p'), { className: 'govuk-body-s quiet', textContent: `Page ${number} of ${this.count}` });
    element.append(caption, canvas, await this.words(page));
    return { page, element, canvas, scale: (width / plain.width) * dots, drawn: false };
  }

  /** @param {number} page from 0 */
  isDrawn(page) {
    return this.sheets[page]?.drawn ?? false;
  }

  /** These pages are on the screen: they and their neighbours are drawn, the others give their memory back. @param {number} first @param {number} last */
  async show(first, last) {
    this.near = [first - AROUND, last + AROUND];
    this.sheets.forEach((sheet, place) => {
      if (sheet.drawn && !this.isNear(place)) {
        Object.assign(sheet.canvas, { width: 0, height: 0 });
        sheet.drawn = false;
      }
    });
    return this.drawNext();
  }

  /** @param {number} place */
  isNear(place) {
    return place >= this.near[0] && place <= this.near[1];
  }

  /** One at a time, those on the screen first; done when all that are near are drawn. */
  async drawNext() {
    if (this.busy) return;
    const missing = this.sheets.map((_, place) => place).filter((place) => this.isNear(place) && !this.sheets[place].drawn);
    const inner = missing.find((place) => place >= this.near[0] + AROUND && place <= this.near[1] - AROUND) ?? missing[0];
    const sheet = this.sheets[inner];
    if (!sheet) return;
    this.busy = true;
    try {
      const viewport = sheet.page.getViewport({ scale: sheet.scale });
      Object.assign(sheet.canvas, { width: Math.floor(viewport.width), height: Math.floor(viewport.height) });
      await sheet.page.render({ canvas: sheet.canvas, canvasContext: sheet.canvas.getContext('2d'), viewport }).promise;
      sheet.drawn = this.sheets[inner] === sheet;
    } catch (error) {
      if (this.sheets[inner] === sheet) this.onDrawn(error);
      return;
    } finally {
      this.busy = false;
    }
    this.onDrawn();
    await this.drawNext();
  }

  /** The page's own words, in reading order. */
  async words(page) {
    const box = document.createElement('div');
    box.className = 'govuk-visually-hidden document__text';
    const { items } = await page.getTextContent();
    let line = '';
    const put = () => {
      if (line.trim()) box.append(Object.assign(document.createElement('p'), { dir: 'auto', textContent: line.trim() }));
      line = '';
    };
    for (const item of items) {
      line += item.str ?? '';
      if (item.hasEOL) put();
    }
    put();
    return box;
  }

  close() {
    this.laying += 1;
    this.sheets = [];
    void this.task.destroy();
  }
}
