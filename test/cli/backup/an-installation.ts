import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore, type Store } from '../../../store/index.ts';
import { view } from '../../gateway/fixture.ts';
import { vx11, type Run } from '../fixture.ts';

const window = view();
export const windowId = window.window_id;

/** A home with a store that has one window, a token and a key. It is removed with its test. */
export async function anInstallation() {
  const root = mkdtempSync(join(tmpdir(), 'vx11-backup-'));
  const home = join(root, 'home');
  const file = join(root, 'vx11.backup');
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const run = (line: string, env: NodeJS.ProcessEnv = {}): Promise<Run> =>
    vx11(line.split(' '), { VX11_HOME: home, ...env });
  const withStore = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
    const store = await openStore(`sqlite:${join(home, 'vx11.db')}`);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };
  return {
    root,
    home,
    file,
    run,
    withStore,
    async fill() {
      await withStore((store) =>
        store.windows.request(window, [
          { type: 'window.requested', at: 1, actor: 'a', window_id: windowId },
          { type: 'window.open', at: 2, actor: 'a', window_id: windowId },
        ]),
      );
      writeFileSync(join(home, 'tokens.env'), 'VX11_TOKEN=first\n', { mode: 0o600 });
      writeFileSync(join(home, 'internal.key'), `${'k'.repeat(43)}\n`, { mode: 0o600 });
      writeFileSync(join(home, 'temporal.db'), 'runs');
    },
    windows: () =>
      withStore(async (store) =>
        (await store.windows.list({ limit: 10 })).windows.map(({ window_id }) => window_id),
      ),
    token: () => readFileSync(join(home, 'tokens.env'), 'utf8'),
    /** What is in the folder of the backup, and in the home, under names of unfinished work. */
    leftovers: () =>
      [...readdirSync(root), ...readdirSync(home)].filter((name) => name.startsWith('.vx11-')),
  };
}
