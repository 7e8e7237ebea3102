/** Messages between the two people: one list and one form, moved between the waiting room and the call. */

/** Characters in one message: in the waiting room, and in the call. */
export const LONGEST = { wait: 500, call: 2000 };
const MARK_AFTER_MS = 1500;

export class Chat {
  /**
   * @param {(text: string) => string} send takes the text and gives it an id, by which delivered() names it
   * @param {() => void} onUnread called when a message of the other side was added
   */
  constructor(send, onUnread) {
    this.send = send;
    this.onUnread = onUnread;
    /** @type {Map<string, Element>} the marks of messages that have not arrived yet */
    this.pending = new Map();
    this.list = document.createElement('ol');
    this.list.className = 'chat';
    this.list.setAttribute('aria-live', 'polite');
    this.list.setAttribute('aria-label', 'Messages');
    this.form = this.buildForm();
  }

  buildForm() {
    const form = document.createElement('form');
    form.className = 'compose';
    this.field = document.createElement('input');
    Object.assign(this.field, { type: 'text', className: 'govuk-input', maxLength: LONGEST.wait, placeholder: 'Write a message', autocomplete: 'off', id: 'message' });
    this.field.setAttribute('aria-label', 'Write a message');
    const button = document.createElement('button');
    Object.assign(button, { type: 'submit', className: 'govuk-button', textContent: 'Send', id: 'send' });
    form.append(this.field, button);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.field.value.trim();
      if (text) {
        this.pending.set(this.send(text), this.add('You', text, true));
        this.field.value = '';
      }
      this.field.focus();
    });
    return form;
  }

  /** @param {'wait' | 'call'} where */
  mount(where) {
    const listSlot = document.getElementById(`chat-slot-${where}`);
    if (this.list.parentElement === listSlot) return;
    this.field.maxLength = LONGEST[where];
    listSlot?.append(this.list);
    document.getElementById(`compose-slot-${where}`)?.append(this.form);
    this.list.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }

  /**
   * @param {string} who @param {string} text untrusted, shown as text only
   * @param {boolean} own @param {Date} [at]
   * @returns {Element} the mark that says it is still on its way
   */
  add(who, text, own, at = new Date()) {
    const item = document.createElement('li');
    item.className = own ? 'chat__message chat__message--own' : 'chat__message';
    const head = document.createElement('p');
    head.className = 'chat__who';
    head.textContent = `${who}, ${at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
    const body = document.createElement('p');
    body.className = 'chat__text';
    body.textContent = text.slice(0, LONGEST.call);
    const mark = document.createElement('p');
    mark.className = 'chat__who';
    mark.textContent = 'Sending';
    mark.hidden = true;
    item.append(head, body, mark);
    this.list.append(item);
    item.scrollIntoView({ block: 'nearest' });
    if (own) window.setTimeout(() => { mark.hidden = false; }, MARK_AFTER_MS);
    else this.onUnread();
    return mark;
  }

  /** It has arrived. @param {string} id */
  delivered(id) {
    this.pending.get(id)?.remove();
    this.pending.delete(id);
  }
}
