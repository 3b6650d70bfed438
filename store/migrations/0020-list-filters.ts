import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Columns and a table by which windows and plans are filtered, filled from their views, each with an index. */
export const listFilters: Migration = {
  name: '0020-list-filters',
  async up(db, kind) {
    const member = (name: string): string =>
      kind === 'sqlite' ? `json_extract(view, '$.${name}')` : `vx11_member(view, '${name}')`;
    const services =
      kind === 'sqlite'
        ? `json_each(w.view, '$.services') s`
        : `json_array_elements_text(vx11_member(w.view, 'services')::json) s(value)`;
    const statements = [
      'alter table windows add column owner text',
      `update windows set owner = ${member('owner')}`,
      'create index windows_owner on windows (owner, requested_at desc, id desc)',
      'create index windows_host on windows (host, requested_at desc, id desc)',
      `create table window_services (
        service text not null, requested_at bigint not null, id text not null, primary key (service, requested_at, id))`,
      'create index window_services_id on window_services (id)',
      `insert into window_services (service, requested_at, id)
        select distinct s.value, w.requested_at, w.id from windows w, ${services}`,
      'alter table plans add column actor text',
      'alter table plans add column risk text',
      `update plans set actor = ${member('actor')}, risk = ${member('risk')}`,
      'create index plans_actor on plans (actor, created_at desc, id desc)',
      'create index plans_risk on plans (risk, created_at desc, id desc)',
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
