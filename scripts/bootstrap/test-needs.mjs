import { existsSync } from 'node:fs';
import { Ended } from './ending.mjs';
import { aptInstall, findExecutable, mayUseApt, say } from './machine.mjs';

const has = (program) => findExecutable(program) !== undefined;

/** What tests use when it is there, and are skipped without. */
const needs = [
  { name: 'Redis', debian: 'redis-server', isThere: () => has('redis-server') },
  {
    name: 'Postgres',
    debian: 'postgresql',
    isThere: () => existsSync('/usr/lib/postgresql') || has('initdb'),
  },
  { name: 'libfaketime', debian: 'faketime', isThere: () => has('faketime') },
  { name: 'a registry', debian: 'docker-registry', isThere: () => has('docker-registry') },
  { name: 'nginx', debian: 'nginx', isThere: () => existsSync('/usr/sbin/nginx') || has('nginx') },
  { name: 'Caddy', debian: 'caddy', isThere: () => has('caddy') },
  { name: 'Chromium', debian: 'chromium', isThere: () => has('chromium') },
];

/** Installs what is missing. Throws only `Ended`. */
export async function ensureTestNeeds() {
  if (!mayUseApt()) return;
  for (const { name, debian, isThere } of needs) {
    if (isThere()) continue;
    try {
      await aptInstall(`installing ${name} with apt, for the tests`, debian);
    } catch (error) {
      if (error instanceof Ended) throw error;
      say(`continuing without ${name}: ${error.message}`);
    }
  }
}
