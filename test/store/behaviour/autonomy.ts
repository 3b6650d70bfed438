import { beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import type { Store } from '../../../store/index.ts';
import type { StoredLlmCall } from '../../../store/autonomy/llm-calls.ts';
import { aDecision } from '../../domain/autonomy/samples.ts';
import { iso, noon } from '../../domain/samples.ts';
import type { StoreUnderTest } from './under-test.ts';

export function describeAutonomy(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));

  describe('the loop', () => {
    test('is off at first; of two simultaneous starts one takes effect', async () => {
      expect(await store.autonomy.state()).toMatchObject({ running: false, started_at: null });
      const event = { type: 'autonomy.started', at: noon, actor: 'ada' } as const;
      const from = await store.events.newest();
      const both = [store, other].map(({ autonomy }) => autonomy.start('ada', noon, [event]));
      expect((await Promise.all(both)).filter(Boolean)).toEqual([true]);
      expect((await store.events.after(from, 10)).length).toBe(1);
      await store.autonomy.countRound(noon + 1, null);
      await other.autonomy.countRound(noon + 2, 'h2');
      await store.autonomy.countRound(noon + 3, null);
      expect(await store.autonomy.state()).toMatchObject({
        rounds: 3,
        last_round_at: noon + 3,
        last_change_at: noon + 2,
        last_hash: 'h2',
      });
      expect(await store.autonomy.stop('bob', noon + 4, [])).toBe(true);
      expect(await store.autonomy.stop('bob', noon + 4, [])).toBe(false);
      await store.autonomy.countRound(noon + 5, 'h3');
      const stopped = { rounds: 3, last_hash: 'h3' }; // a round while the loop is stopped does not count
      expect(await store.autonomy.state()).toMatchObject(stopped);
      await store.autonomy.start('ada', noon + 5, []);
      expect(await store.autonomy.state()).toMatchObject({ rounds: 0, last_hash: null });
    });

    test('keeps each decision once, with its effect', async () => {
      const one = aDecision();
      const event = { type: 'autonomy.decided', at: noon, actor: 'autonomy' } as const;
      const from = await store.events.newest();
      await store.autonomy.decide(one, [event]);
      await other.autonomy.decide(one, [event]);
      await store.autonomy.decide(aDecision({ action: 'wait', at: iso(noon + 1) }), []);
      expect((await store.events.after(from, 10)).length).toBe(1);
      await store.autonomy.update(one.decision_id, {
        plan_id: 'plan-00000001',
        plan_status: 'DONE',
        effect: 'helped',
        effect_at: noon + 1000,
      });
      expect(await store.autonomy.find(one.decision_id)).toEqual({
        ...one,
        plan_id: 'plan-00000001',
        plan_status: 'DONE',
        effect: 'helped',
        effect_at: iso(noon + 1000),
      });
      expect((await store.autonomy.list(10)).map(({ action }) => action)).toEqual(['wait', 'scan']);
      expect(await store.autonomy.acted(noon, 10)).toMatchObject([{ effect: 'helped' }]);
      expect(await store.autonomy.acted(noon + 1, 10)).toEqual([]);
      expect(await store.autonomy.counts(noon)).toEqual({
        action: { scan: 1, wait: 1 },
        effect: { helped: 1 },
        plan_status: { DONE: 1 },
      });
      expect(await store.autonomy.find('decision-00000000')).toBeNull();
    });
  });

  describe('calls to a model', () => {
    test('are summed by account and time', async () => {
      const call = (change: Partial<StoredLlmCall>): StoredLlmCall => ({
        at: noon,
        purpose: 'parse',
        account: 'parse',
        provider: 'fake',
        model: 'small',
        outcome: 'ok',
        attempts: 1,
        tokens_in: 100,
        tokens_out: 20,
        cost_usd: 0.25,
        latency_ms: 5,
        correlation_id: 'c',
        prompt_hash: 'h',
        ...change,
      });
      expect(await store.llmCalls.spent({ since: 0 })).toEqual({
        calls: 0,
        tokens: 0,
        cost_usd: 0,
      });
      await store.llmCalls.record(call({}));
      await store.llmCalls.record(call({ account: 'autonomy', cost_usd: null }));
      await store.llmCalls.record(call({ at: noon - 1, cost_usd: 0.5 }));
      expect(await store.llmCalls.spent({ since: noon })).toEqual({
        calls: 2,
        tokens: 240,
        cost_usd: 0.25,
      });
      const spent = await store.llmCalls.spent({ since: 0, account: 'parse' });
      expect(spent).toEqual({ calls: 2, tokens: 240, cost_usd: 0.75 });
      const figures = { provider: 'fake', model: 'small', outcome: 'ok', latency_ms: 5 };
      const newest = await store.llmCalls.list({ since: 0, limit: 2 });
      expect(new Set(newest.map(({ cost_usd }) => cost_usd))).toEqual(new Set([0.25, null]));
      expect(newest[0]).toMatchObject({ ...figures, tokens_in: 100, tokens_out: 20 });
      expect(
        await store.llmCalls.list({ since: noon, account: 'autonomy', limit: 9 }),
      ).toMatchObject([{ ...figures, cost_usd: null }]);
    });
  });

  describe('module health', () => {
    test('is kept with its start, and removed with the module', async () => {
      const well = { host: 'box', name: 'web', health: 'ok', reason: null } as const;
      const ill = { ...well, health: 'degraded', reason: 'unhealthy' } as const;
      await store.moduleHealth.see([well], noon);
      expect(await other.moduleHealth.see([well], noon + 5)).toMatchObject([{ since: noon }]);
      expect(await store.moduleHealth.see([ill], noon + 9)).toMatchObject([{ since: noon + 9 }]);
      const revision = await store.revision();
      await store.moduleHealth.see([ill], noon + 20);
      if (under().kind === 'SQLite') expect(await store.revision()).toBe(revision); // nothing to write
      expect(await other.moduleHealth.list()).toMatchObject([{ name: 'web', since: noon + 9 }]);
      await store.moduleHealth.see([], noon + 30);
      expect(await store.moduleHealth.list()).toEqual([]);
    });
  });

  describe('rails', () => {
    const intent = (intent_type: string, correlation_id: string) => ({
      intent_id: newId('intent'),
      at: noon,
      source: 'hormiguero',
      actor: 'scanner',
      type: 'incident',
      domain: intent_type === 'audit' ? 'security' : 'db',
      intent_type,
      urgency: 'medium',
      payload_json: JSON.stringify({ domain: 'db', intent_type, summary: 'ü' }),
      correlation_id,
    });
    const event = () => ({ type: 'rails.routed', at: noon, actor: 'scanner' }) as const;

    test('log an intent in the append-only log before they route it into its lane', async () => {
      const first = await store.rails.take(intent('db_sanity', 'r-1'), event);
      expect(first).toMatchObject({
        intent: { status: 'waiting' },
        lane: { lane_id: 'db_sanity' },
      });
      const both = await Promise.all(
        [store, other].map(({ rails }) => rails.take(intent('db_sanity', 'r-1'), event)),
      );
      const ids = both.map((one) => one.intent.intent_id);
      expect(new Set(ids)).toEqual(new Set([first.intent.intent_id]));
      expect((await store.rails.take(intent('audit', 'r-2'), event)).intent.status).toBe(
        'recorded',
      );
      expect((await store.rails.take(intent('unknown', 'r-3'), event)).intent.status).toBe(
        'missed',
      );
      const place = first.intent.intent_log_id;
      const log = await store.audit.after('intents', place - 1, 10);
      expect(log.map(({ correlation_id }) => correlation_id)).toEqual(['r-1', 'r-2', 'r-3']);
      expect(await store.audit.verify('intents')).toMatchObject({ ok: true });
    });

    test('let one decision take an intent, which ends with that decision', async () => {
      const { intent: mine } = await store.rails.take(intent('db_sanity', 'r-4'), event);
      expect(await store.rails.toPropose()).toBe(2);
      const decision_id = newId('decision');
      await store.rails.claim([mine.intent_id], decision_id, noon);
      await other.rails.claim([mine.intent_id], newId('decision'), noon);
      expect((await store.rails.waiting(10)).map(({ correlation_id }) => correlation_id)).toEqual([
        'r-1',
      ]);
      expect(await other.rails.toPropose()).toBe(1);
      await store.rails.settle(decision_id, 'done', noon + 1);
      await store.rails.settle(decision_id, 'failed', noon + 1);
      const events = (await store.rails.events(20)).filter(
        (one) => one.intent_id === mine.intent_id,
      );
      expect(events.map(({ what }) => what)).toEqual(['ended', 'taken', 'routed']);
    });
  });

  test('neither intents of a lane that proposes nothing nor many intents of one lane starve other intents', async () => {
    const take = (intent_type: string, nth: number) =>
      store.rails.take(
        {
          intent_id: newId('intent'),
          at: noon + nth,
          source: 'hormiguero',
          actor: 'scanner',
          type: 'incident',
          domain: 'starve',
          intent_type,
          urgency: 'medium',
          payload_json: '{}',
          correlation_id: `${intent_type}-${nth}`,
        },
        () => ({ type: 'rails.routed', at: noon, actor: 'scanner' }),
      );
    const lane = (intent_type: string, escalation: 'propose' | 'record') =>
      store.rails.putLane(
        {
          lane_id: `starve_${intent_type}`,
          domain: 'starve',
          intent_type,
          owner_module: 'madre',
          escalation,
          constraints: {},
          invariants: [],
          updated_at: iso(noon),
          updated_by: 'ada',
        },
        [],
      );
    for (const type of ['kept', 'gone', 'many', 'few']) await lane(type, 'propose');
    for (const type of ['kept', 'gone', 'many']) for (const n of [1, 2, 3]) await take(type, n);
    await take('few', 4);
    await lane('kept', 'record');
    const by = { actor: 'ada', now: noon, correlation_id: 'c' };
    await store.rails.deleteLane('starve_gone', by);
    const seen = (await other.rails.waiting(2)).filter(({ domain }) => domain === 'starve');
    expect(seen.map(({ correlation_id }) => correlation_id)).toEqual(['many-1', 'many-2', 'few-4']);
  });

  describe('reports', () => {
    test('keep only the first one for each subject', async () => {
      const subject = newId('spawn');
      const report = (status: string) => ({
        report_id: newId('report'),
        at: noon,
        kind: 'spawn' as const,
        subject,
        status,
        correlation_id: 'c',
        report: { lines: [1, 'ü'] },
      });
      expect((await store.reports.add(report('success'), [])).added).toBe(true);
      const second = await other.reports.add(report('failed'), []);
      expect(second).toMatchObject({ added: false, report: { status: 'success' } });
      expect(await store.reports.find('spawn', subject)).toMatchObject({
        report: { lines: [1, 'ü'] },
      });
      expect(await store.reports.find('spawn', 'spawn-ffffffff')).toBeNull();
    });

    test('are listed newest first, of one kind or of all', async () => {
      const add = (kind: 'spawn' | 'autonomy', at: number) =>
        store.reports.add(
          {
            report_id: newId('report'),
            at,
            kind,
            subject: newId('run'),
            status: 's',
            correlation_id: `at-${at}`,
            report: null,
          },
          [],
        );
      await add('spawn', noon * 2);
      await add('autonomy', noon * 2 + 2);
      await add('spawn', noon * 2 + 1);
      const listed = async (filter: Parameters<Store['reports']['list']>[0]) =>
        (await other.reports.list(filter)).map(({ at }) => Date.parse(at) - noon * 2);
      expect(await listed({ limit: 3 })).toEqual([2, 1, 0]);
      expect(await listed({ limit: 2, kind: 'spawn' })).toEqual([1, 0]);
    });
  });
}
