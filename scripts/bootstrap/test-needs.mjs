import { Ended } from './ending.mjs';
import { aptInstall, findExecutable, mayUseApt, say } from './machine.mjs';

/** Installs Redis if possible; tests that need it are skipped without it. Throws only `Ended`. */
export async function ensureTestNeeds() {
  if (findExecutable('redis-server') || !mayUseApt()) return;
  try {
    await aptInstall('installing Redis with apt, for the tests', 'redis-server');
  } catch (error) {
    if (error instanceof Ended) throw error;
    say(`continuing without Redis: ${error.message}`);
  }
}
