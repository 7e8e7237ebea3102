/**
 * One visit on a link, from the tap until it is left or closed: what the console's signals mean for the page, and what
 * the person's wishes mean for the console.
 */

import { AskedFor } from './asked.js';
import { CallKeeper } from './call_keeper.js';
import { Chat, LONGEST } from './chat.js';
import { hex } from './bytes.js';
import { Signalling } from './signalling.js';
import * as views from './views.js';

const NOTICE_AFTER_MS = 2500;
const TICK_MS = 1000;
const SEND_AGAIN_MS = 5000;
const DEVICE_NOTICE = 'Your camera or microphone stopped. It comes back by itself when it can.';

export class Visit {
  /**
   * @param {object} options
   * @param {import('./link.js').Link} options.link
   * @param {CryptoKeyPair} options.pair
   * @param {string[]} options.wordList
   * @param {import('./devices.js').Capture} options.capture
   * @param {import('./files.js').Files} options.files of the page, not only of this visit
   * @param {import('./document.js').Documents} options.documents likewise
   * @param {() => {browser: string, checks: Record<string, string>}} options.introduce
   * @param {() => void} options.onClosed the link is closed, unknown or too old: for good
   * @param {() => void} options.onNotPrivate
   */
  constructor({ link, pair, wordList, capture, files, documents, introduce, onClosed, onNotPrivate }) {
    Object.assign(this, { capture, files, documents, onClosed });
    this.name = '';
    this.callState = /** @type {import('./call_keeper.js').CallState} */ ('connecting');
    this.paused = { own: false, asked: false, desk: false, by: 'nobody' };
    this.recording = { state: 'off', seconds: 0, at: 0 };
    this.remote = { muted: false, camera_on: true };
    /** @type {Map<string, {text: string, at: number}>} taken and not acknowledged yet; at: when last sent */
    this.unacknowledged = new Map();
    /** @type {Set<string>} */
    this.shown = new Set();
    this.chatPrefix = hex(crypto.getRandomValues(new Uint8Array(5)));
    /** @type {boolean | null} */
    this.consent = null;
    this.waitingSince = 0;
    this.unread = 0;
    this.noticeTimer = 0;
    this.lineState = '';
    this.listener = { onState: (state) => this.onState(state), onWords: (words) => this.onWords(words), onSignal: (signal, session) => this.onSignal(signal, session) };
    const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
    this.signalling = new Signalling({ url: `${scheme}://${window.location.host}/ws/page`, link, pair, wordList, introduce, listener: this.listener });
    this.keeper = new CallKeeper({ signalling: this.signalling, capture, onState: (state) => this.onCall(state), onGivenUp: onNotPrivate });
    this.chat = new Chat((text) => this.sendChat(text), () => this.onUnread());
    this.asked = new AskedFor({ capture, send: (signal) => this.signalling.send(signal) });
    files.attach({ send: (signal) => this.signalling.send(signal), link });
    documents.attach((signal) => this.signalling.send(signal));
    this.ticker = window.setInterval(() => this.tick(), TICK_MS);
  }

  start() {
    this.chat.mount('wait');
    views.element('wait-lead').textContent = 'Connecting. Please wait.';
    views.words([], '');
    this.signalling.start();
  }

  /** @param {'leave' | 'exit' | null} reason told to the console, null when it knows */
  async stop(reason) {
    window.clearInterval(this.ticker);
    window.clearTimeout(this.noticeTimer);
    views.notice('');
    this.files.detach();
    this.documents.detach();
    if (reason) this.signalling.send({ kind: 'leaving', reason });
    this.keeper.close();
    this.asked.end();
    this.chat.list.remove();
    this.chat.form.remove();
    await this.signalling.stop();
  }

  onState(state) {
    // Each failed try says so again: the notice counts from the first.
    const still = state === 'connecting' && this.lineState === 'connecting';
    this.lineState = state;
    if (still) return;
    window.clearTimeout(this.noticeTimer);
    if (state === 'unavailable') this.onClosed();
    else if (state === 'connecting') this.noticeTimer = window.setTimeout(() => this.offline(), NOTICE_AFTER_MS);
    else if (state === 'no-desk') this.noDesk();
    else if (state === 'waiting') this.onWaiting();
    else views.notice('');
  }

  offline() {
    const lasts = this.callState === 'connected' && views.view() === 'call';
    views.notice(lasts ? 'The call goes on. Messages wait for the connection.' : 'No connection. Trying again. You do not need to do anything.');
  }

  noDesk() {
    views.notice('');
    if (views.view() === 'wait') views.element('wait-lead').textContent = 'You are in the right place. Please wait a moment.';
  }

  onWaiting() {
    views.notice('');
    this.waitingSince ||= performance.now();
    views.element('wait-lead').textContent = 'The person you are going to talk to knows that you are here and will let you in soon.';
    // A device known already is let in at once: no other view in between.
    if (views.view() === 'call' && this.callState !== 'connected') {
      this.noticeTimer = window.setTimeout(() => { if (this.callState !== 'connected') this.showWait(); }, NOTICE_AFTER_MS);
    }
    for (const entry of this.unacknowledged.values()) entry.at = -Infinity;
    this.tick();
  }

  showWait() {
    views.show('wait');
    this.chat.mount('wait');
  }

  /** @param {string[]} words */
  onWords(words) {
    views.words(words, 'You may be asked to read these words');
  }

  /** @param {any} signal opened, so from the console; shapes are still checked where they matter @param {import('./sealing.js').Session} session */
  onSignal(signal, session) {
    const acts = {
      admitted: () => this.onAdmitted(signal),
      announce: () => this.onAnnounce(String(signal.text)),
      chat: () => this.onChat(String(signal.id), String(signal.text)),
      received: () => this.onReceived(String(signal.id)),
      consent_question: () => void this.onConsentQuestion(String(signal.text)),
      recording_state: () => this.onRecording(signal),
      pause_state: () => this.onPauseState(Boolean(signal.paused), String(signal.by)),
      media_state: () => this.onMediaState(signal),
      asked_for: () => this.asked.onSignal(signal, this.name),
      link_closed: () => this.onClosed(),
    };
    if (signal.kind in acts) acts[signal.kind]();
    else if (!this.files.take(signal) && !this.documents.take(signal)) void this.keeper.onSignal(signal, session);
  }

  onAdmitted(signal) {
    this.name = String(signal.name).slice(0, 60);
    if (views.view() !== 'document') views.show('call');
    this.chat.mount('call');
    this.tellMedia();
    if (this.paused.own) {
      // The console may have forgotten it; until it says so again nothing it says resumes the sending.
      this.paused.asked = true;
      this.signalling.send({ kind: 'pause_request', on: true });
    }
    if (this.consent !== null && this.signalling.send({ kind: 'consent_answer', agreed: this.consent })) this.consent = null;
    for (const id of this.unacknowledged.keys()) this.handOn(id);
    this.keeper.onAdmitted(signal);
    this.render();
  }

  /** @param {import('./call_keeper.js').CallState} state */
  onCall(state) {
    if (state !== this.callState && state === 'connected') {
      views.announce(`You are connected to ${this.name}.`);
      this.tellMedia();
    }
    if (state !== this.callState && state === 'lost') views.alarm('The connection is lost. Trying to connect again.');
    this.callState = state;
    this.render();
  }

  onAnnounce(text) {
    this.chat.add(this.name || 'Message', text, false);
  }

  onChat(id, text) {
    this.signalling.send({ kind: 'received', id });
    if (this.shown.has(id)) return;
    this.shown.add(id);
    this.chat.add(this.name || 'Message', text, false);
  }

  onReceived(id) {
    this.unacknowledged.delete(id);
    this.chat.delivered(id);
  }

  /** @param {string} text @returns {string} its id; it is kept and sent again until the other side has it */
  sendChat(text) {
    const id = `p${this.chatPrefix}-${this.shown.size + this.unacknowledged.size}-${Math.round(performance.now())}`;
    this.unacknowledged.set(id, { text, at: -Infinity });
    this.handOn(id);
    return id;
  }

  /** @param {string} id */
  handOn(id) {
    const entry = this.unacknowledged.get(id);
    if (!entry || !this.fits(entry.text)) return;
    if (this.signalling.send({ kind: 'chat', id, text: entry.text })) entry.at = performance.now();
  }

  /** In the waiting room long ones are refused: they wait for the call. @param {string} text */
  fits(text) {
    return this.signalling.admitted || text.length <= LONGEST.wait;
  }

  /** One that was not acknowledged, such as one of many in a row, goes again. */
  handOnAgain() {
    const due = performance.now() - SEND_AGAIN_MS;
    const [id] = [...this.unacknowledged].find(([, { text, at }]) => at < due && this.fits(text)) ?? [];
    if (id) this.handOn(id);
  }

  onUnread() {
    const open = !views.element('chat-panel').hidden || views.view() === 'wait';
    this.unread = open ? 0 : this.unread + 1;
    views.element('chat-count').textContent = `${this.unread} new`;
    views.element('chat-count').hidden = this.unread === 0;
  }

  /** @param {string} text what will be recorded, in the console's words */
  async onConsentQuestion(text) {
    this.consent = null;
    const agreed = await views.ask({ title: 'Is it all right to record this call?', text, yes: 'I agree', no: 'I do not agree' });
    if (!this.signalling.send({ kind: 'consent_answer', agreed })) this.consent = agreed;
  }

  onRecording({ state, elapsed_s: seconds }) {
    if (!['off', 'recording', 'paused'].includes(state)) return;
    if (state !== this.recording.state) views.alarm(`${views.recordingWords(state, this.capture.wants.soundOnly)}.`);
    this.recording = { state, seconds: Number(seconds) || 0, at: performance.now() };
    this.render();
  }

  /** Our own wish to pause holds until the console has said so and then lifted it: the safe side of any race. */
  onPauseState(paused, by) {
    if (paused && this.paused.own) this.paused.asked = false;
    if (!paused && !this.paused.asked) this.paused.own = false;
    this.paused.desk = paused;
    this.paused.by = by;
    this.applyPause();
  }

  togglePause() {
    const on = !(this.paused.own || (this.paused.desk && this.paused.by === 'page'));
    this.paused.own = on;
    this.paused.asked = on;
    this.signalling.send({ kind: 'pause_request', on });
    this.applyPause();
  }

  applyPause() {
    const paused = this.paused.own || this.paused.desk;
    if (paused !== this.capture.wants.paused) views.announce(paused ? 'Paused. No picture or sound is sent.' : 'The call goes on.');
    this.capture.wish({ paused });
    this.render();
  }

  onMediaState({ muted, camera_on: cameraOn }) {
    this.remote = { muted: Boolean(muted), camera_on: Boolean(cameraOn) };
    this.render();
  }

  tellMedia() {
    const { muted, cameraOff, soundOnly } = this.capture.wants;
    this.signalling.send({ kind: 'media_state', muted, camera_on: !cameraOff && !soundOnly && Boolean(this.capture.video) });
    this.asked.tell();
  }

  /** Tracks or wishes of the capture changed. */
  onCapture() {
    void this.keeper.carry();
    this.render();
  }

  stageMessage() {
    if (this.callState === 'not-private') return 'We could not make sure that this connection is private. Nothing was sent. Trying again.';
    if (this.callState === 'connecting') return `Connecting you to ${this.name}.`;
    if (this.callState === 'lost') return 'The connection is lost. Trying to connect again. You do not need to do anything.';
    if (this.paused.own || this.paused.by === 'page') return 'Paused by you. No picture or sound is sent.';
    if (this.paused.desk) return `Paused by ${this.name}. No picture or sound is sent.`;
    return this.remote.camera_on ? '' : `${this.name}’s camera is off. You can still talk.`;
  }

  render() {
    const { wants, video } = this.capture;
    const message = this.stageMessage();
    views.element('stage-message').textContent = message;
    views.element('stage-message').hidden = !message;
    views.element('name-chip').textContent = this.remote.muted ? `${this.name}, muted` : this.name;
    const secure = this.keeper.call?.secure;
    views.play('remote', secure ? this.keeper.call.stream.getTracks() : []);
    views.play('own', [video]);
    views.play('document-remote', secure ? this.keeper.call.stream.getVideoTracks() : []);
    views.element('document-with').textContent = this.callState === 'connected' ? `${this.name} is still with you` : message;
    const off = !video || wants.cameraOff || wants.paused;
    views.element('inset').dataset.off = String(off);
    views.element('own-chip').textContent = wants.paused ? 'Nothing is sent' : off ? 'Your camera is off' : 'You';
    views.toggle('document-mute', wants.muted, wants.muted ? 'Unmute' : 'Mute', wants.muted ? 'mic-off' : 'mic');
    views.toggle('mute', wants.muted, wants.muted ? 'Unmute' : 'Mute', wants.muted ? 'mic-off' : 'mic');
    views.toggle('camera', wants.cameraOff, wants.cameraOff ? 'Camera on' : 'Camera off', wants.cameraOff ? 'video-off' : 'video');
    const mine = this.paused.own || (this.paused.desk && this.paused.by === 'page');
    views.toggle('pause', mine, mine ? 'Resume' : 'Pause', mine ? 'play' : 'pause');
    views.element('camera').hidden = wants.soundOnly;
    views.element('flip').hidden = wants.soundOnly || this.capture.cameras < 2;
    this.asked.render();
    this.deviceNotice();
    this.tick();
  }

  deviceNotice() {
    const lost = this.capture.lost && this.callState === 'connected';
    if (lost) views.notice(DEVICE_NOTICE);
    else if (views.element('notice-text').textContent === DEVICE_NOTICE) views.notice('');
  }

  tick() {
    this.handOnAgain();
    if (this.waitingSince) views.element('waiting-time').textContent = `Waiting ${views.duration((performance.now() - this.waitingSince) / 1000)}`;
    const { state, seconds, at } = this.recording;
    const dropped = this.callState !== 'connected' && state !== 'off';
    views.element('recording').dataset.state = dropped ? 'off' : state;
    views.element('recording-words').textContent = dropped ? 'Not connected' : views.recordingWords(state, this.capture.wants.soundOnly);
    const running = state === 'recording' && !dropped ? (performance.now() - at) / 1000 : 0;
    views.element('recording-time').textContent = state === 'off' ? '' : views.clock(seconds + running);
    views.element('document-recording').textContent = `${views.element('recording-words').textContent} ${views.element('recording-time').textContent}`.trim();
    void this.keeper?.call?.quality().then((quality) => this.showQuality(quality));
  }

  /** @param {'good' | 'fair' | 'poor' | null} quality */
  showQuality(quality) {
    const chip = views.element('quality');
    chip.hidden = !quality;
    chip.dataset.quality = quality ?? '';
    views.element('quality-word').textContent = { good: 'Good', fair: 'Fair', poor: 'Weak' }[quality] ?? '';
  }
}
