// Puts the parts of the frame together.

import { Announcer, lineOf } from './announcer.js';
import { Attachments } from './attachments.js';
import { Automatic } from './automatic.js';
import { Beats } from './beats.js';
import { begin, hear, tell } from './bridge.js';
import { wear } from './colors.js';
import { Composer } from './composer.js';
import { backoff, config, text } from './config.js';
import { Contact, isFormName } from './contact.js';
import { Conversation } from './conversation.js';
import { isKnown, post } from './door.js';
import { Emoji } from './emoji.js';
import { Feed } from './feed.js';
import { Header } from './header.js';
import { Menu } from './menu.js';
import { Outbox, isOutboxName } from './outbox.js';
import { Promised, timezone } from './promise.js';
import { Reader } from './reader.js';
import { Sound } from './sound.js';
import { onOtherTab, store, takeLent } from './store.js';
import { Stream } from './stream.js';
import { Trail } from './trail.js';
import { Typing } from './typing.js';
import { Uploads } from './uploads.js';
import { speak } from './words.js';

const part = (name) => document.getElementById(name);

wear();
const page = await begin();
takeLent(page);
speak(page.locale);

let options = page;
let greetings = 0;
const trail = new Trail();
trail.take(page);
const conversation = new Conversation();
const stream = new Stream(conversation);
const automatic = new Automatic();
const reader = new Reader(conversation, automatic);
const header = new Header({ faces: part('faces'), names: part('names'), conversation });
const otherTabs = typeof BroadcastChannel === 'function' ? new BroadcastChannel(`otklik:${config.key}/${page.clientId || ''}`) : null;

const promised = new Promised({
  place: part('promise'), stream, onChange: promise,
  hasAddress: () => Boolean((conversation.visitor || options.integration || {}).email),
});
const uploads = new Uploads();
const outbox = new Outbox({
  uploads,
  isHeld: () => contact.isNeeded,
  onForm: (error) => contact.refused(error),
  context: () => ({
    pages: trail.untold(), referrer: trail.referrer, integration: options.integration || {},
    clientId: options.clientId, groupId: options.groupId, automatic: automatic.untold(), tab: beats.tab,
    form: contact.given || {},
  }),
  onSent(answer) {
    trail.told(trail.pages);
    automatic.told();
    tell('event', { name: 'sent' });
    if (answer.started) tell('event', { name: 'started' });
    noteIntegration();
    if (contact.given) contact.told();
    accepted(answer);
    if (otherTabs) otherTabs.postMessage(answer);
  },
});
const feed = new Feed({ list: part('messages'), scroller: part('feed'), newest: part('newest'), conversation, automatic, outbox });
const attachments = new Attachments({
  input: part('attach'), list: part('attachments'), form: part('composer'), uploads, say,
});
const composer = new Composer({
  form: part('composer'), box: part('text'), note: part('composer-note'), attachments,
  onText(value, files) {
    say('');
    typing.sent();
    beKnown('1');
    outbox.add(value, files);
  },
});
const contact = new Contact({
  place: part('introduce'), opener: part('introduce-opener'), composer: part('composer'), conversation, outbox,
  integration: () => options.integration,
  onDone({ isOpen, said }) {
    say(said || '');
    if (!isOpen && document.hasFocus()) composer.focus();
  },
});

const sound = new Sound();
const announcer = new Announcer(part('heard'));
const typing = new Typing({
  box: part('text'), line: part('typing'), conversation, stream, onChange: () => feed.isAtEnd && feed.toEnd(),
  shown: () => (config.watching.typing ? { text: part('text').value.slice(0, 500) } : {}),
});
new Emoji({ button: part('emoji-opener'), panel: part('emoji'), box: part('text') });
new Menu({ button: part('menu-opener'), panel: part('menu'), sound, conversation, say });

function say(sentence) {
  part('said').textContent = sentence;
}

/** A mark in the page: whoever has written something is connected with every page that he opens. */
function beKnown(value) {
  tell('store', { area: 'localStorage', name: 'known', value });
}

function accepted({ visitor, message }) {
  conversation.setVisitor(visitor);
  conversation.take([message]);
  beKnown('1');
  sound.keep();
  stream.start();
}

/** An answer has come: told to whoever looks elsewhere. One that he has read already, in another tab, is no news. */
function arrived(message) {
  if (message.read) return;
  announcer.say(message);
  if (reader.isOpen && document.hasFocus()) sound.hush(message);
  else if (!message.deleted) sound.ring(message);
  tell('message', { message });
  if (!message.deleted) preview(message.agent && message.agent.name, lineOf(message));
}

/** The page shows it beside its button while the chat is closed. */
function preview(name, said) {
  tell('preview', { name: name || config.siteName, text: said.slice(0, 200), away: text('hide') });
}

async function greet() {
  try {
    const answer = await post('hello', { page: trail.pages[trail.pages.length - 1], timezone });
    greetings = 0;
    promise(answer.promise);
    contact.adopt(answer.form);
    conversation.take(answer.messages, answer.cursor);
    if (answer.visitor) welcomeBack(answer.visitor);
    // A first message may have been accepted meanwhile.
    else if (!conversation.visitor && !outbox.items().length) beKnown(null);
  } catch (error) {
    greetings += 1;
    setTimeout(greet, Math.max(backoff(greetings), error.wait || 0));
  }
  render();
}

/** Who is there now, or when. */
function promise(told) {
  conversation.agents = told.agents;
  conversation.isAway = !told.isOnline;
  promised.take(told);
  header.render();
  if ('form' in told) {
    contact.adopt(told.form);
    contact.render();
  }
  tell('away', { isAway: conversation.isAway });
}

function welcomeBack(visitor) {
  conversation.setVisitor(visitor);
  beKnown('1');
  stream.start();
  trail.report();
  tellIntegration();
}

function noteIntegration() {
  store.set('integration', JSON.stringify(options.integration || {}));
}

/** What the page says about its visitor, when it has changed. */
async function tellIntegration() {
  const { integration } = options;
  if (!conversation.visitor || !integration || JSON.stringify(integration) === (store.get('integration') || '{}')) return;
  try {
    const { visitor } = await post('visitor', { integration });
    noteIntegration();
    conversation.setVisitor(visitor);
  } catch {
    // The next page or message says it again.
  }
}

function render() {
  part('greeting').hidden = conversation.ordered().length + automatic.items().length + outbox.items().length > 0;
  part('connection').hidden = !greetings && stream.state !== 'waiting';
  header.render();
  promised.render();
  contact.render();
  feed.render();
}

function dress(changed) {
  options = { ...options, ...changed };
  wear(options.colors);
  speak(options.locale);
  document.documentElement.classList.toggle('square-pictures', Boolean(options.squarePictures));
  part('close').hidden = Boolean(options.injected);
  tellIntegration();
}

function open({ focus }) {
  reader.setOpen(true);
  composer.grow();
  feed.toEnd();
  if (focus && !contact.focus()) composer.focus();
}

attachments.addEventListener('removed', () => composer.focus());
conversation.addEventListener('change', render);
automatic.addEventListener('change', () => {
  reader.look();
  render();
});
outbox.addEventListener('change', render);
stream.addEventListener('change', () => {
  reader.look();
  if (stream.state === 'refused') say(stream.refusal);
  if (stream.state === 'live') outbox.drain();
  render();
});
stream.addEventListener('arrival', ({ detail: message }) => message.type === 'agent' && arrived(message));
window.addEventListener('online', () => outbox.drain());
document.addEventListener('visibilitychange', () => document.hidden || outbox.drain());
onOtherTab((name) => {
  if (isFormName(name)) {
    contact.render();
    outbox.drain();
  }
  if (!isOutboxName(name)) return;
  outbox.changed();
  if (stream.state === 'off' && isKnown()) greet();
});
if (otherTabs) otherTabs.onmessage = ({ data }) => accepted(data);

function sayAutomatically({ messages }) {
  const said = automatic.say(messages);
  if (!said) return;
  tell('event', { name: 'automatic' });
  preview('', said);
}

const beats = new Beats({
  trail, tab: (page.ofTab || {}).met, onText: (said) => sayAutomatically({ messages: [said] }),
});
hear('automatic', sayAutomatically);
hear('open', open);
hear('close', () => reader.setOpen(false));
hear('trail', (said) => {
  trail.take(said);
  trail.report();
  beats.beat();
});
hear('options', (changed) => {
  dress(changed);
  render();
  // The page may have brought other words for its button.
  tell('away', { isAway: conversation.isAway });
});
part('close').addEventListener('click', () => tell('close'));
document.addEventListener('keydown', (event) => event.key === 'Escape' && tell('close'));

dress({});
render();
sayAutomatically({ messages: page.automatic });
reader.look();
if (page.open) open(page);
greet();
outbox.drain();
