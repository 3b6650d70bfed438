import { existsSync } from 'node:fs';
import { Ended } from './ending.mjs';
import { aptInstall, findExecutable, mayUseApt, say } from './machine.mjs';

/** What tests use when it is there, and are skipped without: its Debian package, and whether it is there. */
const needs = [
  ['Redis', 'redis-server', () => findExecutable('redis-server') !== undefined],
  ['Postgres', 'postgresql', () => existsSync('/usr/lib/postgresql') || hasPostgres()],
  ['libfaketime', 'faketime', () => findExecutable('faketime') !== undefined],
];
const hasPostgres = () => findExecutable('initdb') !== undefined;

/** Installs what is missing of it. Throws only `Ended`. */
export async function ensureTestNeeds() {
  if (!mayUseApt()) return;
  for (const [name, debian, isThere] of needs) {
    if (isThere()) continue;
    try {
      await aptInstall(`installing ${name} with apt, for the tests`, debian);
    } catch (error) {
      if (error instanceof Ended) throw error;
      say(`going on without ${name}: ${error.message}`);
    }
  }
}
