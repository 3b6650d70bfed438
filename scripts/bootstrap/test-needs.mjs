import { aptInstall, findExecutable, mayUseApt, say } from './machine.mjs';

/** Brings what tests use when it is there, and do without when it is not: Redis. Never throws. */
export function ensureTestNeeds() {
  if (findExecutable('redis-server') || !mayUseApt()) return;
  say('installing Redis with apt, for the tests');
  try {
    aptInstall('redis-server');
  } catch (error) {
    say(`going on without Redis: ${error.message}`);
  }
}
