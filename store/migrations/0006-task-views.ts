import { sql } from 'kysely';
import type { Database } from '../core/dialect.ts';
import type { Migration } from './index.ts';

type Kind = Database['kind'];

/**
 * A member of a JSON document as text, in Postgres. A document that Postgres cannot parse (JSON may hold NUL and unpaired
 * surrogates, Postgres text may not) has no members, so that one row never makes a whole view unreadable.
 */
const memberFunction = `create function vx11_member(document text, variadic path text[]) returns text
  language plpgsql immutable as $$ begin return document::json #>> path;
  exception when others then return null; end $$`;

const member = (kind: Kind, document: string, ...path: string[]): string =>
  kind === 'sqlite'
    ? `json_extract(${document}, '$.${path.join('.')}')`
    : `vx11_member(${document}, ${path.map((name) => `'${name}'`).join(', ')})`;

/** An ISO 8601 instant of a document in epoch ms, the unit of all tables. */
const instant = (kind: Kind, document: string, name: string): string => {
  const text = member(kind, document, name);
  return kind === 'sqlite'
    ? `cast(round((julianday(${text}) - 2440587.5) * 86400000) as integer)`
    : `cast(round(extract(epoch from ${text}::timestamptz) * 1000) as bigint)`;
};

/** The newest known instant of a plan or task. */
const updatedAt = (kind: Kind, table: string): string =>
  `coalesce(${instant(kind, `${table}.view`, 'finished_at')}, ${instant(kind, `${table}.view`, 'started_at')}, ${table}.created_at)`;

/** `["web","db"]` as `web db`. */
const wordsOf = (list: string): string =>
  `replace(replace(replace(replace(${list}, '[', ''), ']', ''), '"', ''), ',', ' ')`;

const joined = (kind: Kind, value: string): string =>
  kind === 'sqlite' ? `group_concat(${value}, ',')` : `string_agg(${value}, ',')`;

/** A JSON array over the steps of the plan `p`, in order: `value` of each. */
const ofSteps = (kind: Kind, value: string, where = ''): string =>
  `(select ${joined(kind, 'steps.part')} from (select ${value} as part from plan_steps s
    where s.plan_id = p.id ${where} order by s.nth) steps)`;

function tasks(kind: Kind): string {
  const plan = (...path: string[]): string => member(kind, 'p.view', ...path);
  const spawn = (name: string): string => member(kind, 'w.view', name);
  const step = `'"s' || s.nth || '":' || coalesce(${member(kind, 's.record', 'result')}, 'null')`;
  const outcome = ['exit_code', 'signal', 'cause'].map((name) => {
    const value = spawn(name);
    const shown = name === 'exit_code' ? value : `'"' || ${value} || '"'`;
    return `'"${name}":' || coalesce(${shown}, 'null')`;
  });
  return `create view tasks as
    select p.id as uuid, trim(${plan('action')} || ' ' || ${wordsOf(plan('targets'))}) as name, 'madre' as module,
      ${plan('action')} as action, p.status as status, p.created_at as created_at, ${updatedAt(kind, 'p')} as updated_at,
      '{' || ${ofSteps(kind, step, "and s.status = 'DONE'")} || '}' as result,
      ${plan('error', 'code')} || ': ' || ${plan('error', 'detail')} as error
    from plans p
    union all
    select w.id, coalesce(${spawn('name')}, ${spawn('task_type')}), 'spawner', 'spawn', ${spawn('status')},
      w.created_at, ${updatedAt(kind, 'w')},
      case when w.finished_at is null then null else '{' || ${outcome.join(` || ',' || `)} || '}' end,
      ${spawn('error')} || coalesce(': ' || ${spawn('detail')}, '')
    from spawns w`;
}

/**
 * Frozen: 0006 and 0008 have applied it. Another view needs a new migration with its own text.
 * @param step the shown part of a step: an expression over `s.record`
 * @param owner the owner of the plan's chat: an expression over `p`; by default, the name of who asked
 */
export function contextView(
  kind: Kind,
  step: string,
  owner = member(kind, 'p.view', 'actor'),
): string {
  const plan = (name: string): string => member(kind, 'p.view', name);
  const mode = `case ${plan('domain')} when 'audio' then 'AUDIO_ENGINEER' when 'general' then coalesce(
    (select o.mode from sessions o where o.owner = ${owner} and o.id = ${plan('session_id')}), 'MADRE')
    else 'MADRE' end`;
  const ofPlan = (key: string, value: string): string =>
    `select p.id as task_id, 'madre:${key}' as key, ${value} as value, 'plan' as scope, p.created_at as created_at
     from plans p where ${value} is not null`;
  const ofTurn = (key: string): string =>
    `select t.plan_id, 'madre:${key}', t.${key}, 'session', t.at from session_turns t where t.plan_id is not null`;
  return `create view context as ${[
    ofPlan('intent_id', plan('intent_id')),
    ofPlan('mode', mode),
    ofPlan('plan', `'[' || coalesce(${ofSteps(kind, step)}, '') || ']'`),
    ofPlan('session_id', plan('session_id')),
    ofPlan('reason', plan('reason')),
    ofTurn('message'),
    ofTurn('response'),
  ].join(' union all ')}`;
}

function daughterTasks(kind: Kind): string {
  const spawn = (...path: string[]): string => member(kind, 'w.view', ...path);
  const number = (name: string): string => `cast(${spawn(name)} as integer)`;
  // metadata that a caller writes must not make a task the child of a plan that did not start it
  const ofPlan = `p.id = ${spawn('metadata', 'plan_id')} and p.correlation_id = ${spawn('correlation_id')}`;
  const priority = `case i.urgency when 'low' then 'P2' when 'medium' then 'P1' else 'P0' end`;
  return `create view daughter_tasks as
    select w.id as id, coalesce(w.parent_id, p.id) as parent_task_id, ${member(kind, 'p.view', 'intent_id')} as intent_id,
      case when w.parent_id is null then ${member(kind, 'p.view', 'source')} else 'spawner' end as source,
      ${spawn('priority')} as priority, w.state as status, ${spawn('task_type')} as task_type,
      ${spawn('name')} as description, ${number('max_retries')} as max_retries,
      ${number('mutation_level')} as current_retry, ${spawn('metadata')} as metadata_json, p.id as plan_id,
      w.created_at as created_at, ${updatedAt(kind, 'w')} as updated_at
    from spawns w left join plans p on ${ofPlan}
    where w.parent_id is not null or p.id is not null
    union all
    select i.intent_id, null, i.intent_id, i.source, ${priority}, i.status, i.domain || '/' || i.intent_type,
      ${member(kind, 'i.payload_json', 'summary')}, 0, 0, i.payload_json, d.plan_id, i.at, coalesce(d.effect_at, d.at, i.at)
    from rails_intents i left join ia_decisions d on d.decision_id = i.decision_id
    where i.lane_id is not null`;
}

/**
 * Plans and tasks as one list, their context, and parents with their children: views for people who read the store with
 * SQL. They show no confirm token and no hash of one.
 */
export const taskViews: Migration = {
  name: '0006-task-views',
  async up(db, kind) {
    const views = [tasks(kind), contextView(kind, 's.record'), daughterTasks(kind)];
    for (const statement of kind === 'postgres' ? [memberFunction, ...views] : views)
      await sql.raw(statement).execute(db);
  },
};
