import { beforeAll, describe, expect, test } from 'vitest';
import { queuedScan } from '../../../../domain/programs/scan.ts';
import type { Store } from '../../../../store/index.ts';
import type { KeptProgram } from '../../../../store/programs/programs.ts';
import { noon } from '../../../domain/samples.ts';
import type { StoreUnderTest } from '../under-test.ts';

const kept = (change: Partial<KeptProgram> = {}): KeptProgram => ({
  name: 'git',
  category: 'version-control',
  path: '/usr/bin/git',
  realpath: '/usr/bin/git',
  root: 'image',
  version: '2.39.5',
  version_from: 'run',
  usable: true,
  reason: null,
  auth: 'unknown',
  checked_at: '2026-11-29T12:00:00.000Z',
  identity: { realpath: '/usr/bin/git', inode: '18446744073709551615', size: 1, mtime_ms: 1.5 },
  asked: true,
  ...change,
});
const scanOf = (scan_id: string, host: string, at: number) => {
  const request = { scan_id, host, owner: 'ana', correlation_id: 'c-1', refresh: false };
  return queuedScan(request, 130, at);
};

export function describePrograms(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));

  describe('programs', () => {
    test('are what the newest look at their host found, with the state of each file', async () => {
      await store.programs.replace('p-box', [kept(), kept({ name: 'svn' })]);
      await store.programs.replace('p-other', [kept({ root: 'host' })]);
      await store.programs.replace('p-box', [kept({ root: 'host' }), kept()]);
      expect(await other.programs.found('p-box')).toEqual([kept({ root: 'host' }), kept()]);
      expect(await other.programs.found('p-other')).toEqual([kept({ root: 'host' })]);
      await store.programs.replace('p-other', []);
      expect(await other.programs.found('p-other')).toEqual([]);
    });
    test('are listed by host, category, use and name', async () => {
      const jq = kept({ name: 'jq', category: 'utilities', usable: false });
      await store.programs.replace('p-list', [kept(), jq]);
      const { identity: _identity, asked: _asked, ...finding } = jq;
      expect(await other.programs.list({ host: 'p-list', usable: false })).toEqual([
        { ...finding, host: 'p-list' },
      ]);
      const names = async (filter: object) =>
        (await other.programs.list({ host: 'p-list', ...filter })).map(({ name }) => name);
      expect(await names({})).toEqual(['git', 'jq']);
      expect(await names({ category: 'version-control', usable: true })).toEqual(['git']);
      expect(await names({ name: 'jq', usable: true })).toEqual([]);
    });
  });

  describe('scans', () => {
    test('the newest of each host is shown, and one that has ended never changes', async () => {
      for (const [id, host, at] of [
        ['scan-0000000a', 's-box', noon],
        ['scan-0000000b', 's-box', noon + 1],
        ['scan-0000000c', 's-other', noon - 1],
      ] as const)
        await store.programs.create(scanOf(id, host, at), [], null);
      const newest = await other.programs.newestScans();
      const ids = newest.filter(({ host }) => host.startsWith('s-')).map(({ scan_id }) => scan_id);
      expect(ids).toEqual(['scan-0000000b', 'scan-0000000c']);
      expect(await other.programs.newestScans('s-other')).toHaveLength(1);
      const finished_at = new Date(noon).toISOString();
      const end = (status: 'done' | 'failed') =>
        store.programs.change('scan-0000000b', (view) => ({
          view: { ...view, status, finished_at },
          events: [],
        }));
      await end('done');
      expect(await end('failed')).toMatchObject({ status: 'done' });
      const live = (await other.programs.live()).map(({ scan_id }) => scan_id);
      expect(live).toEqual(expect.arrayContaining(['scan-0000000a', 'scan-0000000c']));
      expect(live).not.toContain('scan-0000000b');
    });

    test('of a host that have not ended are all found, however many older ones there are elsewhere', async () => {
      for (let nth = 0; nth < 101; nth += 1)
        await store.programs.create(
          scanOf(`scan-busy${nth}`, 's-busy', noon - 200 + nth),
          [],
          null,
        );
      await store.programs.create(scanOf('scan-calm', 's-calm', noon), [], null);
      expect(await other.programs.live('s-busy')).toHaveLength(101);
      expect(await other.programs.live('s-calm')).toMatchObject([{ scan_id: 'scan-calm' }]);
      expect((await other.programs.live()).length).toBeGreaterThanOrEqual(102);
    });
  });
}
