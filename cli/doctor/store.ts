import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../store/index.ts';
import type { UpSettings } from '../up/settings.ts';
import { fail, ok, warn, type Check, type Finding } from './finding.ts';

/** Checks that the store is writable and intact, and that the hash chains of its logs verify. */
export const storeCheck = ({ env, home }: UpSettings): Check => ({
  name: 'store',
  fix: "check VX11_STORE_URL, and see madre's log",
  async run() {
    const url = env.VX11_STORE_URL ?? '';
    const file = url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : null;
    const first = file === null ? ok('store', 'Postgres') : fileFinding(file);
    if (first.state !== 'ok' || (file !== null && !existsSync(file))) return [first];
    const store = await openStore(url);
    try {
      const fix = `the log was changed or damaged; keep ${home} as it is and restore a backup`;
      const found = [first];
      for (const log of store.audit.logs) {
        const proof = await store.audit.verify(log);
        const name = `${log.slice(0, -1)} chain`;
        found.push(
          proof.ok
            ? ok(name, `${proof.checked} ${log} verify`)
            : fail(name, `breaks at row ${proof.broken_at}: ${proof.because}`, fix),
        );
      }
      return found;
    } finally {
      await store.close();
    }
  },
});

function fileFinding(file: string): Finding {
  const name = 'store';
  if (!existsSync(file)) return ok(name, `${file} does not exist yet; the first start creates it`);
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    accessSync(dirname(file), constants.W_OK);
  } catch {
    return fail(
      name,
      `${file} is not writable`,
      'give this user write access to the file and its folder',
    );
  }
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const row = database.prepare('pragma quick_check(1)').get() as { quick_check: string };
    return row.quick_check === 'ok'
      ? ok(name, `${file} is intact and writable`)
      : fail(name, `${file}: ${row.quick_check}`, 'stop VX11 and restore a backup of this file');
  } finally {
    database.close();
  }
}

/** Checks that only the owner can read the home's private files, and whether other users can list the home. */
export const homeCheck = ({ home }: UpSettings): Check => ({
  name: 'home',
  fix: `make ${home} readable, or set VX11_HOME`,
  async run() {
    const name = 'home';
    const mode = statSync(home, { throwIfNoEntry: false })?.mode ?? 0;
    if (mode === 0) return [ok(name, `${home} does not exist yet; the first start creates it`)];
    const open = readdirSync(home)
      .filter((file) => /^(tokens\.env|internal\.key|(vx11|temporal)\.db)/.test(file))
      .filter((file) => (statSync(join(home, file)).mode & 0o077) !== 0);
    if (open.length > 0) {
      const which = open.join(', ');
      const fix = `chmod 600 ${open.map((file) => join(home, file)).join(' ')}`;
      return [fail(name, `other users can read or write ${which} in ${home}`, fix)];
    }
    if ((mode & 0o077) === 0) return [ok(name, `only its owner can access ${home}`)];
    const octal = (mode & 0o777).toString(8);
    return [warn(name, `other users can list ${home} (mode ${octal})`, `chmod 700 ${home}`)];
  },
});

const leastFreeBytes = 2 ** 30;

export const diskCheck = ({ home }: UpSettings): Check => ({
  name: 'disk',
  fix: `create ${home}, or set VX11_HOME`,
  async run() {
    const { bavail, bsize } = await statfs(nearestFolder(home));
    const free = bavail * bsize;
    const detail = `${(free / 2 ** 30).toFixed(1)} GiB free for ${home}`;
    return [
      free >= leastFreeBytes
        ? ok('disk', detail)
        : warn('disk', detail, 'free some space: VX11 cannot work without room for its store'),
    ];
  },
});

/** Returns the folder itself, or its nearest parent that exists. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
