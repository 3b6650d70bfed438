import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DriftAudit, DriftAuditAnswer, DriftListAnswer } from '../../../contracts/drift.ts';
import { queuedAudit } from '../../../domain/drift/audit.ts';
import { auditExample } from '../../../gateway/drift/examples.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { findingExample } from '../../domain/drift/finding-example.ts';
import { aService } from '../../domain/samples.ts';
import { beat, catalog, startGateway, view, type Gateway } from '../fixture.ts';

const started: DriftAudit[] = [];
let gateway: Gateway;
const remark = { ...findingExample, fingerprint: 'a'.repeat(64), service: 'db' } as const;
/** Every audit finds the same and ends at once. */
const temporal = {
  ...connectTemporal('127.0.0.1:1', 'default'),
  async startAudit(audit: DriftAudit) {
    started.push(audit);
    await gateway.store.drift.judge(audit.host, () => ({
      findings: [findingExample, { ...remark, severity: 'info', state: 'info' }],
      events: [],
      answer: null,
    }));
    await gateway.store.drift.change(audit.audit_id, (now) => ({
      view: { ...now, status: 'done', finished_at: auditExample.finished_at },
      events: [],
    }));
  },
  breaker: 'closed' as const,
};

async function seeded(change: Parameters<typeof startGateway>[0] = {}): Promise<Gateway> {
  const one = await startGateway(change);
  await one.store.services.saveCatalog(catalog([aService('manifestator'), aService('web')]), []);
  await beat(one.store);
  return one;
}
async function wake({ store }: Gateway): Promise<void> {
  const services = ['manifestator'];
  const window = view({ services, members: services, target: 'manifestator' });
  await store.windows.save(window, []);
  const lease = { window_id: window.window_id, host: 'box', service: 'manifestator' };
  const until = { deadline: Date.now() + 60_000, is_open: true };
  await store.leases.reserve(window.window_id, [{ ...lease, ...until }], Date.now());
}
const tokens = new Map<Gateway, string>();
/** One token, since an Idempotency-Key belongs to its caller. */
async function operatorOf(one: Gateway): Promise<string> {
  const token = tokens.get(one) ?? (await one.token('operator'));
  tokens.set(one, token);
  return token;
}
const audit = async (one: Gateway, payload: object = {}, more: Record<string, string> = {}) =>
  one.inject({
    method: 'POST',
    url: '/manifestator/drift/audit',
    headers: { 'x-vx11-token': await operatorOf(one), ...more },
    payload,
  });
const read = async (url: string) =>
  gateway.inject({ url, headers: { 'x-vx11-token': await gateway.token('viewer') } });

beforeAll(async () => void (gateway = await seeded({ deps: { temporal } })));
afterAll(() => gateway.close());

test('while manifestator sleeps nothing is started, and the hint opens it', async () => {
  const answer = await audit(gateway, {}, { 'idempotency-key': 'early' });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    status: 'ERROR',
    audit: null,
    items: [],
    error: 'off_by_policy',
    hint: expect.stringContaining('vx11 open manifestator --ttl 10m') as string,
  });
  expect(started).toEqual([]);
});

test('where the file has no manifestator, the hint says so', async () => {
  const bare = await startGateway({ deps: { temporal } });
  await bare.store.services.saveCatalog(catalog([aService('web')]), []);
  await beat(bare.store);
  const { hint } = (await audit(bare)).json<DriftAuditAnswer>();
  expect(hint).toContain('has no service `manifestator`');
  await bare.close();
});

describe('while manifestator is awake', () => {
  beforeAll(() => wake(gateway));

  test('an audit answers with what it found, and a retry with the same', async () => {
    const key = { 'idempotency-key': 'once' };
    const answer = (await audit(gateway, {}, key)).json<DriftAuditAnswer>();
    expect(answer).toMatchObject({ status: 'DONE', drift_items: 1, error: null });
    expect(answer.items.map(({ severity }) => severity)).toEqual(['warn', 'info']);
    expect(answer.audit).toMatchObject({ host: 'box', owner: 'a operator', modules: null });
    const before = started.length;
    const again = await audit(gateway, {}, key);
    expect(again.json()).toMatchObject({ audit: answer.audit });
    expect(started).toHaveLength(before);
  });
  test('only the named services are answered', async () => {
    const body = { modules: ['db'], include_tests: true };
    const answer = (await audit(gateway, body)).json<DriftAuditAnswer>();
    expect(started.at(-1)).toMatchObject(body);
    expect(answer.items.map(({ service }) => service)).toEqual(['db']);
  });
  test('an audit of other services that runs is not taken for this one', async () => {
    const other = queuedAudit(
      {
        audit_id: 'audit-00000000000000ee',
        host: 'box',
        owner: 'ada',
        correlation_id: 'c-2',
        modules: ['db'],
        include_tests: false,
      },
      Date.now(),
    );
    await gateway.store.drift.create(other, [], null);
    const before = started.length;
    const answer = (await audit(gateway, { modules: ['web'] })).json<DriftAuditAnswer>();
    expect(started).toHaveLength(before + 1);
    expect(answer.audit).toMatchObject({ modules: ['web'], status: 'done' });
    await gateway.store.drift.change(other.audit_id, (now) => ({
      view: { ...now, status: 'done', finished_at: auditExample.finished_at },
      events: [],
    }));
  });
  test('what was found is read by viewers, and by state and service', async () => {
    const all = (await read('/drift')).json<DriftListAnswer>();
    expect([all.drift_items, all.items.length, all.audits.length]).toEqual([1, 2, 1]);
    const some = (await read('/drift?state=info&service=db&host=box')).json<DriftListAnswer>();
    expect(some.items.map(({ state }) => state)).toEqual(['info']);
    const [newest] = all.audits;
    const one = await read(`/manifestator/drift/audits/${newest!.audit_id}`);
    expect(one.json()).toEqual(newest);
    expect((await read('/manifestator/drift/audits/audit-00000000')).statusCode).toBe(404);
  });
  test('one whose workflow cannot be started has failed, and says why', async () => {
    const lonely = await seeded();
    await wake(lonely);
    expect((await audit(lonely)).statusCode).toBe(503);
    const [failed] = await lonely.store.drift.newestAudits();
    expect(failed).toMatchObject({ status: 'failed', cause: 'temporal_unavailable' });
    await lonely.close();
  });
});
