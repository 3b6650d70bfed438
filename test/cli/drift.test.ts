import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DriftAudit, DriftFinding } from '../../contracts/drift.ts';
import { auditExample } from '../../gateway/drift/examples.ts';
import { connectTemporal } from '../../gateway/temporal/port.ts';
import { findingExample } from '../domain/drift/finding-example.ts';
import { aService } from '../domain/samples.ts';
import { adminToken, beat, catalog, startGateway, view, type Gateway } from '../gateway/fixture.ts';
import { vx11 } from './fixture.ts';

let gateway: Gateway;
let url: string;
let found: DriftFinding[];
let failed: boolean;
beforeAll(async () => {
  const temporal = {
    ...connectTemporal('127.0.0.1:1', 'default'),
    async startAudit({ audit_id, host }: DriftAudit) {
      await gateway.store.drift.judge(host, () => ({ findings: found, events: [], answer: null }));
      await gateway.store.drift.change(audit_id, (now) => ({
        view: {
          ...now,
          status: failed ? 'failed' : 'done',
          finished_at: auditExample.finished_at,
          ...(failed && { cause: 'manifestator_unavailable', detail: 'Try again.' }),
        },
        events: [],
      }));
    },
    breaker: 'closed' as const,
  };
  gateway = await startGateway({ deps: { temporal } });
  await gateway.store.services.saveCatalog(catalog([aService('manifestator')]), []);
  await beat(gateway.store);
  url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
beforeEach(() => void ([found, failed] = [[], false]));
afterAll(() => gateway.close());

const run = (...line: string[]) =>
  vx11(['drift', ...line], { VX11_URL: url, VX11_TOKEN: adminToken });

test('while manifestator sleeps it says how to open it, and the last audit can be read', async () => {
  const refused = await run();
  expect(refused.code).toBe(3);
  expect(refused.err).toContain('vx11 open manifestator --ttl 10m');
  const last = await run('--last');
  expect([last.code, last.out]).toEqual([
    0,
    'Nothing was compared yet: vx11 open manifestator --ttl 10m, then vx11 drift',
  ]);
  const services = ['manifestator'];
  const window = view({ services, members: services, target: 'manifestator' });
  await gateway.store.windows.save(window, []);
  const lease = { window_id: window.window_id, host: 'box', service: 'manifestator' };
  const until = { deadline: Date.now() + 60_000, is_open: true };
  await gateway.store.leases.reserve(window.window_id, [{ ...lease, ...until }], Date.now());
});

test('drift ends with 2, and names the field', async () => {
  found = [findingExample, { ...findingExample, fingerprint: 'a'.repeat(64), state: 'pending' }];
  const { code, out } = await run();
  expect(code).toBe(2);
  expect(out).toMatch(/^SEVERITY +KIND +PATH +DECLARED → IS/);
  expect(out).toContain('services.web.mem_limit');
  expect(out).toContain('134217728 → 67108864');
  expect(out).toContain('1 more with --all');
  expect((await run('--last', '--all')).out).toContain('pending');
  expect((await run('--last', 'db')).code).toBe(0);
});

test('without drift it ends with 0', async () => {
  const { code, out } = await run();
  expect([code, out.split('\n')[0]]).toEqual([0, 'No drift.']);
});

test('an audit that failed ends with 1, and says why', async () => {
  failed = true;
  const { code, err } = await run();
  expect([code, err]).toEqual([1, 'manifestator_unavailable: Try again.']);
});
