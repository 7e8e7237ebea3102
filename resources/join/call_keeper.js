/**
 * Keeps one media connection alive for as long as the device is admitted: makes it, waits 4 s for a lost one to come
 * back by itself, and otherwise makes the next. The number of the call grows with each.
 */

import { Call } from './call.js';

const COMES_BACK_MS = 4000;
const MUST_BE_SECURE_MS = 15_000;
const STRIKES = 3;

/** @typedef {'connecting' | 'connected' | 'lost' | 'not-private'} CallState */

export class CallKeeper {
  /**
   * @param {object} options
   * @param {import('./signalling.js').Signalling} options.signalling
   * @param {import('./devices.js').Capture} options.capture
   * @param {(state: CallState) => void} options.onState
   * @param {() => void} options.onGivenUp three times in a row the other end was not the one that was agreed
   */
  constructor({ signalling, capture, onState, onGivenUp }) {
    Object.assign(this, { signalling, capture, onState, onGivenUp });
    /** @type {Call | null} */
    this.call = null;
    this.number = 0;
    this.strikes = 0;
    this.lostAt = 0;
    this.timer = 0;
    /** @type {any} */
    this.admitted = null;
  }

  /** @param {any} signal comes after each handshake: a living connection stays */
  onAdmitted(signal) {
    this.admitted = signal;
    if (!this.living()) this.renew();
    else this.call?.offerAgainIfUnanswered();
  }

  living() {
    const { call } = this;
    if (!call || call.closed) return false;
    // Not confirmed yet: worth waiting for only if its answer has come.
    if (!call.secure) return Boolean(call.other) && call.peer.connectionState !== 'failed';
    if (call.peer.connectionState === 'connected') return true;
    return call.peer.connectionState === 'disconnected' && performance.now() - this.lostAt < COMES_BACK_MS;
  }

  /** A new connection at once, or as soon as the console can be reached. */
  renew() {
    window.clearTimeout(this.timer);
    if (!this.signalling.admitted) return;
    this.call?.close();
    this.number += 1;
    this.onState(this.number === 1 ? 'connecting' : 'lost');
    const call = new Call({
      number: this.number,
      admitted: this.admitted,
      send: (signal) => this.signalling.send(signal),
      listener: {
        onSecure: () => this.onSecure(call),
        onInsecure: (_, late) => this.onInsecure(call, late),
        onConnection: (_, state) => this.onConnection(call, state),
      },
    });
    this.call = call;
    this.timer = window.setTimeout(() => !call.secure && this.renew(), MUST_BE_SECURE_MS);
    void call.offer();
  }

  /** @param {Call} call */
  onSecure(call) {
    if (call !== this.call) return;
    window.clearTimeout(this.timer);
    this.strikes = 0;
    void call.carry(this.capture);
    if (call.peer.connectionState === 'connected') this.onState('connected');
  }

  /** @param {Call} call @param {boolean} late nothing came at all: a bad network rather than another person */
  onInsecure(call, late) {
    if (call !== this.call) return;
    if (!late) this.strikes += 1;
    this.onState(late ? 'lost' : 'not-private');
    if (this.strikes >= STRIKES) this.onGivenUp();
    else this.timer = window.setTimeout(() => this.renew(), 1000);
  }

  /** @param {Call} call @param {RTCPeerConnectionState} state */
  onConnection(call, state) {
    if (call !== this.call) return;
    if (state === 'connected' && call.secure) {
      window.clearTimeout(this.timer);
      this.onState('connected');
    } else if (state === 'disconnected') {
      window.clearTimeout(this.timer);
      this.lostAt = performance.now();
      this.timer = window.setTimeout(() => this.renew(), COMES_BACK_MS);
      this.onState('lost');
    } else if (state === 'failed') {
      this.onState('lost');
      this.renew();
    }
  }

  /** @param {any} untrusted an answer, candidate or wish of the console @param {import('./sealing.js').Session} session */
  async onSignal(untrusted, session) {
    const { call } = this;
    if (untrusted.kind === 'offer_wanted') {
      if (untrusted.how === 'new' || !call || call.closed) this.renew();
      else await call.offer(untrusted.how === 'restart_ice' ? 'restart_ice' : 'renegotiate');
    } else if (call && untrusted.call === call.number) {
      if (untrusted.kind === 'answer') await call.answer(untrusted, session);
      else if (untrusted.kind === 'candidate') await call.candidate(untrusted);
    }
  }

  /** Tracks or wishes changed. */
  carry() {
    return this.call?.carry(this.capture);
  }

  close() {
    window.clearTimeout(this.timer);
    this.call?.close();
    this.call = null;
  }
}
