/** A pad to sign on with a finger, a pen or the mouse: lines in units of 1000 by 400. */

const WIDE = 1000;
const HIGH = 400;
const MOST = 3000;
const SMALLEST = 30;

/** Leaves out points that lie close together until at most MOST are left. @param {number[][][]} lines */
export function thinned(lines) {
  let kept = lines;
  for (let apart = 1; kept.reduce((sum, line) => sum + line.length, 0) > MOST && apart < WIDE; apart *= 1.25) {
    kept = kept.map((line) => line.reduce((near, point, place) => {
      const last = near.at(-1);
      if (!last || place === line.length - 1 || Math.hypot(point[0] - last[0], point[1] - last[1]) >= apart) near.push(point);
      return near;
    }, /** @type {number[][]} */ ([])));
  }
  return kept.filter((line) => line.length).slice(0, MOST);
}

export class Pad {
  /** @param {HTMLCanvasElement} canvas @param {() => void} onChange */
  constructor(canvas, onChange) {
    Object.assign(this, { canvas, onChange });
    this.pen = canvas.getContext('2d');
    this.forget();
    canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); this.lines.push([]); this.add(event); });
    canvas.addEventListener('pointermove', (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      for (const one of event.getCoalescedEvents?.() ?? [event]) this.add(one);
    });
  }

  /** @param {PointerEvent} event */
  add(event) {
    const box = this.canvas.getBoundingClientRect();
    const within = (value, most) => Math.round(Math.max(0, Math.min(most, value)));
    const point = [within(((event.clientX - box.left) / box.width) * WIDE, WIDE), within(((event.clientY - box.top) / box.height) * HIGH, HIGH)];
    const line = this.lines.at(-1);
    const last = line?.at(-1);
    if (!line || (last && last[0] === point[0] && last[1] === point[1])) return;
    line.push(point);
    this.count += 1;
    this.least = this.least.map((least, at) => Math.min(least, point[at]));
    this.most = this.most.map((most, at) => Math.max(most, point[at]));
    this.stroke(last ?? point, point);
    this.onChange();
  }

  /** @param {number[]} from @param {number[]} to */
  stroke(from, to) {
    Object.assign(this.pen, { lineWidth: 6, lineCap: 'round', lineJoin: 'round', strokeStyle: '#13202b' });
    this.pen.beginPath();
    this.pen.moveTo(from[0], from[1]);
    this.pen.lineTo(to[0], to[1]);
    this.pen.stroke();
  }

  /** Whether it is more than a tap. */
  get drawn() {
    return this.count > 1 && Math.max(this.most[0] - this.least[0], this.most[1] - this.least[1]) >= SMALLEST;
  }

  forget() {
    /** @type {number[][][]} */
    this.lines = [];
    this.count = 0;
    this.least = [WIDE, HIGH];
    this.most = [0, 0];
  }

  clear() {
    this.forget();
    this.pen.clearRect(0, 0, WIDE, HIGH);
    this.onChange();
  }
}
