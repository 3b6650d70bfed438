import { beforeAll, describe, expect, test } from 'vitest';
import type { DriftFinding } from '../../../../contracts/drift.ts';
import { queuedAudit } from '../../../../domain/drift/audit.ts';
import type { Store } from '../../../../store/index.ts';
import { findingExample } from '../../../domain/drift/finding-example.ts';
import { noon } from '../../../domain/samples.ts';
import type { StoreUnderTest } from '../under-test.ts';

const one = (nth: number, host = 'd-box'): DriftFinding => ({
  ...findingExample,
  host,
  fingerprint: nth.toString(16).padStart(64, '0'),
});
const auditOf = (audit_id: string, host: string, at: number) => {
  const about = { audit_id, host, owner: 'ana', correlation_id: 'c-1' };
  return queuedAudit({ ...about, modules: ['web'], include_tests: false }, at);
};

export function describeDrift(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));

  describe('findings of drift', () => {
    test('are replaced together, from what was known, with their events', async () => {
      const many = Array.from({ length: 250 }, (_, nth) => one(nth));
      const elsewhere = [one(1, 'd-other')];
      await store.drift.judge('d-box', () => ({ findings: many, events: [], answer: null }));
      await store.drift.judge('d-other', () => ({ findings: elsewhere, events: [], answer: null }));
      expect(await other.drift.findings('d-box')).toEqual(many);
      const event = { type: 'drift.cleared', at: noon, actor: 'a', host: 'd-box' } as const;
      const known = await store.drift.judge('d-box', (kept) => ({
        findings: kept.slice(1),
        events: [event],
        answer: kept.length,
      }));
      expect(known).toBe(250);
      expect(await other.drift.findings('d-box')).toEqual(many.slice(1));
      expect(await other.drift.findings('d-other')).toEqual(elsewhere);
      const newest = await other.events.after((await other.events.newest()) - 1, 1);
      expect(newest).toMatchObject([{ type: 'drift.cleared' }]);
    });
    test('are held against what each host remembers', async () => {
      await store.drift.remember(
        'd-box',
        new Map<string, unknown>([
          ['a', { x: 1 }],
          ['b', 2],
        ]),
        1,
      );
      await store.drift.remember(
        'd-box',
        new Map<string, unknown>([
          ['a', { x: 2 }],
          ['b', null],
        ]),
        2,
      );
      await store.drift.remember('d-other', new Map([['a', 3]]), 3);
      expect(await other.drift.baselines('d-box')).toEqual(new Map([['a', { x: 2 }]]));
    });
    test('come from audits, of which the newest of each host is found', async () => {
      await store.drift.create(auditOf('audit-00000001', 'd-box', noon), [], null);
      await store.drift.create(auditOf('audit-00000002', 'd-box', noon + 1), [], null);
      await store.drift.create(auditOf('audit-00000003', 'd-other', noon), [], null);
      const found = await other.drift.newestAudits();
      expect(found.map(({ audit_id }) => audit_id)).toEqual(['audit-00000002', 'audit-00000003']);
      expect(await other.drift.newestAudits('d-other')).toHaveLength(1);
    });
  });
}
