/**
 * Exit this page: the button, or Shift pressed three times within 5 s. Blank first, then stop capture, then tell the
 * other side as far as one message gets, then leave; `location.replace` leaves this page out of the back button.
 */

const PRESSES = 3;
const WITHIN_MS = 5000;
/** The page is blank by then: only the last message is given this time to be sealed. */
const TELL_MS = 150;

/**
 * @param {object} options
 * @param {HTMLButtonElement} options.button
 * @param {string} options.to neutral address
 * @param {() => void} options.stop stops camera and microphone, must not throw
 * @param {() => unknown} options.tell best effort message that the person left; a promise is waited for, shortly
 * @param {(text: string) => void} options.announce screen-reader text after each press of Shift
 */
export function installExit({ button, to, stop, tell, announce }) {
  let gone = false;
  const exit = async () => {
    if (gone) return;
    gone = true;
    document.body.hidden = true;
    document.documentElement.style.background = '#fff';
    document.title = ' ';
    try {
      stop();
      await Promise.race([tell(), new Promise((resolve) => { window.setTimeout(resolve, TELL_MS); })]);
    } catch {
      // Leaving matters more than how tidily.
    }
    window.location.replace(to);
  };
  button.addEventListener('click', () => void exit());
  watchShift(exit, announce);
}

/**
 * Counts Shift pressed on its own: capitals typed in a message never count.
 * @param {() => void} exit
 * @param {(text: string) => void} announce
 */
function watchShift(exit, announce) {
  /** @type {number[]} */
  let presses = [];
  let alone = false;
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Shift') {
      if (!event.repeat) alone = true;
    } else {
      alone = false;
      presses = [];
    }
  }, true);
  window.addEventListener('keyup', (event) => {
    if (event.key !== 'Shift' || !alone) return;
    alone = false;
    const now = performance.now();
    presses = [...presses.filter((at) => now - at < WITHIN_MS), now];
    if (presses.length >= PRESSES) void exit();
    else announce(`Shift, press ${PRESSES - presses.length} more ${presses.length === 2 ? 'time' : 'times'} to exit.`);
  }, true);
}
