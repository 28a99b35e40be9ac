// What the page says in other words (ChatraSetup.locale, setLocale): Chatra's names on the left, ours on the right.

import { config } from './config.js';

const NAMES = {
  'customStrings.welcome': 'greeting',
  'customStrings.leaveUsAMessage': 'leaveMessage',
  'customStrings.offlineNote': ['taken', 'takenMail'],
  'messageTypes.agentsOffline': 'away',
  'chat.input.placeholder': 'placeholder',
  name: 'name',
  yourName: 'name',
  'messageTypes.joined': 'joined',
  'messageTypes.joinedFirst': 'joined',
};
const standard = { ...config.texts };

const found = (locale, path) => path.split('.').reduce((place, name) => (place && typeof place === 'object' ? place[name] : undefined), locale);

export function speak(locale) {
  Object.assign(config.texts, standard);
  for (const [path, names] of Object.entries(NAMES)) {
    const said = found(locale, path);
    if (typeof said === 'string' && said.trim()) for (const name of [names].flat()) config.texts[name] = said.trim().slice(0, 500);
  }
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = config.texts[element.dataset.text];
  for (const element of document.querySelectorAll('[data-placeholder]')) element.placeholder = config.texts[element.dataset.placeholder];
}
