import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** How far each host has sent the event log as traces. */
export const traces: Migration = {
  name: '0040-traces',
  async up(db) {
    await sql`create table trace_cursors (host text primary key, seq bigint not null)`.execute(db);
  },
};
