/**
 * The line to the other side: a WebSocket to the gateway, the handshake of docs/signalling.md on it, sealed
 * signals both ways. It reconnects for as long as it runs; each connection is a new handshake with the same device key.
 */

import { b64u, fromB64u } from './bytes.js';
import { signDevice } from './device_key.js';
import { openHail, RefusedError, Session } from './sealing.js';

const SILENCE_MS = 5000;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 2000;
const FIRST_ATTEMPT_MS = 8000;
const ATTEMPT_MS = 2000;
const MANY_ATTEMPTS = 8;
const BUSY_WAIT_MS = 5000;
const BEFORE_ADMITTED = ['device_check', 'chat', 'received', 'leaving', 'ping', 'pong'];

/**
 * @typedef {object} Listener
 * @property {(state: 'connecting' | 'no-desk' | 'waiting' | 'admitted' | 'unavailable') => void} onState
 * @property {(words: string[]) => void} onWords
 * @property {(signal: any, session: Session) => void} onSignal every opened signal but waiting, ping and pong
 */

export class Signalling {
  /**
   * @param {object} options
   * @param {string} options.url
   * @param {import('./link.js').Link} options.link
   * @param {CryptoKeyPair} options.pair
   * @param {string[]} options.wordList
   * @param {() => {browser: string, checks: Record<string, string>}} options.introduce
   * @param {Listener} options.listener
   */
  constructor({ url, link, pair, wordList, introduce, listener }) {
    Object.assign(this, { url, link, pair, wordList, introduce, listener });
    this.running = false;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {Session | null} */
    this.session = null;
    this.admitted = false;
    this.highestEpoch = 0;
    /** @type {Set<string>} */
    this.answered = new Set();
    this.failures = 0;
    this.usualConnectMs = 0;
    this.retryTimer = 0;
    this.silenceTimer = 0;
    this.onlineAgain = () => this.retryNow();
    /** @type {Promise<unknown>} */
    this.outgoing = Promise.resolve();
  }

  start() {
    if (this.running) return;
    this.running = true;
    window.addEventListener('online', this.onlineAgain);
    this.connect();
  }

  /** Ends it; what was handed to send() before is still sent. */
  async stop() {
    this.running = false;
    window.removeEventListener('online', this.onlineAgain);
    window.clearTimeout(this.retryTimer);
    await this.outgoing.catch(() => undefined);
    this.drop();
  }

  drop() {
    window.clearTimeout(this.silenceTimer);
    const socket = this.socket;
    this.socket = null;
    this.session = null;
    this.admitted = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** A phone that comes back from sleep or finds a network does not wait for the next try. */
  retryNow() {
    if (!this.running || this.socket) return;
    window.clearTimeout(this.retryTimer);
    this.connect();
  }

  /** How long one attempt may take: short where connecting was quick before, so that an outage ends soon for us. */
  attemptMs() {
    if (!this.usualConnectMs) return FIRST_ATTEMPT_MS;
    const patient = this.failures > MANY_ATTEMPTS && this.failures % 2 === 0;
    return patient ? FIRST_ATTEMPT_MS : Math.min(FIRST_ATTEMPT_MS, Math.max(ATTEMPT_MS, 3 * this.usualConnectMs));
  }

  connect() {
    const begun = performance.now();
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.silenceTimer = window.setTimeout(() => this.lost(FIRST_WAIT_MS), this.attemptMs());
    /** @type {Promise<unknown>} */
    let incoming = Promise.resolve();
    socket.onopen = () => {
      this.usualConnectMs = performance.now() - begun;
      this.heard();
      this.transmit({ t: 'hello', v: 1, room: this.link.roomText, auth: b64u(this.link.auth) });
    };
    socket.onmessage = (event) => {
      this.heard();
      incoming = incoming.then(() => this.socket === socket && this.take(event.data)).catch((error) => this.failed(socket, error));
    };
    socket.onclose = (event) => this.closed(socket, event.code, incoming);
  }

  /** @param {WebSocket} socket @param {unknown} error */
  failed(socket, error) {
    if (this.socket !== socket) return;
    this.lost(this.nextWait());
    if (!(error instanceof RefusedError || error instanceof TypeError || error instanceof SyntaxError)) throw error;
  }

  /** @param {WebSocket} socket @param {number} code @param {Promise<unknown>} incoming what came before the close is read first */
  async closed(socket, code, incoming) {
    await incoming;
    if (this.socket !== socket) return;
    if (code === 4404) this.unavailable();
    else this.lost({ 4400: 2000, 4409: 1000, 4429: BUSY_WAIT_MS }[code] ?? this.nextWait());
  }

  nextWait() {
    return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.failures, 8));
  }

  /** @param {number} waitMs before the next try */
  lost(waitMs) {
    this.drop();
    if (!this.running) return;
    this.failures += 1;
    this.listener.onState('connecting');
    window.clearTimeout(this.retryTimer);
    this.retryTimer = window.setTimeout(() => this.connect(), waitMs);
  }

  unavailable() {
    this.running = false;
    window.removeEventListener('online', this.onlineAgain);
    this.drop();
    this.listener.onState('unavailable');
  }

  heard() {
    window.clearTimeout(this.silenceTimer);
    this.silenceTimer = window.setTimeout(() => this.lost(FIRST_WAIT_MS), SILENCE_MS);
  }

  /** @param {object} message */
  transmit(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** @param {unknown} untrustedText */
  async take(untrustedText) {
    const message = JSON.parse(/** @type {string} */ (untrustedText));
    if (message.t === 'ping') this.transmit({ t: 'pong', n: message.n });
    else if (message.t === 'welcome') {
      this.failures = 0;
      if (!message.desk) this.listener.onState('no-desk');
    } else if (message.t === 'desk' && !message.here) {
      this.admitted = false;
      this.listener.onState('no-desk');
    } else if (message.t === 'refused' && message.reason === 'unavailable') this.unavailable();
    else if (message.t === 'refused') this.lost(BUSY_WAIT_MS);
    else if (message.t === 'relay') await this.body(fromB64u(message.body));
  }

  /** @param {Uint8Array} untrustedBody */
  async body(untrustedBody) {
    if (untrustedBody[0] === 1) return this.knock(untrustedBody);
    const session = this.session;
    if (!session) throw new RefusedError('no session');
    const signal = await session.open(untrustedBody);
    if (session === this.session) await this.signal(signal, session);
    return undefined;
  }

  /** @param {Uint8Array} untrustedBody a hail; a later one ends the former session */
  async knock(untrustedBody) {
    const hail = await openHail(this.link, untrustedBody);
    const challenge = b64u(hail.challenge);
    if (hail.epoch < this.highestEpoch || this.answered.has(challenge)) throw new RefusedError('old hail');
    const session = await Session.start(this.link, hail);
    const { key, signature } = await signDevice(this.pair, session.deviceChallenge);
    const body = await session.knock({ kind: 'knock', v: 1, device_key: b64u(key), signature: b64u(signature), ...this.introduce() });
    this.highestEpoch = hail.epoch;
    this.answered.add(challenge);
    this.admitted = false;
    this.session = session;
    this.transmit({ t: 'relay', body: b64u(body) });
  }

  /** @param {any} signal @param {Session} session */
  async signal(signal, session) {
    if (signal.kind === 'ping') this.send({ kind: 'pong', n: signal.n });
    else if (signal.kind === 'waiting') {
      const words = await session.words(fromB64u(signal.word_nonce, 32), this.wordList);
      this.listener.onState('waiting');
      this.listener.onWords(words);
    } else if (signal.kind !== 'pong') {
      if (signal.kind === 'admitted') {
        this.admitted = true;
        this.listener.onState('admitted');
      }
      this.listener.onSignal(signal, session);
    }
  }

  /**
   * Seals and sends in the order of the calls.
   * @param {{kind: string} & Record<string, any>} signal
   * @returns {boolean} false where there is no session to take it, or not yet admitted
   */
  send(signal) {
    const session = this.session;
    if (!session || !(this.admitted || BEFORE_ADMITTED.includes(signal.kind))) return false;
    this.outgoing = this.outgoing.then(async () => {
      const body = await session.seal(signal);
      if (session === this.session) this.transmit({ t: 'relay', body: b64u(body) });
    });
    return true;
  }
}
