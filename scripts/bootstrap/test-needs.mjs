import { existsSync } from 'node:fs';
import { Ended } from './ending.mjs';
import { aptInstall, findExecutable, mayUseApt, say } from './machine.mjs';
import { findPromtool, unpackPromtool } from './promtool.mjs';

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
  { name: 'ffmpeg', debian: 'ffmpeg', isThere: () => has('ffmpeg') },
  { name: 'bpm', debian: 'bpm-tools', isThere: () => has('bpm') },
  { name: 'sox', debian: 'sox', isThere: () => has('sox') },
  { name: 'Chromium', debian: 'chromium', isThere: () => has('chromium') },
  {
    name: 'promtool',
    isThere: () => findPromtool() !== undefined,
    install: (what) => unpackPromtool(what),
  },
];

/** Installs what is missing. Throws only `Ended`. */
export async function ensureTestNeeds() {
  if (!mayUseApt()) return;
  for (const { name, debian, isThere, install } of needs) {
    if (isThere()) continue;
    try {
      const what = `installing ${name} with apt, for the tests`;
      await (install ? install(what) : aptInstall(what, debian));
    } catch (error) {
      if (error instanceof Ended) throw error;
      say(`continuing without ${name}: ${error.message}`);
    }
  }
}
