import { CompiledQuery, type KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createConnection } from '../../../store/core/connection.ts';
import { openDatabase, type Database } from '../../../store/core/dialect.ts';
import { openStore } from '../../../store/index.ts';
import { createPlanStore } from '../../../store/plans/plans.ts';
import { createIdempotencyStore, keepAnswersMs } from '../../../store/system/idempotency.ts';
import { createSpawnStore } from '../../../store/tasks/tasks.ts';
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
    view: `'{}'`,
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
    confirm_hash: `'c' || n`,
    lookup_hash: `'l' || n`,
    view: `'{"plan_hash":""}'`,
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

    test('a task is found by the beginning of its uuid in a range of the index', async () => {
      const spawns = createSpawnStore(connection(), append);
      expect(await spawns.lookUp('spawn-000186a')).toMatchObject({ kind: 'one' });
      expect(await spawns.lookUp('0001869')).toMatchObject({
        kind: 'several',
        ids: ['0', '1', '2', '3', '4'].map((digit) => `spawn-0001869${digit}`),
      });
      expect(await spawns.lookUp('000186a0-0000-4')).toMatchObject({ kind: 'one' });
      expect(await spawns.lookUp('fff')).toEqual({ kind: 'none' });
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
      const spawns = createSpawnStore(connection(), append);
      const { next_cursor } = await spawns.list({ user_id: 'user-7', limit: 20 });
      await spawns.list({ user_id: 'user-7', limit: 20, cursor: next_cursor! });
      await expectIndex('spawns', 'spawns_user');
    });

    test('old tasks are found by the time of their end', async () => {
      const spawns = createSpawnStore(connection(), append);
      expect(await spawns.forget(10, 1)).toBe(1);
      await expectIndex('spawns', 'spawns_end');
    });
  });
}
