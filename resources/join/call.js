/**
 * One media connection: an RTCPeerConnection of which this page is always the offerer. Nothing of the person is sent
 * or shown before both certificates are confirmed on the data channel (docs/signalling.md, 3.6).
 */

import { fromHex, hex, same } from './bytes.js';
import { RefusedError } from './sealing.js';

const CONFIRM_MS = 10_000;
const MAX_VIDEO_BITS = 2_500_000;
const VIDEO = ['video/vp8', 'video/rtx', 'video/red', 'video/ulpfec'];

/** The confirmation did not come in time. */
class LateError extends RefusedError {}

/** @param {string} sdp @returns {Uint8Array} the one SHA-256 fingerprint of the description. Throws RefusedError. */
export function fingerprintOf(sdp) {
  const lines = sdp.split(/\r\n|\r|\n/).filter((line) => /^a=fingerprint/i.test(line));
  const values = new Set(lines.map((line) => /^a=fingerprint:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})\s*$/i.exec(line)?.[1].toLowerCase()));
  const [value] = values;
  const mentions = sdp.toLowerCase().split('a=fingerprint').length - 1;
  if (values.size !== 1 || !value || mentions !== lines.length) throw new RefusedError('fingerprint');
  return fromHex(value);
}

/** @param {RTCRtpTransceiver} transceiver @param {'audio' | 'video'} kind @param {string[]} wanted first is preferred */
function prefer(transceiver, kind, wanted) {
  const known = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  const codecs = wanted.flatMap((name) => known.filter((codec) => codec.mimeType.toLowerCase() === name));
  if (codecs.length) transceiver.setCodecPreferences?.(codecs);
}

/**
 * Marks on each packet that let the recording tell lost pictures from pictures never taken, and line up lips and sound.
 * @param {RTCRtpTransceiver} transceiver
 */
function mark(transceiver) {
  const known = transceiver.getHeaderExtensionsToNegotiate?.();
  if (!known) return;
  for (const extension of known) {
    if (/dependency-descriptor|abs-capture-time/.test(extension.uri)) extension.direction = 'sendrecv';
  }
  transceiver.setHeaderExtensionsToNegotiate(known);
}

/**
 * @typedef {object} CallListener
 * @property {(call: Call) => void} onSecure confirmed both ways
 * @property {(call: Call, late: boolean) => void} onInsecure the confirmation failed, or (late) did not come; the connection is closed
 * @property {(call: Call, state: RTCPeerConnectionState) => void} onConnection
 */

export class Call {
  /**
   * @param {object} options
   * @param {number} options.number grows with each new connection of this page
   * @param {{ice_servers?: any[], relay_only?: boolean}} options.admitted
   * @param {(signal: any) => boolean} options.send
   * @param {CallListener} options.listener
   */
  constructor({ number, admitted, send, listener }) {
    Object.assign(this, { number, send, listener });
    this.secure = false;
    this.closed = false;
    this.offering = false;
    /** @type {null | 'renegotiate' | 'restart_ice'} */
    this.offerAgain = null;
    /** @type {RTCIceCandidateInit[]} */
    this.early = [];
    this.watchdog = 0;
    /** One after another, each with the wishes of its own moment. */
    this.carrying = Promise.resolve();
    this.stream = new MediaStream();
    this.peer = new RTCPeerConnection({
      iceServers: (admitted.ice_servers ?? []).map(({ urls, username, credential }) => (username ? { urls, username, credential } : { urls })),
      iceTransportPolicy: admitted.relay_only ? 'relay' : 'all',
      bundlePolicy: 'max-bundle',
    });
    this.channel = this.peer.createDataChannel('control', { ordered: true });
    this.audio = this.peer.addTransceiver('audio', { direction: 'sendrecv' });
    this.video = this.peer.addTransceiver('video', { direction: 'sendrecv', sendEncodings: [{ maxBitrate: MAX_VIDEO_BITS }] });
    /** For a shared screen, made when the first one begins; afterwards it stays. @type {RTCRtpTransceiver | null} */
    this.screen = null;
    prefer(this.audio, 'audio', ['audio/opus']);
    prefer(this.video, 'video', VIDEO);
    mark(this.audio);
    mark(this.video);
    this.listen();
  }

  listen() {
    this.peer.onicecandidate = ({ candidate }) => {
      this.send({
        kind: 'candidate', call: this.number, candidate: candidate?.candidate ?? '',
        mid: candidate?.sdpMid ?? null, line: candidate?.sdpMLineIndex ?? null,
      });
    };
    this.peer.onconnectionstatechange = () => {
      if (!this.closed) this.listener.onConnection(this, this.peer.connectionState);
    };
    this.peer.ontrack = ({ track }) => this.stream.addTrack(track);
    this.firstMessage = new Promise((resolve) => {
      this.channel.onmessage = ({ data }) => resolve(data);
    });
    this.opened = new Promise((resolve) => {
      this.channel.onopen = resolve;
    });
  }

  /** @param {'renegotiate' | 'restart_ice'} [how] */
  async offer(how = 'renegotiate') {
    if (this.offering) {
      this.offerAgain = this.offerAgain === 'restart_ice' ? 'restart_ice' : how;
      return;
    }
    this.offering = true;
    await this.peer.setLocalDescription(await this.peer.createOffer({ iceRestart: how === 'restart_ice' }));
    if (this.closed) return;
    const sdp = this.peer.localDescription?.sdp ?? '';
    this.own = fingerprintOf(sdp);
    this.send({ kind: 'offer', call: this.number, sdp, fingerprint: hex(this.own) });
  }

  /** @param {any} untrusted an answer @param {import('./sealing.js').Session} session in which it travelled */
  async answer(untrusted, session) {
    if (this.closed || this.peer.signalingState !== 'have-local-offer') return;
    try {
      const sealed = fingerprintOf(untrusted.sdp);
      if (hex(sealed) !== untrusted.fingerprint) throw new RefusedError('fingerprint');
      if (this.other && !same(this.other, sealed)) throw new RefusedError('another certificate');
      const first = !this.other;
      this.other = sealed;
      if (first) this.confirm(session);
      await this.peer.setRemoteDescription({ type: 'answer', sdp: untrusted.sdp });
    } catch (error) {
      this.insecure(error);
      return;
    }
    this.offering = false;
    for (const candidate of this.early.splice(0)) await this.addCandidate(candidate);
    const again = this.offerAgain;
    this.offerAgain = null;
    if (again) await this.offer(again);
  }

  /** @param {any} untrusted a candidate of this call */
  async candidate(untrusted) {
    if (this.closed) return;
    const candidate = { candidate: untrusted.candidate, sdpMid: untrusted.mid ?? undefined, sdpMLineIndex: untrusted.line ?? undefined };
    if (this.peer.remoteDescription) await this.addCandidate(candidate);
    else if (this.early.length < 100) this.early.push(candidate);
  }

  /** @param {RTCIceCandidateInit} candidate a bad one is left out: ICE lives on the others */
  async addCandidate(candidate) {
    try {
      if (candidate.candidate) await this.peer.addIceCandidate(candidate);
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    }
  }

  /** The first message each way on the data channel, within 10 s. @param {import('./sealing.js').Session} session */
  async confirm(session) {
    const late = new Promise((_, reject) => {
      this.watchdog = window.setTimeout(() => reject(new LateError('late')), CONFIRM_MS);
    });
    try {
      await Promise.race([this.opened, late]);
      const seen = await this.seenCertificate();
      if (seen && !same(seen, this.other)) throw new RefusedError('certificate');
      this.channel.send(await session.confirmation(this.other, this.own));
      await session.checkConfirmation(await Promise.race([this.firstMessage, late]), this.other, this.own);
    } catch (error) {
      this.insecure(error);
      return;
    } finally {
      window.clearTimeout(this.watchdog);
    }
    if (this.closed) return;
    this.secure = true;
    this.listener.onSecure(this);
  }

  /** @returns {Promise<Uint8Array | null>} SHA-256 of the certificate really used; null where the browser does not show it */
  async seenCertificate() {
    const [der] = this.peer.sctp?.transport?.getRemoteCertificates?.() ?? this.audio.sender.transport?.getRemoteCertificates?.() ?? [];
    return der ? new Uint8Array(await crypto.subtle.digest('SHA-256', der)) : null;
  }

  /** @param {unknown} error */
  insecure(error) {
    if (this.closed) return;
    this.close();
    this.listener.onInsecure(this, error instanceof LateError);
    if (!(error instanceof RefusedError || error instanceof DOMException || error instanceof TypeError)) throw error;
  }

  /**
   * What is sent from now on: the tracks, or nothing at all while paused or not yet confirmed.
   * @param {import('./devices.js').Capture} capture
   */
  carry(capture) {
    this.carrying = this.carrying.then(async () => {
      for (const kind of ['audio', 'video']) {
        if (this.closed) return;
        const track = this.secure && !capture.wants.paused ? capture[kind] : null;
        const { sender } = this[kind];
        if (sender.track !== track) await sender.replaceTrack(track);
      }
      if (!this.closed) await this.carryScreen(this.secure && !capture.wants.paused ? capture.screen : null);
    }).catch((error) => {
      // A connection closed meanwhile, or a track that ended meanwhile: the next change comes by itself.
      if (!(error instanceof DOMException)) throw error;
    });
    return this.carrying;
  }

  /** @param {MediaStreamTrack | null} track the second picture of the connection: a renegotiation leaves the others alone */
  async carryScreen(track) {
    if (this.screen) {
      if (this.screen.sender.track !== track) await this.screen.sender.replaceTrack(track);
    } else if (track) {
      this.screen = this.peer.addTransceiver(track, { direction: 'sendonly', sendEncodings: [{ maxBitrate: MAX_VIDEO_BITS }] });
      prefer(this.screen, 'video', VIDEO);
      mark(this.screen);
      await this.offer();
    }
  }

  /** An offer that may have gone nowhere, because the line was lost, goes again. */
  offerAgainIfUnanswered() {
    const sdp = this.peer.localDescription?.sdp;
    if (this.secure && this.peer.signalingState === 'have-local-offer' && sdp) {
      this.send({ kind: 'offer', call: this.number, sdp, fingerprint: hex(this.own) });
    }
  }

  /** @returns {Promise<'good' | 'fair' | 'poor' | null>} from what the other side reports of our packets */
  async quality() {
    if (this.closed || this.peer.connectionState !== 'connected') return null;
    const reports = [...(await this.peer.getStats()).values()].filter((report) => report.type === 'remote-inbound-rtp');
    if (!reports.length) return null;
    const loss = Math.max(...reports.map((report) => report.fractionLost ?? 0));
    const delay = Math.max(...reports.map((report) => report.roundTripTime ?? 0));
    if (loss < 0.03 && delay < 0.3) return 'good';
    return loss < 0.1 && delay < 0.8 ? 'fair' : 'poor';
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    window.clearTimeout(this.watchdog);
    this.peer.close();
  }
}
