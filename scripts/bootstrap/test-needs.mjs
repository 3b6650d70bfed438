import { Ended } from './ending.mjs';
import { aptInstall, findExecutable, mayUseApt, say } from './machine.mjs';

/** Brings what tests use when it is there, and do without when it is not: Redis. Throws only `Ended`. */
export async function ensureTestNeeds() {
  if (findExecutable('redis-server') || !mayUseApt()) return;
  try {
    await aptInstall('installing Redis with apt, for the tests', 'redis-server');
  } catch (error) {
    if (error instanceof Ended) throw error;
    say(`going on without Redis: ${error.message}`);
  }
}
