import { sql } from 'kysely';
import type { Migration } from './index.ts';

const indexes = (plan: string): string[] => [
  'create index events_type on events (type, seq)',
  'create index events_at on events (at, seq)',
  `create index events_plan on events ((${plan}), seq)`,
];

/** Indexes for the history of events by type, time and plan. */
export const eventHistory: Migration = {
  name: '0019-event-history',
  async up(db, kind) {
    const plan =
      kind === 'sqlite'
        ? `case when json_valid(payload) then json_extract(payload, '$.plan_id') end`
        : `vx11_member(payload, 'plan_id')`;
    for (const statement of indexes(plan)) await sql.raw(statement).execute(db);
  },
};
