import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAuditActivities } from '../../../activities/drift/create-audit-activities.ts';
import type { DriftDeps } from '../../../activities/drift/deps.ts';
import { piecesOf } from '../../../activities/drift/reading/pieces.ts';
import { createAuditRound } from '../../../activities/drift/round.ts';
import { createSeal } from '../../../activities/drift/seal.ts';
import {
  driftKind,
  judgedFinding,
  type DriftAudit,
  type JudgedFinding,
} from '../../../contracts/drift.ts';
import { queuedAudit, type AuditEnd } from '../../../domain/drift/audit.ts';
import type { Facts, ServiceFacts } from '../../../domain/drift/facts.ts';
import { judge } from '../../../domain/drift/judge.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { findingExample } from '../../domain/drift/finding-example.ts';
import { seeds, untouchedFacts } from '../../domain/drift/seeds.ts';

let folder: string;
let store: Store;
let now: number;
const deps = (): DriftDeps => ({
  power: { store, host: 'box', clock: () => now } as unknown as DriftDeps['power'],
  seal: (value) => value,
  runs: () => ({ startAudit: async () => undefined, auditRun: async () => false }),
  metrics: { ended: () => undefined, found: () => undefined },
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-drift-'));
  store = await openStore(`sqlite:${folder}/store.db`);
  now = Date.parse('2026-11-29T12:00:00Z');
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const judged: JudgedFinding = judgedFinding.strip().parse(findingExample);
const begin = async (audit_id: string): Promise<void> => {
  const about = { audit_id, host: 'box', owner: 'ana', correlation_id: 'c-1' };
  await store.drift.create(
    queuedAudit({ ...about, modules: null, include_tests: false }, now),
    [],
    'token-1',
  );
};
const endOf = (found: JudgedFinding[]): AuditEnd => ({
  ok: true,
  found,
  covered: { services: ['web'], busy: [], whole: true, containers: 1, read_ms: 2 },
});
/** Calls an activity as Temporal does. */
const run = <O>(work: () => Promise<O>): Promise<O> => new MockActivityEnvironment().run(work);
const end = (audit_id: string, how: AuditEnd): Promise<DriftAudit> =>
  run(() => createAuditActivities(deps()).endAudit({ audit_id, end: how }));
const typesOfEvents = async () => (await store.events.after(0, 100)).map(({ type }) => type);

describe('what an audit found', () => {
  test('is kept with a fingerprint that has no value in it, and an event once', async () => {
    await begin('audit-00000001');
    expect(await end('audit-00000001', endOf([judged]))).toMatchObject({
      status: 'done',
      found: { drift: 1 },
      fresh: 1,
      services: 1,
    });
    const [first] = await store.drift.findings();
    now += 60_000;
    await begin('audit-00000002');
    await end('audit-00000002', endOf([{ ...judged, actual: '1' }]));
    const [second] = await store.drift.findings();
    expect(second).toEqual({ ...first, actual: '1', seen_at: '2026-11-29T12:01:00.000Z' });
    expect(await typesOfEvents()).toEqual(['drift.found', 'drift.audited', 'drift.audited']);
    await begin('audit-00000003');
    expect(await end('audit-00000003', endOf([]))).toMatchObject({ cleared: 1 });
    expect(await store.drift.findings()).toEqual([]);
    expect((await typesOfEvents()).slice(-2)).toEqual(['drift.cleared', 'drift.audited']);
  });
  test('is stored once, however often its end is', async () => {
    await begin('audit-00000001');
    const first = await end('audit-00000001', endOf([judged]));
    expect(await end('audit-00000001', endOf([]))).toEqual(first);
    expect(await store.drift.findings()).toHaveLength(1);
  });
  test('stays if an audit fails, or reports what nobody may store', async () => {
    await begin('audit-00000001');
    await end('audit-00000001', endOf([judged]));
    await begin('audit-00000002');
    const strange = endOf([{ ...judged, severity: 'huge' } as never]);
    await expect(end('audit-00000002', strange)).rejects.toThrow('0.severity');
    const lost = await end('audit-00000002', { ok: false, cause: 'lost', detail: 'x' });
    expect(lost).toMatchObject({ status: 'failed', cause: 'lost' });
    expect(await store.drift.findings()).toHaveLength(1);
  });
});

test('an audit whose workflow is gone is ended, and says so', async () => {
  await begin('audit-00000001');
  now += 120_000;
  await createAuditRound(deps())();
  const ended = await store.drift.find('audit-00000001');
  expect(ended).toMatchObject({ status: 'failed', cause: 'lost' });
});

describe('facts in pieces', () => {
  const covered = { services: ['a'], busy: [], whole: true, containers: 4, read_ms: 1 };
  const untouched = untouchedFacts();
  const changed = untouchedFacts();
  seeds.limits_changed[1](changed);
  /** @param size of what else is known of it */
  const named = (name: string, facts: Facts, size = 0): ServiceFacts => {
    const [service] = structuredClone(facts.services);
    const [container] = service!.containers;
    return { ...service!, name, containers: [{ ...container!, id: 'x'.repeat(size) }] };
  };

  test('are as many as a message each needs, the stack with the first', () => {
    const services = ['a', 'b', 'c', 'd'].map((name) => named(name, changed, 30_000));
    const pieces = piecesOf({ facts: { ...changed, services }, covered });
    expect(pieces.map((one) => one.facts.services.map(({ name }) => name))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(pieces.map((one) => one.facts.stack !== null)).toEqual([true, false]);
  });

  test('leave out services of which nothing is found, and nothing else', () => {
    const services = Array.from({ length: 200 }, (_, nth) =>
      named(`s${nth}`, nth === 70 ? changed : untouched),
    );
    const facts = { ...untouched, services };
    const pieces = piecesOf({ facts, covered });
    expect(pieces.map((one) => one.facts.services.map(({ name }) => name))).toEqual([['s70']]);
    expect(pieces.flatMap((one) => judge(one.facts))).toEqual(judge(facts));
    expect(judge(facts).map(({ path }) => path)).toEqual(['services.s70.mem_limit']);
  });

  test.each(driftKind.options)('%s is judged in them as in the whole', (kind) => {
    const facts = untouchedFacts();
    seeds[kind][1](facts);
    expect(piecesOf({ facts, covered }).flatMap((one) => judge(one.facts))).toEqual(judge(facts));
  });
});

test('a sealed value shows that it is the same, under a key, and not what it is', () => {
  const [one, other] = [createSeal('key'), createSeal('other key')];
  expect(one('words')).toMatch(/^hmac:[\da-f]{12}$/);
  expect(one('words')).toBe(createSeal('key')('words'));
  const all = [one('words'), one('word'), other('words'), createSeal(null)('words')];
  expect(new Set(all).size).toBe(4);
});
