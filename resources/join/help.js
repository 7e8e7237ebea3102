/** Plain help for what can go wrong: one heading, what to do. Words only; what the buttons do is main.js's affair. */

/**
 * @typedef {object} Help
 * @property {string} title
 * @property {string[]} steps
 * @property {boolean} again "Try again" can help without opening the link anew
 * @property {boolean} soundOnly "Use sound only" can help
 */

/** @type {Record<string, Help>} */
export const HELP = {
  refused: {
    title: 'Your browser is blocking the camera or microphone',
    steps: [
      'Tap the symbol beside the address at the top or bottom of the browser.',
      'Open the permissions, and allow the camera and the microphone for this page.',
      'Then select “Try again”. If that does not help, open the link again.',
    ],
    again: true, soundOnly: true,
  },
  none: {
    title: 'We cannot find a camera or microphone',
    steps: ['If they plug in, check that they are connected.', 'If you have another phone, tablet or laptop, you can ask for a link there.', 'Without a camera you can still talk: use sound only.'],
    again: true, soundOnly: true,
  },
  busy: {
    title: 'Another app is using the camera or microphone',
    steps: ['End phone calls and close other apps that use the camera.', 'Then select “Try again”.'],
    again: true, soundOnly: true,
  },
  insecure: {
    title: 'This address cannot use the camera',
    steps: ['Open the link exactly as it was sent to you. It begins with https.'],
    again: false, soundOnly: false,
  },
  unsupported: {
    title: 'This browser cannot make video calls',
    steps: [
      'Update the browser, or open the same link in another one: Safari on an iPhone or iPad, Chrome on other devices.',
      'If the link opened inside another app, choose “Open in browser” there.',
    ],
    again: false, soundOnly: false,
  },
  tooOld: {
    title: 'This browser is too old',
    steps: [
      'Update the browser, or open the same link in another one that is up to date: Safari on an iPhone or iPad, Chrome on other devices.',
      'On an iPhone or iPad the browser is updated with the device: Settings, General, Software Update.',
      'If you have another phone, tablet or laptop, you can open the link there.',
    ],
    again: false, soundOnly: false,
  },
  secret: {
    title: 'Open the link again',
    steps: ['This page needs the whole link that was sent to you. Go back to the message and open the link there.'],
    again: false, soundOnly: false,
  },
  insecureCall: {
    title: 'The connection is not private',
    steps: [
      'We could not make sure who is at the other end. Your picture and sound were not sent.',
      'Select “Try again”. If you can, use another network: mobile data instead of Wi-Fi, or the other way round.',
    ],
    again: true, soundOnly: false,
  },
  working: {
    title: 'Something is not working',
    steps: [
      'No picture: allow the camera for this page in the browser, and close other apps that use it.',
      'No sound: check that the device is not on silent and the volume is up. Allow the microphone for this page.',
      'Slow or broken: move closer to the Wi-Fi, or switch Wi-Fi off and use mobile data. Sound only needs less.',
      'Low battery: plug the device in, or ask for a link on another device.',
    ],
    again: true, soundOnly: true,
  },
};
