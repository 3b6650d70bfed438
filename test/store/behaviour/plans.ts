import { beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import type { NewEvent } from '../../../contracts/event.ts';
import type { PlanStep, PlanView } from '../../../contracts/plan.ts';
import type { Store } from '../../../store/index.ts';
import { keptTurns } from '../../../store/plans/sessions.ts';
import { aPlan, aStep, aWaitingPlan } from '../../domain/plans/plan-samples.ts';
import { iso, noon, person } from '../../domain/samples.ts';
import type { Backend } from '../backend.ts';
import type { StoreUnderTest } from './under-test.ts';

export function describePlans(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  let backend: Backend;
  beforeAll(() => void ({ store, other, backend } = under()));

  const event = (type: NewEvent['type']): NewEvent => ({ type, at: noon, actor: 'test' });
  const fresh = (change: Partial<PlanView> = {}): PlanView =>
    aPlan({ plan_id: newId('plan'), correlation_id: newId('run'), ...change });

  describe('an intent', () => {
    const intent = (correlation_id: string) => ({
      intent_id: newId('intent'),
      at: noon,
      source: 'chat' as const,
      actor: 'ada',
      session_id: null,
      correlation_id,
      payload: { text: 'ábre web' },
    });

    test('is chained, found again, and written together with its event', async () => {
      const [first, second] = [intent('same'), intent('same')];
      const before = await store.events.newest();
      await store.intents.append(first, [event('intent.received')]);
      await other.intents.append(second, []);
      expect(await store.events.newest()).toBe(before + 1);
      expect(await store.intents.newestOf('same')).toMatchObject({
        intent_id: second.intent_id,
        payload: { text: 'ábre web' },
        at: iso(noon),
      });
      expect(await store.intents.newestOf('nobody')).toBeNull();
      const checked = await store.intents.newest();
      expect(await store.audit.verify('intents')).toMatchObject({ ok: true, checked });
    });

    test('is logged once, also when two processes write it at once', async () => {
      const twice = intent('twice');
      const both = [store, other].map((each) => each.intents.append(twice, []));
      const ends = (await Promise.allSettled(both)).map(({ status }) => status);
      expect(ends.toSorted()).toEqual(['fulfilled', 'rejected']);
      await expect(store.intents.append(twice, [])).rejects.toMatchObject({
        code: 'madre_unavailable',
      });
      expect(await store.audit.verify('intents')).toMatchObject({ ok: true });
    });

    test.each(['update intents_log set actor = $$me$$', 'delete from intents_log'])(
      'never changes afterwards: %s',
      async (sql) => {
        await store.intents.append(intent(newId('run')), []);
        const statement = sql.replaceAll('$$', "'");
        await expect(backend.tamper(statement)).rejects.toThrow('intents_log is append-only');
      },
    );

    test('extends one chain, also when two processes write at once', async () => {
      const both = [store, other].flatMap((each) =>
        Array.from({ length: 15 }, () => each.intents.append(intent(newId('run')), [])),
      );
      await Promise.all(both);
      expect(await store.audit.verify('intents')).toMatchObject({ ok: true });
    });
  });

  describe('plans', () => {
    test('are kept with their steps, listed newest first, and found by correlation id and intent', async () => {
      const steps = [aStep(), aStep({ step_id: 's2' }), aStep({ step_id: 's10' })];
      const [one, two] = [
        fresh({ steps, created_at: iso(noon + 5000), intent_id: newId('intent') }),
        fresh({ created_at: iso(noon + 6000), status: 'WAITING' }),
      ];
      await store.plans.insert(one, null, [event('plan.created')]);
      await store.plans.insert(two, { confirm_hash: 'hash', lookup_hash: 'lookup' }, []);
      expect(await other.plans.find(one.plan_id)).toEqual(one);
      expect(await other.plans.newestOf(one.correlation_id)).toEqual(one);
      expect(await store.plans.find('plan-00000000')).toBeNull();
      expect(await store.plans.ofIntent(one.intent_id!)).toEqual(one);
      expect(await store.plans.ofIntent('intent-00000000')).toBeNull();
      const first = await store.plans.list({ limit: 1 });
      expect(first.plans).toEqual([two]);
      const next = await store.plans.list({ limit: 1, cursor: first.next_cursor! });
      expect(next.plans).toEqual([one]);
      const { plans } = await store.plans.list({ limit: 200, status: 'WAITING' });
      expect(plans.map(({ status }) => status)).toEqual(plans.map(() => 'WAITING'));
      expect(await store.plans.confirmHash(two.plan_id)).toBe('hash');
      expect((await store.plans.counts()).WAITING).toBeGreaterThan(0);
    });

    test('are decided once when many decide at the same time', async () => {
      const plan = aWaitingPlan({ plan_id: newId('plan') });
      await store.plans.insert(plan, { confirm_hash: 'hash', lookup_hash: 'lookup' }, []);
      let deciders = 0;
      const decide = (each: Store) =>
        each.plans.change(plan.plan_id, (known, kept) => {
          if (known.status !== 'WAITING') return null;
          expect(kept).toBe('hash');
          deciders += 1;
          return { plan: { ...known, status: 'RUNNING' }, events: [event('plan.running')] };
        });
      const seen = await Promise.all(
        Array.from({ length: 10 }, (_, n) => decide(n % 2 === 0 ? store : other)),
      );
      expect(deciders).toBe(1);
      expect(seen.map((one) => one?.status)).toEqual(seen.map(() => 'RUNNING'));
    });

    test('that have ended never change, nor do their steps', async () => {
      const plan = fresh();
      await store.plans.insert(plan, null, []);
      const end = (status: PlanView['status']) =>
        store.plans.change(plan.plan_id, (known) => ({ plan: { ...known, status }, events: [] }));
      await end('DONE');
      expect((await end('ERROR'))?.status).toBe('DONE');
      const before = await store.events.newest();
      await store.plans.saveStep(plan.plan_id, aStep({ status: 'ERROR' }), [event('plan.step')]);
      expect(await store.plans.find(plan.plan_id)).toEqual({ ...plan, status: 'DONE' });
      expect(await store.events.newest()).toBe(before);
      expect(await store.plans.change('plan-00000000', () => null)).toBeNull();
    });

    test('are listed as unstarted until their workflow starts', async () => {
      const plan = fresh({ created_at: iso(1000) });
      await store.plans.insert(plan, null, []);
      await store.plans.insert(fresh({ created_at: iso(1000), status: 'ERROR' }), null, []);
      expect(await store.plans.unstarted(2000)).toEqual([plan]);
      expect(await store.plans.unstarted(1000)).toEqual([]);
      await store.plans.started(plan.plan_id);
      expect(await store.plans.unstarted(2000)).toEqual([]);
    });

    test('record each step, and its action once', async () => {
      const plan = fresh({ steps: [aStep(), aStep({ step_id: 's2' })] });
      await store.plans.insert(plan, null, []);
      const step = aStep({ step_id: 's2', status: 'DONE', result: { a: 1 } });
      const action = {
        id: `${plan.plan_id}:s2`,
        at: noon * 2,
        module: 'madre',
        action: 'NOOP',
        outcome: 'DONE',
        reason: null,
        plan_id: plan.plan_id,
      };
      const save = (next: PlanStep, id: string) =>
        store.plans.saveStep(plan.plan_id, next, [event('plan.step')], { ...action, id });
      expect(await store.actions.has(action.id)).toBe(false);
      expect(await save(step, action.id)).toBe(true);
      const before = await store.events.newest();
      expect(await save({ ...step, result: { a: 2 } }, action.id)).toBe(false);
      expect((await store.plans.find(plan.plan_id))?.steps[1]).toEqual(step);
      expect(await store.events.newest()).toBe(before);
      expect((await store.actions.newest(1))[0]).toEqual(action);
      expect(await store.actions.has(action.id)).toBe(true);
      expect(await save(step, `${action.id}:again`)).toBe(true);
    });
  });

  describe('sessions', () => {
    const turn = (message: string, at = noon) => ({
      at,
      actor: 'ada',
      message,
      response: 'yes',
      status: 'DONE' as const,
      intent_id: null,
      plan_id: null,
    });
    const digest =
      (summary = '') =>
      () => ({ mode: 'MADRE' as const, topic: 'general' as const, summary });

    test('number their turns in order, also for simultaneous messages, and are private to each person', async () => {
      const both = Array.from({ length: 10 }, (_, n) =>
        (n % 2 === 0 ? store : other).sessions.append(
          person('ada'),
          'desk',
          turn(`m${n}`),
          digest(),
        ),
      );
      await Promise.all(both);
      const session = await store.sessions.find(person('ada'), 'desk');
      expect(session?.messages.map(({ seq }) => seq)).toEqual(
        Array.from({ length: 10 }, (_, n) => n + 1),
      );
      expect(new Set(session?.messages.map(({ message }) => message)).size).toBe(10);
      expect(await store.sessions.find(person('eve'), 'desk')).toBeNull();
      await store.sessions.append(person('eve'), 'desk', turn('hello'), digest());
      expect((await store.sessions.find(person('eve'), 'desk'))?.message_count).toBe(1);
    });

    test('are listed for their person alone, the newest turn first', async () => {
      const zoe = { name: 'zoe', principal: 'token-0000000000000001' };
      const later = { name: 'zoe', principal: 'token-0000000000000002' };
      await store.sessions.append(zoe, 'a', turn('first of a', noon + 1), digest());
      await store.sessions.append(zoe, 'b', turn('first of b', noon + 2), digest());
      await store.sessions.append(zoe, 'a', turn('second of a', noon + 3), digest());
      await store.sessions.append(later, 'c', turn('another zoe'), digest());
      const [a, b, ...none] = await store.sessions.list(zoe, 10);
      expect(a).toEqual({
        session_id: 'a',
        started_at: iso(noon + 1),
        last_at: iso(noon + 3),
        messages: 2,
        first_message: 'first of a',
      });
      expect([b?.session_id, none]).toEqual(['b', []]);
      expect(await store.sessions.list(zoe, 1)).toHaveLength(1);
      expect(await store.sessions.find(later, 'a')).toBeNull();
      expect(await store.sessions.find({ name: 'zoe', principal: null }, 'a')).toBeNull();
    });

    test('keep their newest turns, and a digest of the last three', async () => {
      const digested: string[][] = [];
      for (let n = 1; n <= keptTurns + 5; n += 1) {
        await store.sessions.append(person('ada'), 'long', turn(`m${n}`, noon + n), (recent) => {
          digested.push(recent.map(({ message }) => message));
          return { mode: 'MADRE', topic: 'system', summary: `until m${n}` };
        });
      }
      const session = await store.sessions.find(person('ada'), 'long');
      expect(session).toMatchObject({
        message_count: keptTurns + 5,
        topic: 'system',
        summary: 'until m55',
        created_at: iso(noon + 1),
      });
      expect(session!.messages).toHaveLength(keptTurns);
      expect(session!.messages[0]!.message).toBe('m6');
      expect(digested[0]).toEqual(['m1']);
      expect(digested.at(-1)).toEqual(['m53', 'm54', 'm55']);
      expect(await store.sessions.count()).toBeGreaterThan(0);
    });
  });
}
