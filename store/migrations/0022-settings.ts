import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Preferences of people for their UI, by principal and section. */
export const settingsOfPeople: Migration = {
  name: '0022-settings',
  async up(db) {
    await sql
      .raw(
        `create table operator_settings (
          owner text not null, key text not null, value_json text not null, updated_at bigint not null,
          primary key (owner, key))`,
      )
      .execute(db);
  },
};
