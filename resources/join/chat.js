/** Messages between the two people: one list and one form, moved between the waiting room and the call. */

const LONGEST = 2000;

export class Chat {
  /**
   * @param {(text: string) => boolean} send false when the text could not be handed on (it stays in the field)
   * @param {() => void} onUnread called when a message of the other side was added
   */
  constructor(send, onUnread) {
    this.send = send;
    this.onUnread = onUnread;
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
    Object.assign(this.field, { type: 'text', className: 'govuk-input', maxLength: LONGEST, placeholder: 'Write a message', autocomplete: 'off', id: 'message' });
    this.field.setAttribute('aria-label', 'Write a message');
    const button = document.createElement('button');
    Object.assign(button, { type: 'submit', className: 'govuk-button', textContent: 'Send', id: 'send' });
    form.append(this.field, button);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.field.value.trim();
      if (text && this.send(text)) {
        this.add('You', text, true);
        this.field.value = '';
      }
      this.field.focus();
    });
    return form;
  }

  /** @param {Element} listSlot @param {Element} formSlot */
  mount(listSlot, formSlot) {
    listSlot.append(this.list);
    formSlot.append(this.form);
    this.list.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }

  /**
   * @param {string} who @param {string} text untrusted, shown as text only
   * @param {boolean} own @param {Date} [at]
   */
  add(who, text, own, at = new Date()) {
    const item = document.createElement('li');
    item.className = own ? 'chat__message chat__message--own' : 'chat__message';
    const head = document.createElement('p');
    head.className = 'chat__who';
    head.textContent = `${who}, ${at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
    const body = document.createElement('p');
    body.className = 'chat__text';
    body.textContent = text.slice(0, LONGEST);
    item.append(head, body);
    this.list.append(item);
    item.scrollIntoView({ block: 'nearest' });
    if (!own) this.onUnread();
  }
}
