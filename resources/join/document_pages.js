/** Draws the pages of a PDF with pdf.js, one below the other, each with its words for screen readers. Loaded when first needed. */

/** @type {Promise<any> | null} */
let library = null;

/** The part that pdf.js would run as a worker is imported here: the import map's hashes then hold for it too. */
function load() {
  library ??= import('./vendor/pdf.worker.js').then(() => import('./vendor/pdf.js'));
  library.catch(() => { library = null; });
  return library;
}

const DOTS = 3;

export class Pages {
  /** @param {Uint8Array} bytes handed over: the array is not used elsewhere afterwards */
  static async open(bytes) {
    const pdf = await load();
    const task = pdf.getDocument({
      data: bytes, useSystemFonts: false, useWorkerFetch: false, isEvalSupported: false, enableXfa: false, stopAtErrors: true, verbosity: 0,
    });
    return new Pages(await task.promise, task);
  }

  constructor(document, task) {
    Object.assign(this, { document, task });
    this.drawing = 0;
  }

  get count() {
    return this.document.numPages;
  }

  /**
   * @param {HTMLElement} into @param {number} width of a page, CSS pixels
   * @returns {Promise<HTMLElement[]>} one element for each page, in order; none when a later drawing began meanwhile
   */
  async draw(into, width) {
    this.drawing += 1;
    const mine = this.drawing;
    const made = [];
    for (let number = 1; number <= this.count; number += 1) {
      const page = await this.document.getPage(number);
      const element = await this.drawOne(page, number, width);
      if (mine !== this.drawing) return [];
      made.push(element);
    }
    into.replaceChildren(...made);
    return made;
  }

  async drawOne(page, number, width) {
    const plain = page.getViewport({ scale: 1 });
    const dots = Math.min(window.devicePixelRatio || 1, DOTS);
    const viewport = page.getViewport({ scale: (width / plain.width) * dots });
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: Math.floor(viewport.width), height: Math.floor(viewport.height), className: 'document__picture' });
    canvas.style.width = `${width}px`;
    canvas.setAttribute('aria-hidden', 'true');
    await page.render({ canvas, canvasContext: canvas.getContext('2d'), viewport }).promise;
    const element = document.createElement('article');
    element.className = 'document__page';
    element.tabIndex = 0;
    element.setAttribute('aria-label', `Page ${number} of ${this.count}`);
    const caption = Object.assign(document.createElement('p'), { className: 'govuk-body-s quiet', textContent: `Page ${number} of ${this.count}` });
    element.append(caption, canvas, await this.words(page));
    return element;
  }

  /** The page's own words, in reading order. */
  async words(page) {
    const box = document.createElement('div');
    box.className = 'govuk-visually-hidden document__text';
    const { items } = await page.getTextContent();
    let line = '';
    const put = () => {
      if (line.trim()) box.append(Object.assign(document.createElement('p'), { textContent: line.trim() }));
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
    this.drawing += 1;
    void this.task.destroy();
  }
}
