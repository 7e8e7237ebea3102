/**
 * What the person at the other end asks for: a screen or window to be shared, or the other camera. Each is a few plain
 * words with a button; nothing happens without a tap, and the rest of the call goes on meanwhile.
 */

import { canShare, DeviceError } from './devices.js';
import * as views from './views.js';

/** @typedef {'share' | 'stop_share' | 'other_camera'} Asked */
/** @typedef {'done' | 'declined' | 'unable' | 'failed'} Result */

/** @param {string} name of the person who asks */
const WORDS = {
  share: (name) => ({
    title: `${name} asks you to share a screen or window`,
    text: 'You choose what to show. Close what is private first. Nothing is shared before you have chosen, and it is kept with the call in the same way as your picture.',
    yes: 'Choose what to share',
  }),
  other_camera: (name) => ({
    title: `${name} asks you to turn the camera round`,
    text: 'The picture changes to the other camera of this device.',
    yes: 'Use the other camera',
  }),
};

export class AskedFor {
  /**
   * @param {object} options
   * @param {import('./devices.js').Capture} options.capture
   * @param {(signal: any) => boolean} options.send
   */
  constructor({ capture, send }) {
    Object.assign(this, { capture, send });
    /** @type {Asked | null} */
    this.open = null;
    /** Whether this page has ever shared: only then is there something to say of it. */
    this.shared = false;
    this.told = false;
    views.element('stop-share').onclick = () => this.stopShare();
  }

  /** @param {any} untrusted the console's signal @param {string} name */
  onSignal({ what }, name) {
    if (what === 'stop_share') this.stopShare();
    else if (what === 'share') this.show('share', name, canShare() && !this.capture.screen);
    else if (what === 'other_camera') this.show('other_camera', name, this.capture.cameras > 1 && !this.capture.wants.soundOnly);
  }

  /** @param {'share' | 'other_camera'} what @param {string} name @param {boolean} able */
  show(what, name, able) {
    if (this.open && this.open !== what) this.answer('declined');
    if (!able) {
      this.send({ kind: 'asked_answer', what, result: this.capture.screen ? 'done' : 'unable' });
      return;
    }
    const { title, text, yes } = WORDS[what](name || 'The person you are talking to');
    this.open = what;
    views.element('asked-title').textContent = title;
    views.element('asked-text').textContent = text;
    views.element('asked-yes').textContent = yes;
    // In the tap itself: a browser gives its screen only there.
    views.element('asked-yes').onclick = () => void this.act(what);
    views.element('asked-no').onclick = () => this.answer('declined');
    views.element('asked').hidden = false;
    views.element('asked-title').focus();
  }

  /** @param {'share' | 'other_camera'} what */
  async act(what) {
    views.element('asked').hidden = true;
    try {
      await (what === 'share' ? this.capture.share() : this.capture.flip());
      this.answer('done');
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      this.answer(error.fault === 'refused' ? 'declined' : 'failed');
    }
  }

  /** @param {Result} result */
  answer(result) {
    const what = this.open;
    this.open = null;
    views.element('asked').hidden = true;
    if (what) this.send({ kind: 'asked_answer', what, result });
  }

  stopShare() {
    this.capture.unshare();
  }

  /** The share began, ended or is paused: the page says so, and the console is told. */
  render() {
    const { screen, wants } = this.capture;
    const on = Boolean(screen);
    views.element('sharing').hidden = !on;
    views.element('sharing-words').textContent = wants.paused ? 'Sharing is paused. Nothing is sent.' : 'You are sharing.';
    if (on === this.told) return;
    views.announce(on ? 'You are sharing a screen or window.' : 'Sharing has stopped.');
    if (on) this.shared = true;
    this.told = on;
    this.tell();
  }

  tell() {
    if (this.shared) this.send({ kind: 'share_state', on: this.told });
  }

  /** The visit is over: nothing is asked any more. */
  end() {
    this.open = null;
    views.element('asked').hidden = true;
    views.element('sharing').hidden = true;
  }
}
