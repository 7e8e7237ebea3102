/**
 * The page from opening to closing: check, wait, call, left or closed. A mere visit sends nothing: the first message
 * leaves after a tap on Continue.
 */

import { browserName, CheckView } from './check_view.js';
import { deviceKey, forgetDeviceKey } from './device_key.js';
import { browserFault, Capture, DeviceError } from './devices.js';
import { Documents } from './document.js';
import { DocumentView } from './document_view.js';
import { installExit } from './exit.js';
import { Files } from './files.js';
import { FilesView } from './files_view.js';
import { derive, takeSecret } from './link.js';
import * as views from './views.js';
import { Visit } from './visit.js';

/** @type {string | null} */
let secret = null;
/** @type {Visit | null} */
let visit = null;
/** @type {any} */
let wakeLock = null;

const capture = new Capture(() => {
  if (views.view() === 'check' || views.view() === 'wait') check.update();
  visit?.onCapture();
});
const check = new CheckView(capture);
const files = new Files(() => onFiles());
const filesView = new FilesView(files, capture);
const documents = new Documents((what, how) => void documentView.onChange(what, how));
const documentView = new DocumentView(documents);

function onFiles() {
  if (files.wanted && views.element('files-panel').hidden) showFiles(true);
  filesView.render(visit?.name ?? '');
}

async function open() {
  const found = takeSecret(window.location, window.history);
  if (!found && (secret || visit)) return;
  secret = found ?? secret;
  const fault = await browserFault();
  if (!secret) views.showHelp('secret');
  else if (fault) views.showHelp(fault);
  else void startCheck();
}

async function startCheck() {
  views.show('check');
  check.asking();
  try {
    await capture.start();
    check.update();
    return true;
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    views.showHelp(error.fault);
    return false;
  }
}

/** The tap: devices must answer, then the visit begins. */
async function join() {
  if (visit || !secret) return;
  if (!capture.running && !(await startCheck())) return;
  views.element('continue').disabled = true;
  try {
    const link = await derive(secret);
    const pair = await deviceKey(link.roomText);
    const response = await fetch('words.json', { cache: 'no-store', referrerPolicy: 'no-referrer' });
    const wordList = await response.json();
    check.end();
    visit = new Visit({
      link, pair, wordList, capture, files, documents,
      introduce: () => ({ browser: browserName(), checks: check.results }),
      onClosed: () => void close(link.roomText),
      onNotPrivate: () => void stopVisit(null, () => views.showHelp('insecureCall')),
    });
    views.show('wait');
    visit.start();
    void keepAwake();
  } catch (error) {
    // The page was loaded and then the network went: the same tap works later.
    if (!(error instanceof TypeError)) throw error;
    views.notice('No connection. Check that you are online, then select Continue again.');
  } finally {
    views.element('continue').disabled = false;
  }
}

/** @param {'leave' | null} reason @param {() => void} then */
async function stopVisit(reason, then) {
  const ending = visit;
  visit = null;
  capture.stop();
  void wakeLock?.release();
  views.element('ask').hidden = true;
  views.element('controls').hidden = false;
  showChat(false);
  showFiles(false);
  then();
  await ending?.stop(reason);
}

/** @param {string} room */
async function close(room) {
  secret = null;
  await stopVisit(null, () => views.show('closed'));
  await forgetDeviceKey(room);
}

async function keepAwake() {
  try {
    wakeLock = await navigator.wakeLock?.request('screen');
  } catch {
    // Low battery or not allowed: the screen may lock, and the call comes back when it is unlocked.
  }
}

async function leave() {
  const sure = await views.ask({
    title: 'Leave the call?', text: 'You can come back with the same link for as long as the call is open.', yes: 'Leave the call', no: 'Stay',
  });
  if (sure) await stopVisit('leave', () => views.show('left'));
  else views.element('leave').focus();
}

/** @param {boolean} open */
function showChat(open) {
  views.element('chat-panel').hidden = !open;
  views.element('chat').setAttribute('aria-expanded', String(open));
  if (!open) return;
  showFiles(false);
  visit?.onUnread();
  views.element('chat-title').focus();
}

/** @param {boolean} open */
function showFiles(open) {
  views.element('files-panel').hidden = !open;
  views.element('file').setAttribute('aria-expanded', String(open));
  if (!open) return;
  showChat(false);
  filesView.render(visit?.name ?? '');
  views.element('files-title').focus();
}

/** @param {boolean} soundOnly */
async function useSound(soundOnly) {
  capture.wish({ soundOnly });
  await startCheck();
}

function bindControls() {
  const on = (id, act) => views.element(id).addEventListener('click', act);
  const { wants } = capture;
  on('continue', () => void join());
  on('sound-only', () => void useSound(!wants.soundOnly));
  on('help-sound-only', () => void useSound(true));
  on('not-working', () => views.showHelp('working'));
  on('try-again', () => void startCheck());
  on('come-back', () => void startCheck());
  on('mute', () => { capture.wish({ muted: !wants.muted }); visit?.tellMedia(); });
  on('document-mute', () => { capture.wish({ muted: !wants.muted }); visit?.tellMedia(); });
  on('camera', () => { capture.wish({ cameraOff: !wants.cameraOff }); visit?.tellMedia(); });
  on('flip', () => void capture.flip().catch((error) => { if (!(error instanceof DeviceError)) throw error; }));
  on('pause', () => visit?.togglePause());
  on('chat', () => showChat(views.element('chat-panel').hidden));
  on('chat-close', () => { showChat(false); views.element('chat').focus(); });
  on('photo', () => { showFiles(true); void filesView.photo(views.element('pick-photo')); });
  on('file', () => showFiles(views.element('files-panel').hidden));
  on('files-close', () => { showFiles(false); views.element('file').focus(); });
  on('leave', () => void leave());
  on('play-sound', () => void playSound());
  window.addEventListener('keydown', (event) => { if (event.key === 'Escape') { showChat(false); showFiles(false); } });
}

/** Some browsers play sound only after a tap. */
async function playSound() {
  const remote = views.element('remote');
  try {
    await remote.play();
    views.element('play-sound').hidden = true;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    views.element('play-sound').hidden = error.name !== 'NotAllowedError';
  }
}

installExit({
  button: views.element('exit'),
  to: document.querySelector('meta[name="exit-to"]').content,
  stop: () => { files.detach(); capture.stop(); },
  tell: () => visit?.stop('exit'),
  announce: views.announce,
});
bindControls();
filesView.render('');
views.element('remote').addEventListener('loadedmetadata', () => void playSound());
window.addEventListener('hashchange', () => void open());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && visit) void keepAwake();
});
void open();
