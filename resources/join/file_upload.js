/**
 * One sealed file to the gateway over tus 1.0: goes on by itself after a lost line or a gateway that was away, at the
 * byte that the gateway holds. Nothing about it is stored on the device.
 */

import { SEALED_CHUNK, UnreadableError } from './file_sealing.js';

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5000;
const [LEAST, FIRST, MOST] = [SEALED_CHUNK / 4, SEALED_CHUNK, SEALED_CHUNK * 16];
const [QUICK_MS, SLOW_MS] = [700, 4000];
/** A dead line tells nobody: after so long without a byte moving the request is given up and made anew. */
const STILL_MS = 20_000;
const LOOK_MS = 5000;

/** @returns {Promise<any>} */
export const loadTus = () => import('./vendor/tus.js');

/** In a random order of sight: tus asks for a source, and this is one over a SealedFile. */
class Source {
  /** @param {import('./file_sealing.js').SealedFile} sealed @param {(error: unknown) => void} onUnreadable */
  constructor(sealed, onUnreadable) {
    Object.assign(this, { sealed, onUnreadable, size: sealed.size });
  }

  /** @param {number} start @param {number} end */
  async slice(start, end) {
    try {
      return { value: await this.sealed.slice(start, end), done: end >= this.size };
    } catch (error) {
      if (error instanceof UnreadableError) this.onUnreadable(error);
      throw error;
    }
  }

  close() {}
}

export class SealedUpload {
  /**
   * @param {object} options
   * @param {any} options.tus the library
   * @param {string} options.url @param {string} options.bearer
   * @param {import('./file_sealing.js').SealedFile} options.sealed
   * @param {(bytes: number) => void} options.onHeld sealed bytes that the gateway has acknowledged
   * @param {() => void} options.onWhole the gateway holds all of it
   * @param {() => void} options.onUnreadable the file changed or went away: for good
   */
  constructor(options) {
    Object.assign(this, options);
    this.running = false;
    this.whole = false;
    this.failures = 0;
    this.timer = 0;
    this.sentAt = 0;
    this.movedAt = 0;
    this.lookedAt = 0;
    this.watch = 0;
    /** @type {any} */
    this.upload = null;
    this.again = () => this.retryNow();
  }

  start() {
    if (this.running || this.whole) return;
    this.running = true;
    window.addEventListener('online', this.again);
    this.watch = window.setInterval(() => this.look(), LOOK_MS);
    this.attempt();
  }

  /** A page that slept looks again only once it is awake for a while. */
  look() {
    const now = performance.now();
    if (this.upload && now - this.lookedAt < 2 * LOOK_MS && now - this.movedAt > STILL_MS) {
      void this.upload.abort();
      this.lost();
    }
    this.lookedAt = now;
  }

  stop() {
    this.running = false;
    window.clearInterval(this.watch);
    window.removeEventListener('online', this.again);
    window.clearTimeout(this.timer);
    this.timer = 0;
    void this.upload?.abort();
    this.upload = null;
  }

  retryNow() {
    if (!this.running || !this.timer) return;
    window.clearTimeout(this.timer);
    this.attempt();
  }

  attempt() {
    this.timer = 0;
    const source = new Source(this.sealed, () => { this.stop(); this.onUnreadable(); });
    const upload = new this.tus.Upload(this.sealed, {
      uploadUrl: this.url,
      headers: { Authorization: this.bearer },
      uploadSize: this.sealed.size,
      chunkSize: FIRST,
      retryDelays: null,
      storeFingerprintForResuming: false,
      fingerprint: () => Promise.resolve(null),
      fileReader: { openFile: () => Promise.resolve(source) },
      onBeforeRequest: () => { this.sentAt = this.movedAt = performance.now(); },
      onProgress: () => { this.movedAt = performance.now(); },
      onChunkComplete: (size, held) => { if (this.upload === upload) this.held(size, held); },
      onSuccess: () => { if (this.upload === upload) this.done(); },
      onError: () => { if (this.upload === upload) this.lost(); },
    });
    this.upload = upload;
    this.movedAt = performance.now();
    upload.start();
  }

  /** Larger pieces on a quick line, smaller ones on a slow line, so that progress is told often. @param {number} size @param {number} held */
  held(size, held) {
    this.failures = 0;
    const took = performance.now() - this.sentAt;
    const { options } = this.upload;
    if (took < QUICK_MS && size >= options.chunkSize) options.chunkSize = Math.min(MOST, options.chunkSize * 2);
    else if (took > SLOW_MS) options.chunkSize = Math.max(LEAST, options.chunkSize / 2);
    this.onHeld(held);
  }

  done() {
    this.stop();
    this.whole = true;
    this.onWhole();
  }

  lost() {
    this.upload = null;
    if (!this.running) return;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.failures, 8));
    this.failures += 1;
    this.timer = window.setTimeout(() => this.attempt(), wait);
  }
}
