// What happens in the chat is told to the page and to the counters that are on it already; none is ever fetched.

const titles = {
  opened: 'Chat opened', started: 'Chat started', sent: 'Message sent', answered: 'Message received',
  automatic: 'Automatic message shown',
};

function tellCounters(setup, guarded, name) {
  const title = titles[name];
  if (!title) return;
  guarded(() => setup.onAnalyticEvent && setup.onAnalyticEvent(title, { category: 'Chatra', action: title }));
  if (!setup.disableGaTracking) guarded(() => tellGoogle(title, setup.gaTrackingId));
  if (!setup.disableYaTracking) guarded(() => tellYandex(`chatra_${title.toLowerCase().replace(/ /g, '_')}`, setup.yaCounterId));
}

function tellGoogle(title, counter) {
  const { gtag, ga, dataLayer } = window;
  if (typeof gtag === 'function') {
    gtag('event', title, Object.assign({ event_category: 'Chatra' }, counter && { send_to: counter }));
  } else if (typeof ga === 'function') {
    const trackers = ga.getAll ? ga.getAll() : [];
    const tracker = trackers.find((one) => !counter || one.get('trackingId') === counter);
    ga(tracker ? `${tracker.get('name')}.send` : 'send', 'event', 'Chatra', title);
  } else if (Array.isArray(dataLayer)) {
    dataLayer.push({ event: title, eventCategory: 'Chatra', eventAction: title });
  }
}

function tellYandex(goal, counter) {
  const found = counter || (Object.keys(window).find((name) => /^yaCounter\d+$/.test(name)) || '').slice(9);
  if (!found) return;
  if (typeof window.ym === 'function') window.ym(Number(found), 'reachGoal', goal);
  else if (window[`yaCounter${found}`]) window[`yaCounter${found}`].reachGoal(goal);
}
