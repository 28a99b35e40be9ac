// Days and times in the visitor's language and zone.

import { config } from './config.js';

const clock = new Intl.DateTimeFormat(config.language, { timeStyle: 'short' });
const thisYear = new Intl.DateTimeFormat(config.language, { day: 'numeric', month: 'long' });
const otherYear = new Intl.DateTimeFormat(config.language, { day: 'numeric', month: 'long', year: 'numeric' });
const relative = new Intl.RelativeTimeFormat(config.language, { numeric: 'auto' });

const midnight = (at) => new Date(at).setHours(0, 0, 0, 0);

export const timeOf = (at) => clock.format(at);

/** Sorts by days: equal for two moments of one day. */
export const dayOf = (at) => midnight(at);

export function dayName(at) {
  const days = Math.round((midnight(at) - midnight(Date.now())) / 86400000);
  if (days === 0 || days === -1) return capital(relative.format(days, 'day'));
  const isThisYear = new Date(at).getFullYear() === new Date().getFullYear();
  return (isThisYear ? thisYear : otherYear).format(at);
}

const capital = (word) => word[0].toLocaleUpperCase(config.language) + word.slice(1);
