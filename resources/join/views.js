/** What is on the page: one view at a time, and the small pieces inside. Texts from outside are set as text only. */

import { HELP } from './help.js';

/** @param {string} id @returns {any} */
export const element = (id) => document.getElementById(id);

const TITLES = { check: 'Check', wait: 'Waiting room', call: 'In the call', document: 'Your pages', help: 'Help', left: 'You have left', closed: 'Not open' };

/** @param {string} name */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `vendor/icons.svg#${name}`);
  svg.append(use);
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  return svg;
}

/**
 * Shows one view and moves the focus to its heading, so that a screen reader reads where one is. The first view of a
 * visit leaves the focus alone: the first Tab is then "Exit this page".
 * @param {string} name
 */
export function show(name) {
  const former = document.body.dataset.view;
  if (former === name) return;
  document.body.dataset.view = name;
  for (const section of document.querySelectorAll('main > section')) section.hidden = section.dataset.view !== name;
  document.title = TITLES[name] ? `${TITLES[name]} – Video call` : 'Video call';
  window.scrollTo(0, 0);
  if (former !== 'start') document.querySelector(`main > section[data-view="${name}"] h1`)?.focus();
}

export const view = () => document.body.dataset.view;

/** Politely, for screen readers. @param {string} text */
export const announce = (text) => { element('announcer').textContent = text; };

/** At once: recording, drops. @param {string} text */
export const alarm = (text) => { element('alarm').textContent = text; };

/** @param {string} text empty hides it */
export function notice(text) {
  if (element('notice-text').textContent === text && element('notice').hidden === !text) return;
  element('notice-text').textContent = text;
  element('notice').hidden = !text;
  if (text) announce(text);
}

/** @param {keyof typeof HELP} name */
export function showHelp(name) {
  const help = HELP[name];
  element('help-title').textContent = help.title;
  const list = document.createElement('ul');
  list.className = 'help-list';
  for (const step of help.steps) list.append(Object.assign(document.createElement('li'), { textContent: step }));
  element('help-body').replaceChildren(list);
  element('try-again').hidden = !help.again;
  element('help-sound-only').hidden = !help.soundOnly;
  if (view() === 'help') element('help-title').focus();
  show('help');
}

const MARKS = { ok: 'circle-check', warn: 'triangle-alert', bad: 'x' };

/**
 * @param {string} name of the row @param {'ok' | 'warn' | 'bad' | ''} state @param {string} word
 * @param {string} [detail] left as it is when not given
 */
export function check(name, state, word, detail) {
  const row = /** @type {HTMLElement} */ (document.querySelector(`[data-check="${name}"]`));
  row.hidden = false;
  const mark = /** @type {HTMLElement} */ (row.querySelector('.state'));
  mark.dataset.state = state;
  mark.replaceChildren(...(state ? [icon(MARKS[state])] : []), word);
  if (detail !== undefined) row.querySelector('.checks__detail').textContent = detail;
}

/** @param {string} id @param {MediaStreamTrack[]} tracks only those that exist */
export function play(id, tracks) {
  const video = element(id);
  const wanted = tracks.filter(Boolean);
  const present = video.srcObject?.getTracks() ?? [];
  if (wanted.length === present.length && wanted.every((track) => present.includes(track))) return;
  video.srcObject = wanted.length ? new MediaStream(wanted) : null;
}

/** @param {string[]} words @param {string} lead */
export function words(list, lead) {
  element('words-lead').textContent = lead;
  element('words-list').replaceChildren(...list.map((word) => Object.assign(document.createElement('li'), { textContent: word })));
  element('words').hidden = !list.length;
}

/** @param {number} seconds @returns {string} 00:42, 12:34, 1:02:03 */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value) => String(value).padStart(2, '0');
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${rest}` : rest;
}

/** @param {number} seconds @returns {string} 36 s, 2 min 5 s */
export function duration(seconds) {
  const whole = Math.floor(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** @param {'off' | 'recording' | 'paused'} state @param {string} soundOnly */
export function recordingWords(state, soundOnly) {
  if (state === 'off') return 'Not recording';
  if (state === 'paused') return 'Recording is paused';
  return soundOnly ? 'Recording sound' : 'Recording picture and sound';
}

/**
 * A button whose word and icon say what it will do next.
 * @param {string} id @param {boolean} on @param {string} word @param {string} symbol
 */
export function toggle(id, on, word, symbol) {
  const button = element(id);
  button.dataset.on = String(on);
  button.querySelector('.control__word').textContent = word;
  button.querySelector('use').setAttribute('href', `vendor/icons.svg#${symbol}`);
}

/**
 * A question in the call, in the place of the controls: never a dialog. Resolves with the answer.
 * @param {{title: string, text: string, yes: string, no: string}} question
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, yes, no }) {
  element('ask-title').textContent = title;
  element('ask-text').textContent = text;
  element('ask-yes').textContent = yes;
  element('ask-no').textContent = no;
  element('ask').hidden = false;
  element('controls').hidden = true;
  element('ask-title').focus();
  return new Promise((resolve) => {
    const done = (answer) => () => {
      element('ask').hidden = true;
      element('controls').hidden = false;
      resolve(answer);
    };
    element('ask-yes').onclick = done(true);
    element('ask-no').onclick = done(false);
  });
}
