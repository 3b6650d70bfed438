import { CompiledQuery, type KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EventType } from '../../../contracts/event.ts';
import { createConnection } from '../../../store/core/connection.ts';
import { openDatabase, type Database } from '../../../store/core/dialect.ts';
import type { EventFilter } from '../../../store/core/event-history.ts';
import { createEventStore } from '../../../store/core/events.ts';
import { openStore } from '../../../store/index.ts';
import { createPlanStore } from '../../../store/plans/plans.ts';
import { createIdempotencyStore, keepAnswersMs } from '../../../store/system/idempotency.ts';
import { createTaskStore } from '../../../store/tasks/tasks.ts';
import { createWindowStore } from '../../../store/windows/windows.ts';
import type { Backend } from '../backend.ts';

const rows = 100_000;

/** The number `n` of a row as eight hex digits, in SQL that both databases understand. */
const fill = (kind: Database['kind'], table: string, columns: Record<string, string>): string => {
  const hex = kind === 'sqlite' ? `printf('%08x', n)` : `lpad(to_hex(n), 8, '0')`;
  const values = Object.values(columns).map((value) => value.replaceAll('$hex', hex));
  const numbers =
    kind === 'sqlite'
      ? `(with recursive count(n) as (select 1 union all select n + 1 from count where n < ${rows}) select n from count)`
      : `generate_series(1, ${rows})`;
  return `insert into ${table} (${Object.keys(columns).join(', ')})
    select ${values.join(', ')} from ${numbers} as numbers${kind === 'sqlite' ? '' : '(n)'}`;
};

const tables: Record<string, Record<string, string>> = {
  windows: {
    id: `'window-' || $hex`,
    host: `'box'`,
    kind: `'target'`,
    target: `'service-' || (n % 50)`,
    state: `'closed'`,
    requested_at: 'n',
    owner: `'owner-' || (n % 500)`,
    view: `'{"mode":"hold"}'`,
  },
  window_services: {
    service: `'service-' || (n % 50)`,
    requested_at: 'n',
    id: `'window-' || $hex`,
  },
  spawns: {
    id: `'spawn-' || $hex`,
    uuid: `$hex || '-0000-4000-8000-000000000000'`,
    state: `'completed'`,
    user_id: `'user-' || (n % 500)`,
    created_at: 'n',
    expires_at: 'n',
    finished_at: 'n',
    view: `'{}'`,
  },
  plans: {
    id: `'plan-' || $hex`,
    status: `'DONE'`,
    correlation_id: `'c'`,
    created_at: 'n',
    started: '1',
    actor: `'actor-' || (n % 500)`,
    risk: `case n % 500 when 0 then 'HIGH' else 'LOW' end`,
    source: `case n % 500 when 1 then 'mcp' else 'chat' end`,
    confirm_hash: `'c' || n`,
    lookup_hash: `'l' || n`,
    view: `'{"plan_hash":""}'`,
  },
  events: {
    seq: 'n',
    at: 'n',
    type: `'type-' || (n % 2000)`,
    actor: `'a'`,
    window_id: `'window-' || (n % 5000)`,
    payload: `'{"plan_id":"plan-' || (n % 5000) || '"}'`,
    prev_hash: `''`,
    hash: `''`,
  },
  idempotency: {
    key: `'key-' || n`,
    principal: `'token-1'`,
    route: `'r'`,
    body_hash: `'b'`,
    created_at: 'n',
  },
};

/** Queries over full tables, checked by the database's query plan for the statements that the store really sends. */
export function describeIndexes(name: string, start: () => Promise<Backend>): void {
  describe(`over ${rows} rows on ${name}`, () => {
    let backend: Backend;
    let database: Database;
    let watched: Database;
    const sent: CompiledQuery[] = [];
    beforeAll(async () => {
      backend = await start();
      await (await openStore(backend.url)).close();
      database = await openDatabase(backend.url);
      const { db, kind } = database;
      for (const [table, columns] of Object.entries(tables))
        await db.executeQuery(CompiledQuery.raw(fill(kind, table, columns)));
      await db.executeQuery(CompiledQuery.raw('analyze'));
      const record: KyselyPlugin = {
        transformQuery: ({ node, queryId }) => {
          sent.push(db.getExecutor().compileQuery(node, queryId));
          return node;
        },
        transformResult: async ({ result }) => result,
      };
      watched = { ...database, db: db.withPlugin(record) };
    }, 60_000);
    afterAll(async () => {
      await database?.close();
      await backend?.stop();
    });
    beforeEach(() => void (sent.length = 0));

    const connection = () => createConnection(watched);
    const append = async () => undefined;
    /** The query plan of each statement on this table that the store has sent. */
    const plansOf = async (table: string): Promise<string> => {
      const explain = database.kind === 'sqlite' ? 'explain query plan' : 'explain';
      const texts: string[] = [];
      for (const { sql, parameters } of sent.filter((query) => query.sql.includes(`"${table}"`))) {
        const query = CompiledQuery.raw(`${explain} ${sql}`, [...parameters]);
        const { rows: lines } = await database.db.executeQuery<Record<string, unknown>>(query);
        texts.push(lines.map((line) => line['detail'] ?? line['QUERY PLAN']).join('\n'));
      }
      expect(texts).not.toEqual([]);
      return texts.join('\n');
    };
    /** Expects that each statement uses this index, and none scans or sorts the table. */
    const expectIndex = async (table: string, index: string) => {
      const plans = await plansOf(table);
      expect(plans).toContain(index);
      expect(plans).not.toMatch(
        new RegExp(String.raw`Seq Scan on ${table}|SCAN ${table}(?! USING)`),
      );
      expect(plans).not.toMatch(/TEMP B-TREE/);
    };

    test('the newest window of a target is the first entry of its index', async () => {
      const windows = createWindowStore(connection(), append);
      await windows.newestFor(null, 'service-7');
      await windows.newestFor('box', 'service-7');
      await expectIndex('windows', 'windows_target');
    });

    test.each([
      [{ owner: 'owner-7' }, 'windows_owner'],
      [{ owner: 'owner-7', host: 'box', state: 'closed' }, 'windows_owner'],
      [{ service: 'service-7', host: 'box' }, 'window_services'],
      [{ from: 50, to: 5000 }, 'windows_newest'],
    ] as const)('the windows with %o come in order from an index', async (filter, index) => {
      const windows = createWindowStore(connection(), append);
      const first = await windows.list({ ...filter, limit: 20 });
      expect(first.windows).toHaveLength(20);
      await windows.list({ ...filter, limit: 20, cursor: first.next_cursor! });
      await expectIndex('windows', index);
    });

    test.each([
      [{ actor: 'actor-7' }, 'plans_actor'],
      [{ risk: 'HIGH' }, 'plans_risk'],
      [{ source: 'mcp' }, 'plans_source'],
    ] as const)('the plans with %o come in order from an index', async (filter, index) => {
      const plans = createPlanStore(connection(), append);
      const { next_cursor } = await plans.list({ ...filter, limit: 20 });
      await plans.list({ ...filter, limit: 20, cursor: next_cursor! });
      await expectIndex('plans', index);
    });

    test('a task is found by the beginning of its uuid in a range of the index', async () => {
      const tasks = createTaskStore(connection(), append);
      expect(await tasks.lookUp('spawn-000186a')).toMatchObject({ kind: 'one' });
      expect(await tasks.lookUp('0001869')).toMatchObject({
        kind: 'several',
        ids: ['0', '1', '2', '3', '4'].map((digit) => `spawn-0001869${digit}`),
      });
      expect(await tasks.lookUp('000186a0-0000-4')).toMatchObject({ kind: 'one' });
      expect(await tasks.lookUp('fff')).toEqual({ kind: 'none' });
      await expectIndex('spawns', 'spawns_uuid');
    });

    test('a plan is found by its confirm token with one index lookup', async () => {
      const plans = createPlanStore(connection(), append);
      expect(await plans.waitingFor('a'.repeat(22))).toBeNull();
      expect(await plans.decidedWith('a'.repeat(22), 50)).toBeNull();
      await expectIndex('plans', 'plans_lookup');
    });

    test('expired responses are found by their age', async () => {
      await createIdempotencyStore(connection()).forgetOld(keepAnswersMs + 10);
      await expectIndex('idempotency', 'idempotency_age');
    });

    test('the tasks of a user come in order from the index', async () => {
      const spawns = createTaskStore(connection(), append);
      const { next_cursor } = await spawns.list({ user_id: 'user-7', limit: 20 });
      await spawns.list({ user_id: 'user-7', limit: 20, cursor: next_cursor! });
      await expectIndex('spawns', 'spawns_user');
    });

    test('old tasks are found by the time of their end', async () => {
      const spawns = createTaskStore(connection(), append);
      expect(await spawns.forget(10, 1)).toBe(1);
      await expectIndex('spawns', 'spawns_end');
    });

    const past = (filter: Partial<EventFilter>) =>
      createEventStore(connection(), append).page({ limit: 20, ...filter });
    const types = ['type-7', 'type-9'] as unknown as EventType[];

    test('past events of one type or several are read from the index of types', async () => {
      const { events } = await past({ types: types.slice(0, 1), before: 90_000 });
      expect(events.map(({ seq }) => seq).slice(0, 2)).toEqual([88_007, 86_007]);
      await past({ types });
      await expectIndex('events', 'events_type');
    });

    test('past events of a window or a plan are read from its index, in order', async () => {
      expect((await past({ window_id: 'window-7', types })).events).toHaveLength(10);
      await expectIndex('events', 'events_window');
      sent.length = 0;
      expect((await past({ plan_id: 'plan-7', types })).events).toHaveLength(10);
      await expectIndex('events', 'events_plan');
    });

    test('a period of past events is a range of their numbers', async () => {
      const { events } = await past({ from: 50, to: 60 });
      expect(events.map(({ seq }) => seq)).toEqual([59, 58, 57, 56, 55, 54, 53, 52, 51, 50]);
      const plans = await plansOf('events');
      expect(plans).toMatch(/COVERING INDEX events_at|Index Only Scan using events_at/);
      await expectIndex('events', 'events_at');
    });

    test('the ends of the log need no look at the rest', async () => {
      const log = createEventStore(connection(), append);
      expect(await log.ends()).toMatchObject({ newest: rows, first_kept: 1 });
      const plans = await plansOf('events');
      expect(plans).not.toMatch(/Seq Scan|TEMP B-TREE/);
    });
  });
}
