import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { planned } from '../../../activities/checks/planned.ts';
import { messageExample } from '../../../gateway/notices/examples.ts';
import { candidateExample, patchExample, repairExample } from '../../../gateway/repair/examples.ts';
import { bounded, growing } from './kept-tables.ts';
import { readSuites } from '../../../domain/checks/read-suites.ts';
import { aRun } from '../../activities/checks/a-run.ts';
import { aDecision } from '../../domain/autonomy/samples.ts';
import { aPlan, aStep } from '../../domain/plans/plan-samples.ts';
import { anOpenWindow, iso, noon, person } from '../../domain/samples.ts';
import type { Backend } from '../backend.ts';

const day = 86_400_000;
const before = noon - 30 * day;
const old = before - 1;

/** Retention. It removes rows, so it needs a database of its own. */
export function describeRetention(kind: string, start: () => Promise<Backend>): void {
  let store: Store;
  let backend: Backend;
  beforeAll(async () => {
    backend = await start();
    store = await openStore(backend.url);
  });
  afterAll(async () => {
    await store?.close();
    await backend?.stop();
  });

  const forget = () => store.retention.forget({ before, now: noon, actor: 'retention' });
  const plan = async (change: Partial<PlanView>): Promise<string> => {
    const made = aPlan({ plan_id: newId('plan'), ...change });
    await store.plans.insert(made, null, []);
    return made.plan_id;
  };
  const count = async (table: string, where = '1 = 1') =>
    Number((await backend.read(`select count(*) as n from ${table} where ${where}`))[0]!['n']);

  describe(`retention on ${kind}`, () => {
    test('classifies every table as growing or bounded', async () => {
      const names =
        kind === 'SQLite'
          ? "select name from sqlite_master where type = 'table'"
          : `select table_name as name from information_schema.tables
             where table_schema = 'public' and table_type = 'BASE TABLE'`;
      const tables = (await backend.read(names)).map(({ name }) => String(name));
      expect(tables.toSorted()).toEqual([...growing, ...bounded].toSorted());
    });

    test('removes windows that ended, but none that is live or holds a lease', async () => {
      const window = async (state: 'open' | 'closed' | 'failed', closed: number | null) => {
        const window_id = newId('window');
        const closed_at = closed === null ? null : iso(closed);
        await store.windows.save(
          anOpenWindow({ window_id, kind: 'operator', target: null, state, closed_at }),
          [],
        );
        return window_id;
      };
      const lease = (window_id: string) =>
        backend.tamper(`insert into leases (window_id, host, service, is_open, created_at)
          values ('${window_id}', 'box', 'web', 1, ${old})`);
      const gone = [await window('closed', old), await window('failed', old)];
      const held = await window('closed', old);
      await lease(held);
      const stays = [await window('open', null), await window('closed', before), held];
      expect(await forget()).toEqual({ windows: 2 });
      for (const id of gone) expect(await store.windows.find(id)).toBeNull();
      for (const id of stays) expect(await store.windows.find(id)).not.toBeNull();
    });

    test('removes runs of checks with their results by the time of their end, but none that runs', async () => {
      const service = { name: 'web', one_shot: false, has_healthcheck: false, implied: true };
      const results = planned(readSuites({ services: [service], suites: [] }));
      const run = async (finished: number | null): Promise<string> => {
        const finished_at = finished === null ? null : iso(finished);
        const view = aRun({ created_at: iso(old - day), finished_at });
        await store.checks.create(view, [], null);
        await store.checks.plan(view.run_id, results);
        return view.run_id;
      };
      const gone = await run(old);
      const stays = [await run(before), await run(null)];
      expect(await forget()).toEqual({ check_runs: 1 });
      expect(await store.checks.find(gone)).toBeNull();
      expect(await store.checks.results(gone)).toEqual([]);
      for (const id of stays) expect(await store.checks.results(id)).toHaveLength(1);
      expect((await store.checks.live()).map(({ run_id }) => run_id)).toEqual([stays[1]]);
    });

    test('removes notices with their messages, but none that is not sent yet', async () => {
      const [sent, waits] = [newId('notice'), newId('notice')];
      const notice = { ...messageExample.notices[0]!, at: iso(old) };
      for (const id of [sent, waits]) await store.messages.post(id, 'box', 'phone', notice, old);
      await store.messages.mark(sent, { status: 'sent', at: old, error: null, attempts: 1 });
      expect(await forget()).toEqual({ notices: 1, notice_messages: 1 });
      expect(await store.messages.find(waits)).toMatchObject({ count: 1, status: 'waiting' });
    });

    test('removes repairs that ended long ago, with what they tried, and patches that were judged', async () => {
      const made = { ...repairExample, created_at: iso(old), finished_at: iso(old) };
      await store.repairs.create(made, [], null);
      await store.repairs.plan(made.repair_id, [{ candidate: candidateExample, files: [] }]);
      const live = { ...made, repair_id: newId('repair'), finished_at: null };
      await store.repairs.create(live, [], null);
      const patch = { ...patchExample, created_at: iso(old) };
      await store.patches.create({ ...patch, status: 'kept' }, []);
      const applied = { ...patch, patch_id: newId('patch'), status: 'applied' as const };
      await store.patches.create(applied, []);
      expect(await forget()).toEqual({ repairs: 1, patches: 1 });
      expect(await count('repair_candidates')).toBe(0);
      expect(await store.repairs.find(live.repair_id)).not.toBeNull();
      expect(await store.patches.find(applied.patch_id)).not.toBeNull();
    });

    test('removes a plan that ended long ago, however many older ones ended later', async () => {
      const asked = { status: 'DONE' as const, steps: [] };
      for (let nth = 0; nth < 500; nth += 1)
        await plan({ ...asked, created_at: iso(old - day), finished_at: iso(before) });
      const gone = await plan({ ...asked, created_at: iso(old - 1), finished_at: iso(old) });
      expect(await forget()).toEqual({ plans: 1 });
      expect(await store.plans.find(gone)).toBeNull();
    });

    test('removes plans with their steps by the time of their end, but none that waits or runs', async () => {
      const asked = { created_at: iso(old - day), steps: [aStep(), aStep({ step_id: 's2' })] };
      const gone = await plan({ ...asked, status: 'DONE', finished_at: iso(old) });
      const stays = [
        await plan({ ...asked, status: 'ERROR', finished_at: iso(before) }),
        await plan({ ...asked, status: 'WAITING' }),
        await plan({ ...asked, status: 'RUNNING' }),
      ];
      const action = (plan_id: string, at = old) => {
        const what = { module: 'madre', action: 'NOOP', outcome: 'DONE', reason: null };
        return store.plans.saveStep(plan_id, aStep({ status: 'DONE' }), [], {
          id: newId('run'),
          at,
          plan_id,
          ...what,
        });
      };
      await action(stays[1]!); // an old action of a plan that still waits
      const done = await plan({ ...asked, status: 'RUNNING' });
      await action(done);
      await action(done, before);
      await store.plans.change(done, (known) => ({
        plan: { ...known, status: 'DONE', finished_at: iso(noon) },
        events: [],
      }));
      expect(await forget()).toEqual({ plans: 1, madre_actions: 1 });
      expect(await store.plans.find(gone)).toBeNull();
      expect(await count('plan_steps', `plan_id = '${gone}'`)).toBe(0);
      for (const id of [...stays, done]) {
        expect((await store.plans.find(id))?.steps, id).toHaveLength(2);
      }
    });

    test('removes idle sessions, and the old turns of sessions in use', async () => {
      const say = (owner: string, id: string, at: number, message: string) =>
        store.sessions.append(
          person(owner),
          id,
          {
            at,
            actor: owner,
            message,
            response: '',
            status: 'DONE',
            intent_id: null,
            plan_id: null,
          },
          () => ({ mode: 'MADRE', topic: 'general', summary: '' }),
        );
      await say('ada', 'over', old, 'a');
      await say('bea', 'over', noon, 'b');
      await say('ada', 'on', old, 'c');
      await say('ada', 'on', before, 'd');
      expect(await forget()).toEqual({ sessions: 1, session_turns: 1 });
      expect(await store.sessions.find(person('ada'), 'over')).toBeNull();
      expect((await store.sessions.find(person('bea'), 'over'))?.messages).toHaveLength(1);
      const { messages } = (await store.sessions.find(person('ada'), 'on'))!;
      expect(messages.map(({ message }) => message)).toEqual(['d']);
      await say('ada', 'on', noon, 'e');
      expect((await store.sessions.find(person('ada'), 'on'))?.message_count).toBe(3);
    });

    test('removes decisions of the loop, but none whose plan is live', async () => {
      const waiting = await plan({ status: 'WAITING' });
      const decision = async (at: number, plan_id: string | null) => {
        const made = aDecision({ at: iso(at) });
        await store.autonomy.decide(made, []);
        await store.autonomy.update(made.decision_id, { plan_id });
        return made.decision_id;
      };
      const gone = [await decision(old, null), await decision(old, 'plan-00000000')];
      const stays = [await decision(old, waiting), await decision(before, null)];
      expect(await forget()).toEqual({ ia_decisions: 2 });
      const left = await Promise.all([...gone, ...stays].map((id) => store.autonomy.find(id)));
      expect(left.map((one) => one !== null)).toEqual([false, false, true, true]);
      await backend.tamper("update plans set status = 'REJECTED' where status = 'WAITING'");
      expect(await forget()).toMatchObject({ ia_decisions: 1 });
    });

    test('removes intents of scanners that ended, with their events', async () => {
      const intent = async (intent_type: string, at = old) => {
        const { intent: taken } = await store.rails.take(
          {
            intent_id: newId('intent'),
            at,
            source: 'hormiguero',
            actor: 'scanner',
            type: 'incident',
            domain: intent_type === 'audit' ? 'security' : 'db',
            intent_type,
            urgency: 'low',
            payload_json: '{}',
            correlation_id: newId('run'),
          },
          () => ({ type: 'rails.routed', at, actor: 'scanner' }),
        );
        return taken.intent_id;
      };
      const running = aDecision({ at: iso(before) });
      await store.autonomy.decide(running, []);
      await intent('audit'); // only recorded
      await intent('db_sanity'); // waits
      const [taken, lost] = [await intent('db_sanity'), await intent('db_sanity')];
      await store.rails.claim([taken], running.decision_id, old);
      await store.rails.claim([lost], 'decision-00000000', old);
      await intent('audit', before);
      const events = await count('rails_events');
      expect(await forget()).toEqual({ rails_intents: 2, rails_events: events - 1 });
      const left = await backend.read('select status from rails_intents order by status');
      expect(left.map(({ status }) => status)).toEqual(['recorded', 'taken', 'waiting']);
      // the newest event stays even if all are old, so that numbering continues
      const [newest] = await store.rails.events(1);
      await backend.tamper(`update rails_events set at = ${old}`);
      expect(await forget()).toEqual({});
      expect(await store.rails.events(5)).toMatchObject([{ seq: newest!.seq }]);
    });

    test('removes ended tokens and web sessions, heartbeats of dead processes, reports and costs of models', async () => {
      const token = (id: string, dates: { expires_at?: number; revoked_at?: number }) => {
        const none = { created_at: 0, expires_at: null, revoked_at: null, last_used_at: null };
        const named = { id, name: id, scope: 'viewer', secret_hash: id } as const;
        return store.tokens.create({ ...named, ...none, ...dates }, []);
      };
      await token('ended', { expires_at: old });
      await token('revoked', { revoked_at: old, expires_at: noon + day });
      await token('ends', { expires_at: before });
      await token('endless', {});
      for (const expires_at of [old, before]) {
        const named = { token_id: 'endless', created_at: 0, expires_at };
        const id = newId('web');
        const hashes = { cookie_hash: id, proof_hash: id };
        await store.webSessions.create({ ...named, ...hashes, id, last_used_at: 0 }, []);
        const link = { ...named, code_hash: id, bound_hash: id, session_until: null };
        await store.webSessions.createLink(link, []);
      }
      for (const [host, at] of [['gone', old] as const, ['here', noon] as const]) {
        await store.presence.beat({ process: 'power', host, at, detail: {} });
      }
      for (const at of [old, before]) {
        const named = { report_id: newId('report'), subject: newId('spawn'), correlation_id: 'c' };
        await store.reports.add({ ...named, at, kind: 'spawn', status: 'success', report: 1 }, []);
        await store.llmCalls.record({
          at,
          purpose: 'parse',
          account: 'parse',
          provider: 'fake',
          model: 'small',
          outcome: 'ok',
          attempts: 1,
          tokens_in: 1,
          tokens_out: 1,
          cost_usd: null,
          latency_ms: 1,
          correlation_id: 'c',
          prompt_hash: 'h',
        });
      }
      const from = await store.events.newest();
      const ended = { tokens: 2, web_sessions: 1, web_session_links: 1 };
      const removed = { reports: 1, llm_calls: 1, presence: 1, ...ended };
      expect(await forget()).toEqual(removed);
      expect((await store.tokens.list()).map(({ name }) => name).toSorted()).toEqual([
        'endless',
        'ends',
      ]);
      expect((await store.presence.list()).map(({ host }) => host)).toEqual(['here']);
      expect((await store.llmCalls.spent({ since: 0 })).calls).toBe(1);
      expect(await store.events.after(from, 10)).toMatchObject([
        { type: 'store.pruned', actor: 'retention', payload: { removed } },
      ]);
      expect(await forget()).toEqual({});
      expect(await store.events.newest()).toBe(from + 1); // nothing was removed, so there is no event
    });

    test('removes all old rows in batches, also when many have the same instant', async () => {
      const rows = (n: number, at: string): string =>
        Array.from(
          { length: n },
          (_, nth) => `('report-${at}-${nth}', ${at}, 'x', '${at}-${nth}', '', '', '{}')`,
        ).join(',');
      await backend.tamper(`insert into reports values ${rows(700, String(old))}`);
      await backend.tamper(`insert into reports values ${rows(700, String(old - 1))}`);
      await backend.tamper(`insert into reports values ${rows(3, String(noon))}`);
      expect(await forget()).toEqual({ reports: 1400 });
      expect(await count('reports', "kind = 'x'")).toBe(3);
    });
  });
}
