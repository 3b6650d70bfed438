import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TimeoutError, timeout } from '../../platform/concurrency/timeout.ts';
import { isOlderStore, openStore } from '../../store/index.ts';
import { backupNames } from '../backup/manifest.ts';
import { quickCheck } from '../backup/quick-check.ts';
import type { UpSettings } from '../up/settings.ts';
import { fail, ok, warn, type Check, type Finding } from './finding.ts';

/** How long the walk of one log may take, in ms: a check ends after 15 s. */
const walkMs = 5000;

const unlessLate = (error: unknown): null => {
  if (error instanceof TimeoutError) return null;
  throw error;
};

/** Checks that the store is writable and intact, and that the hash chains of its logs verify. */
export const storeCheck = ({ env, home }: UpSettings): Check => ({
  name: 'store',
  fix: "check VX11_STORE_URL, and see madre's log",
  async run() {
    const url = env.VX11_STORE_URL ?? '';
    const file = url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : null;
    const first = file === null ? ok('store', 'Postgres') : fileFinding(file);
    if (first.state !== 'ok' || (file !== null && !existsSync(file))) return [first];
    // an older VX11 may run on these tables, and would not start again once they are changed
    if (await isOlderStore(url)) {
      const detail = 'not checked: the tables are missing, or those of an older VX11';
      return [first, warn('chains', detail, 'start VX11 again, which brings them up to date')];
    }
    const store = await openStore(url);
    try {
      const fix = `the log was changed or damaged; keep ${home} as it is and restore a backup`;
      const found = [first];
      for (const log of store.audit.logs) {
        const name = `${log.slice(0, -1)} chain`;
        const proof = await timeout(walkMs, 'the walk', store.audit.verify(log)).catch(unlessLate);
        if (proof === null) {
          const detail = `not checked: it is too long for ${walkMs / 1000} s`;
          found.push(warn(name, detail, `check it with: vx11 audit verify --log ${log}`));
          continue;
        }
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
  const problem = quickCheck(file);
  return problem === null
    ? ok(name, `${file} is intact and writable`)
    : fail(name, `${file}: ${problem}`, 'stop VX11 and restore a backup (vx11 restore)');
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
      .filter((file) => [...backupNames, 'temporal.db'].some((own) => file.startsWith(own)))
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
