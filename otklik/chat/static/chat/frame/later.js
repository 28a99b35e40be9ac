// What few visitors need is fetched when it is needed: the contact form, the conversation as a file (../later/).

import { config } from './config.js';
import { address } from './door.js';

let tries = 0;

/** The module with all of it. A browser remembers one that it could not get, by its address. */
export async function later() {
  try {
    return await import(address(`../${config.later}&${tries}`));
  } catch (error) {
    tries += 1;
    throw error;
  }
}
