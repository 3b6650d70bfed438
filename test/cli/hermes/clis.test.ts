import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ProgramScan } from '../../../contracts/programs.ts';
import { endedScan, scanWith, type ScanEnd } from '../../../domain/programs/scan.ts';
import { programExample } from '../../../gateway/programs/examples.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import type { KeptProgram } from '../../../store/programs/programs.ts';
import { aService } from '../../domain/samples.ts';
import {
  adminToken,
  beat,
  catalog,
  startGateway,
  view,
  type Gateway,
} from '../../gateway/fixture.ts';
import { vx11 } from '../fixture.ts';

const { host: _host, ...finding } = programExample;
const npm: KeptProgram = { ...finding, identity: null, asked: false };
const jq: KeptProgram = {
  ...npm,
  name: 'jq',
  category: 'utilities',
  path: '/usr/bin/jq',
  version: null,
  version_from: 'unknown',
  usable: false,
  reason: 'it is not executable',
  auth: 'unknown',
};

let gateway: Gateway;
let url: string;
let end: ScanEnd;
beforeAll(async () => {
  const temporal = {
    ...connectTemporal('127.0.0.1:1', 'default'),
    // every scan finds two programs and ends at once
    async startScan({ scan_id, host }: ProgramScan) {
      await gateway.store.programs.replace(host, [npm, jq]);
      await gateway.store.programs.change(scan_id, (scan) => ({
        view: endedScan(scanWith(scan, [npm, jq], 20, Date.now()), end, Date.now()),
        events: [],
      }));
    },
    breaker: 'closed' as const,
  };
  gateway = await startGateway({ deps: { temporal } });
  await gateway.store.services.saveCatalog(catalog([aService('hermes')]), []);
  await beat(gateway.store);
  url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
beforeEach(() => void (end = { ok: true, asked: 1 }));
afterAll(() => gateway.close());

const run = (...line: string[]) =>
  vx11(['clis', ...line], { VX11_URL: url, VX11_TOKEN: adminToken });

test('before any scan, it says how to start one', async () => {
  const { code, out } = await run();
  expect({ code, out }).toEqual({
    code: 0,
    out: 'No host was searched yet: vx11 open hermes --ttl 10m, then vx11 clis --scan',
  });
});

test('a scan while hermes sleeps is refused, with the command that opens it', async () => {
  const { code, err } = await run('--scan');
  expect(code).toBe(3);
  expect(err).toContain('off_by_policy: hermes is asleep. Open it:');
  expect(err).toContain('vx11 open hermes --ttl 10m');
});

test('a scan ends with a table of what was found, and why something cannot be used', async () => {
  const window = view({ services: ['hermes'], members: ['hermes'] });
  await gateway.store.windows.save(window, []);
  const lease = { window_id: window.window_id, host: 'box', service: 'hermes', is_open: true };
  await gateway.store.leases.reserve(window.window_id, [{ ...lease, deadline: null }], 1);
  const { code, out, err } = await run('--scan');
  expect(code).toBe(0);
  expect(err).toMatch(/^scan-\w+ looks for \d+ programs on box$/m);
  expect(out).toMatch(/^NAME +CATEGORY +VERSION +FROM +USABLE +LOGIN +WHERE +PATH$/m);
  expect(out).toMatch(/^jq +utilities +– +no +box:image +\/usr\/bin\/jq: it is not executable$/m);
  expect(out).toMatch(/^npm +packages +11\.6\.2 +file +yes +missing +box:image/m);
  expect(out).toMatch(/^box: 2 of \d+ names found, .* \(done\)$/m);
});

test('a scan that failed says why', async () => {
  end = { ok: false, cause: 'hermes_unavailable', detail: 'it did not answer' };
  const { code, err } = await run('--scan');
  expect({ code, said: err.includes('hermes_unavailable: it did not answer') }).toEqual({
    code: 1,
    said: true,
  });
});

test.each([
  [['--usable'], ['npm']],
  [['--no-usable'], ['jq']],
  [['--category', 'packages'], ['npm']],
  [['--name', 'jq'], ['jq']],
  [['--host', 'nowhere'], []],
])('%j filters', async (line, names) => {
  const { out } = await run(...line);
  expect(['npm', 'jq'].filter((name) => new RegExp(`^${name} `, 'm').test(out))).toEqual(names);
});

test('a category that does not exist is refused', async () =>
  expect((await run('--category', 'toys')).code).toBe(2));
