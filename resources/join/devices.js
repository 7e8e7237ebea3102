/**
 * Camera and microphone: one Capture for the life of the page. It keeps what the person wants (muted, camera off,
 * paused, which camera) apart from what the device gives, and brings the tracks back when a phone call, a screen lock
 * or an unplugged headset took them.
 */

/** @typedef {'refused' | 'none' | 'busy' | 'insecure' | 'unsupported' | 'tooOld'} DeviceFault */

export class DeviceError extends Error {
  /** @param {DeviceFault} fault */
  constructor(fault) {
    super(fault);
    this.fault = fault;
  }
}

/** @returns {Promise<DeviceFault | null>} what keeps this browser from taking part, before any device is asked for */
export async function browserFault() {
  return missing() ?? ((await knowsX25519()) ? null : 'tooOld');
}

/** @returns {DeviceFault | null} */
function missing() {
  if (!window.isSecureContext) return 'insecure';
  const needed = [window.RTCPeerConnection, window.WebSocket, window.indexedDB, window.crypto?.subtle, navigator.mediaDevices?.getUserMedia];
  return needed.every(Boolean) ? null : 'unsupported';
}

/** Whether the browser can make the keys of the sealed line: Chrome and Edge since 133, Firefox 130, Safari 17. */
async function knowsX25519() {
  try {
    await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']);
    return true;
  } catch {
    return false;
  }
}

/** @param {unknown} error @returns {DeviceFault} */
function faultOf(error) {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  return 'busy';
}

/** @returns {boolean} whether a screen or window can be shared here: laptops, not phones (some of them claim to) */
export function canShare() {
  return Boolean(navigator.mediaDevices?.getDisplayMedia) && !navigator.userAgentData?.mobile;
}

export class Capture {
  /** @param {() => void} onChange called whenever tracks or wishes changed */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {MediaStreamTrack | null} */
    this.audio = null;
    /** @type {MediaStreamTrack | null} */
    this.video = null;
    /** A screen or window that is shared meanwhile. @type {MediaStreamTrack | null} */
    this.screen = null;
    this.wants = { muted: false, cameraOff: false, paused: false, soundOnly: false, facing: 'user' };
    this.cameras = 0;
    this.running = false;
    /** Counts starts and stops: what a device gives after a later one is handed back at once. */
    this.turn = 0;
    this.resuming = false;
    this.resumeTimer = 0;
    navigator.mediaDevices?.addEventListener('devicechange', () => this.resumeSoon());
    document.addEventListener('visibilitychange', () => this.resumeSoon());
    window.addEventListener('pageshow', () => this.resumeSoon());
  }

  /** Asks for the devices. Rejects with DeviceError; what was running before stays. */
  async start() {
    this.turn += 1;
    const { turn } = this;
    const fault = missing();
    if (fault) throw new DeviceError(fault);
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia(this.constraints());
    } catch (error) {
      throw new DeviceError(faultOf(error));
    }
    if (turn !== this.turn) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.running = true;
    this.adopt(stream);
    const known = await navigator.mediaDevices.enumerateDevices();
    this.cameras = known.filter((device) => device.kind === 'videoinput').length;
    this.onChange();
  }

  /** @returns {MediaStreamConstraints} */
  constraints() {
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    if (this.wants.soundOnly) return { audio, video: false };
    return { audio, video: { facingMode: this.wants.facing, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } } };
  }

  /** @param {MediaStream} stream */
  adopt(stream) {
    const former = [this.audio, this.video];
    this.audio = stream.getAudioTracks()[0] ?? null;
    this.video = stream.getVideoTracks()[0] ?? null;
    for (const track of former) track?.stop();
    for (const track of [this.audio, this.video]) {
      if (!track) continue;
      track.addEventListener('ended', () => this.resumeSoon());
      track.addEventListener('mute', () => {
        this.onChange();
        this.resumeSoon();
      });
      track.addEventListener('unmute', () => this.onChange());
    }
    this.apply();
  }

  /** Makes the tracks follow the wishes: paused or muted tracks send silence and black, nothing of the person. */
  apply() {
    if (this.audio) this.audio.enabled = !this.wants.muted && !this.wants.paused;
    if (this.video) this.video.enabled = !this.wants.cameraOff && !this.wants.paused;
    if (this.screen) this.screen.enabled = !this.wants.paused;
    this.onChange();
  }

  /** @param {Partial<Capture['wants']>} wishes */
  wish(wishes) {
    Object.assign(this.wants, wishes);
    this.apply();
  }

  /** True while a device that is wanted gives nothing. */
  get lost() {
    if (!this.running) return false;
    const dead = (track) => !track || track.readyState === 'ended' || track.muted;
    return dead(this.audio) || (!this.wants.soundOnly && dead(this.video));
  }

  /** Whether this browser can take a picture at the camera's full size while the call runs. */
  get canStill() {
    return 'ImageCapture' in window && this.video?.readyState === 'live' && this.video.enabled && !this.video.muted;
  }

  /** @returns {Promise<Blob | null>} a picture at the camera's full size; null where the camera gave none */
  async still() {
    try {
      return await new ImageCapture(this.video).takePhoto();
    } catch {
      return null;
    }
  }

  /** Another camera. Phones hold one at a time, so the present one is released first; on failure it comes back. */
  async flip() {
    const before = this.wants.facing;
    this.wants.facing = before === 'user' ? 'environment' : 'user';
    this.video?.stop();
    try {
      await this.start();
    } catch (error) {
      this.wants.facing = before;
      this.resumeSoon();
      throw error;
    }
  }

  /** Lets the person choose a screen or window; only straight from a tap. Rejects with DeviceError. */
  async share() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia({
        video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { max: 15 } }, audio: false,
      });
    } catch (error) {
      throw new DeviceError(faultOf(error));
    }
    const [track] = stream.getVideoTracks();
    if (!this.running) {
      track.stop(); // left meanwhile
      return;
    }
    this.screen?.stop();
    this.screen = track;
    track.contentHint = 'detail';
    track.addEventListener('ended', () => { if (this.screen === track) this.unshare(); });
    this.apply();
  }

  unshare() {
    this.screen?.stop();
    this.screen = null;
    this.onChange();
  }

  /** Tries to get lost devices back; again every second while the page is seen and they are missing. */
  resumeSoon() {
    window.clearTimeout(this.resumeTimer);
    if (!this.running || document.visibilityState !== 'visible') return;
    this.resumeTimer = window.setTimeout(async () => {
      if (!this.lost || this.resuming) return;
      this.resuming = true;
      try {
        await this.start();
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
        this.onChange();
      } finally {
        this.resuming = false;
      }
      if (this.lost) this.resumeSoon();
    }, 1000);
  }

  stop() {
    this.turn += 1;
    this.running = false;
    window.clearTimeout(this.resumeTimer);
    for (const track of [this.audio, this.video, this.screen]) track?.stop();
    this.audio = null;
    this.video = null;
    this.screen = null;
    this.onChange();
  }
}

/**
 * The loudness of a track, 0 to 1, ten times a second. Returns a function that ends it.
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} onLevel
 */
export function watchLevel(track, onLevel) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const wake = () => void context.resume();
  document.addEventListener('pointerdown', wake, { once: true });
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    onLevel(Math.min(1, Math.sqrt(loudest)));
  }, 100);
  return () => {
    window.clearInterval(timer);
    document.removeEventListener('pointerdown', wake);
    void context.close();
  };
}

/** @returns {Promise<{percent: number, charging: boolean} | null>} null where the browser does not tell */
export async function battery() {
  if (!('getBattery' in navigator)) return null;
  try {
    const state = await navigator.getBattery();
    return { percent: Math.round(state.level * 100), charging: state.charging };
  } catch {
    return null;
  }
}

/** @returns {{kind: string, good: boolean}} as far as the browser knows */
export function connection() {
  const known = navigator.connection;
  const kind = (known?.effectiveType ?? '').toUpperCase();
  return { kind, good: navigator.onLine && !['SLOW-2G', '2G'].includes(kind) };
}
