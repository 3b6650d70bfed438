import type { Database } from '../core/dialect.ts';

/**
 * Triggers that keep a chained table append-only: no row changes, and only rows up to the chain's anchor can be deleted
 * (see store/core/hash-chain.ts). They replace an older set of these triggers.
 *
 * Frozen: 0004 and 0005 have applied it. Other triggers need a new migration with its own text.
 */
export function appendOnly(table: string, kind: Database['kind']): string[] {
  const passed = `old.seq <= coalesce((select seq from chain_anchors where name = '${table}'), 0)`;
  const refusal = `${table} is append-only`;
  if (kind === 'sqlite') {
    const abort = `begin select raise(abort, '${refusal}'); end`;
    return [
      `drop trigger if exists ${table}_no_update`,
      `drop trigger if exists ${table}_no_delete`,
      `create trigger ${table}_no_update before update on ${table} ${abort}`,
      `create trigger ${table}_no_delete before delete on ${table} when not (${passed}) ${abort}`,
    ];
  }
  return [
    `drop trigger if exists ${table}_no_change on ${table}`,
    `drop trigger if exists ${table}_no_delete on ${table}`,
    `create or replace function ${table}_append_only() returns trigger language plpgsql as $$ begin
      if tg_op = 'DELETE' then if ${passed} then return old; end if; end if;
      raise exception '${refusal}'; end $$`,
    `create trigger ${table}_no_change before update or truncate on ${table}
      for each statement execute function ${table}_append_only()`,
    `create trigger ${table}_no_delete before delete on ${table}
      for each row execute function ${table}_append_only()`,
  ];
}
