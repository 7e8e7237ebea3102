/** The check before the tap: own picture, rows with what works, and the same facts in words for the other side. */

import { battery, connection, watchLevel } from './devices.js';
import * as views from './views.js';

const LOW_BATTERY = 35;

/** @returns {string} such as "Chrome 140, Android": what helps the other side to help, no more */
export function browserName() {
  const agent = navigator.userAgent;
  const known = [['Edge', /Edg\/(\d+)/], ['Samsung Internet', /SamsungBrowser\/(\d+)/], ['Firefox', /(?:Firefox|FxiOS)\/(\d+)/], ['Chrome', /(?:Chrome|CriOS)\/(\d+)/], ['Safari', /Version\/(\d+)/]];
  const [name, version] = known.map(([label, pattern]) => [label, pattern.exec(agent)?.[1]]).find(([, found]) => found) ?? ['Browser', ''];
  const system = ['iPhone', 'iPad', 'Android', 'Windows', 'Mac OS', 'Linux'].find((word) => agent.includes(word)) ?? 'unknown system';
  return `${name} ${version}, ${system}`.replace(' ,', ',');
}

export class CheckView {
  /** @param {import('./devices.js').Capture} capture */
  constructor(capture) {
    this.capture = capture;
    /** @type {Record<string, string>} what the other side is told */
    this.results = {};
    this.endMeter = () => undefined;
    /** @type {MediaStreamTrack | null} */
    this.metered = null;
  }

  /** @param {string} row @param {'ok' | 'warn' | 'bad' | ''} state @param {string} word @param {string} [detail] */
  set(row, state, word, detail) {
    views.check(row, state, word, detail);
    this.results[row[0].toUpperCase() + row.slice(1)] = detail ? `${word}, ${detail}` : word;
  }

  /** Before the browser has answered. */
  asking() {
    views.element('preview-hint').hidden = false;
    this.set('camera', '', 'Checking', '');
    this.set('microphone', '', 'Checking');
    void this.surroundings();
  }

  /** Devices as they are now. */
  update() {
    const { audio, video, wants, cameras } = this.capture;
    const alive = (track) => track?.readyState === 'live' && !track.muted;
    views.play('preview', [video]);
    views.play('wait-preview', [video]);
    views.element('preview-hint').hidden = alive(video);
    if (!alive(video) && this.capture.running) views.element('preview-hint').textContent = wants.soundOnly ? 'Sound only. Your camera is off.' : 'No picture from the camera yet.';
    if (wants.soundOnly) this.set('camera', '', 'Off', 'Sound only');
    else if (alive(video)) this.set('camera', 'ok', 'Works', cameras > 1 ? 'Front and back' : '');
    else if (this.capture.running) this.set('camera', 'bad', 'No picture', '');
    if (alive(audio)) this.set('microphone', 'ok', 'Works');
    else if (this.capture.running) this.set('microphone', 'bad', 'No sound');
    views.element('sound-only').textContent = wants.soundOnly ? 'Use camera and sound' : 'Use sound only';
    views.element('waiting-devices').textContent = wants.soundOnly ? 'Not recording. The microphone is ready.' : 'Not recording. Camera and microphone are ready.';
    this.meter(alive(audio) ? audio : null);
  }

  /** @param {MediaStreamTrack | null} track */
  meter(track) {
    if (track === this.metered) return;
    this.endMeter();
    this.metered = track;
    this.endMeter = () => undefined;
    if (!track) return;
    this.endMeter = watchLevel(track, (level) => {
      views.element('level').style.transform = `scaleX(${level})`;
    });
  }

  /** The meter runs only while it is seen. */
  end() {
    this.meter(null);
  }

  /** Connection and battery, as far as the browser tells. */
  async surroundings() {
    const { kind, good } = connection();
    this.set('connection', good ? 'ok' : 'warn', good ? 'Works' : 'Weak', kind);
    const power = await battery();
    if (!power) return;
    const low = power.percent < LOW_BATTERY && !power.charging;
    this.set('battery', low ? 'warn' : 'ok', low ? 'Low' : 'Works', low ? `${power.percent}%, plug in` : `${power.percent}%`);
  }
}
