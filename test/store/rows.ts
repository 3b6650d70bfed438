import { newId } from '../../contracts/ids.ts';
import type { NewEvent } from '../../contracts/event.ts';
import { openStore, type Store } from '../../store/index.ts';
import { aDecision } from '../domain/autonomy/samples.ts';
import { aPlan, aStep, aWaitingPlan } from '../domain/plans/plan-samples.ts';
import {
  aService,
  anOpenWindow,
  aWindow,
  iso,
  minute,
  noon,
  seen,
  person,
} from '../domain/samples.ts';
import { aTask, anAttempt } from '../domain/tasks/samples.ts';

const host = 'host-a';
const ids = {
  open: 'window-00000000000000d1',
  closed: 'window-00000000000000d2',
  plan: 'plan-00000000000000d1',
  waiting: 'plan-00000000000000d2',
  intent: 'intent-00000000000000d1',
  railsIntent: 'intent-00000000000000d2',
  decision: 'decision-00000000000000d1',
  token: 'token-00000000000000d1',
  replaced: 'token-00000000000000d2',
  report: 'spawn-00000000000000d1',
} as const;
/** The filter that finds the task. */
const ofTask = { user_id: 'old-database' };
const request = { key: 'k-1', principal: ids.token, route: '/vx11/window/open', bodyHash: 'b' };

const event = (type: NewEvent['type'], change: Partial<NewEvent> = {}): NewEvent => ({
  type,
  at: noon,
  actor: 'ada',
  host,
  correlation_id: 'c-1',
  ...change,
});

/** Creates a database with rows in every table. @returns what the store reads from them */
export async function writeDatabase(file: string): Promise<unknown> {
  const store = await openStore(`sqlite:${file}`);
  try {
    await writeRows(store);
    return await readRows(store);
  } finally {
    await store.close();
  }
}

/** Writes rows to every table, through the store and as its callers do. */
async function writeRows(store: Store): Promise<void> {
  await store.services.saveCatalog(
    {
      host,
      project: 'shop',
      compose_file: '/shop/compose.yaml',
      services: [aService('db'), aService('web', { needs: ['db'] })],
      budget: { memory_bytes: 2 ** 30, cpus: 2 },
      read_at: iso(noon),
      error: null,
    },
    [event('catalog.read')],
  );
  await store.services.observe([seen(), seen({ name: 'db' })], [event('service.started')], noon);
  await store.presence.beat({ process: 'madre', host, at: noon, detail: { pid: 7 } });
  await store.moduleHealth.see([{ host, name: 'web', health: 'ok', reason: null }], noon);
  await writeWindows(store);
  await writePlans(store);
  await writeTask(store);
  await writeAutonomy(store);
  await writeTokens(store);
  // the oldest rows are pruned
  const later = ['window.queued', 'window.opening', 'window.open', 'window.extended'] as const;
  await store.events.append(later.map((type) => event(type, { at: noon + minute })));
  const ask = { before: noon + minute, now: noon + 2 * minute, actor: 'retention' };
  await store.audit.prune('events', ask);
}

async function writeWindows({ windows, leases }: Store): Promise<void> {
  const asked = aWindow({ window_id: ids.open });
  await windows.request(asked, [event('window.requested', { window_id: ids.open })]);
  const open = anOpenWindow({ window_id: ids.open });
  const deadline = Date.parse(open.expires_at!);
  const lease = { window_id: ids.open, host, service: 'web', deadline, is_open: true };
  await leases.reserve(ids.open, [lease], noon);
  await windows.save(open, [event('window.open', { window_id: ids.open })]);
  const receipt = {
    window_id: ids.closed,
    closed_by: 'caller' as const,
    reason: 'done',
    deadline: iso(noon),
    closed_at: iso(noon),
    overrun_ms: 0,
    services: [],
    residue: [],
  };
  const closed = { state: 'closed' as const, closed_at: iso(noon), receipt };
  await windows.save(anOpenWindow({ window_id: ids.closed, ...closed }), []);
}

async function writePlans({ intents, plans, sessions }: Store): Promise<void> {
  const said = { source: 'chat' as const, actor: 'ada', session_id: 'desk', correlation_id: 'c-1' };
  const intent = { intent_id: ids.intent, at: noon, ...said, payload: { text: 'stop web' } };
  await intents.append(intent, [event('intent.received')]);
  const step = aStep();
  const plan = aPlan({
    plan_id: ids.plan,
    intent_id: ids.intent,
    status: 'RUNNING',
    steps: [step],
  });
  await plans.insert(plan, null, [event('plan.created')]);
  const done = { ...step, status: 'DONE' as const };
  const what = { module: 'madre', action: 'NOOP', outcome: 'DONE', reason: null };
  const action = { id: 'action-00000001', at: noon, plan_id: ids.plan, ...what };
  await plans.saveStep(ids.plan, done, [event('plan.step')], action);
  const token = { confirm_hash: 'f'.repeat(64), lookup_hash: 'e'.repeat(64) };
  await plans.insert(aWaitingPlan({ plan_id: ids.waiting }), token, []);
  const turn = {
    at: noon,
    actor: 'ada',
    message: 'stop web',
    response: 'yes',
    status: 'DONE' as const,
    intent_id: ids.intent,
    plan_id: ids.plan,
  };
  const digest = { mode: 'MADRE' as const, topic: 'general' as const, summary: 'web' };
  await sessions.append(person('ada'), 'desk', turn, () => digest);
}

async function writeTask({ tasks }: Store): Promise<void> {
  const { view, spec } = aTask(ofTask);
  await tasks.create(view, spec, [event('spawn.queued')]);
  const bytes = new Uint8Array(Buffer.from('hi\n'));
  const chunk = { attempt: 1, seq: 1, stream: 'stdout' as const, at: noon, start: 0, bytes };
  await tasks.change(view.spawn_id, (record) => ({
    view: { ...record.view, state: 'running', started_at: iso(noon) },
    attempt: anAttempt(),
    output: { attempt: 1, add: [chunk], drop: [] },
    events: [event('spawn.running')],
  }));
}

async function writeAutonomy({ autonomy, llmCalls, rails, reports }: Store): Promise<void> {
  await autonomy.start('ada', noon, [event('autonomy.started')]);
  await autonomy.countRound(noon, 'h');
  await autonomy.decide(aDecision({ decision_id: ids.decision }), [event('autonomy.decided')]);
  await llmCalls.record({
    at: noon,
    purpose: 'parse',
    account: 'parse',
    provider: 'fake',
    model: 'small',
    outcome: 'ok',
    attempts: 1,
    tokens_in: 100,
    tokens_out: 20,
    cost_usd: 0.25,
    latency_ms: 5,
    correlation_id: 'c-1',
    prompt_hash: 'h',
  });
  await rails.take(
    {
      intent_id: ids.railsIntent,
      at: noon,
      source: 'hormiguero',
      actor: 'scanner',
      type: 'incident',
      domain: 'db',
      intent_type: 'db_sanity',
      urgency: 'medium',
      payload_json: JSON.stringify({ summary: 'found' }),
      correlation_id: 'r-1',
    },
    () => event('rails.routed'),
  );
  const report = { report_id: newId('report'), at: noon, subject: ids.report, status: 'success' };
  await reports.add(
    { ...report, kind: 'spawn', correlation_id: 'c-1', report: { lines: [1] } },
    [],
  );
}

async function writeTokens({ tokens, idempotency }: Store): Promise<void> {
  const none = { expires_at: null, revoked_at: null, last_used_at: null };
  const token = { scope: 'operator', secret_hash: 'f'.repeat(64), created_at: noon } as const;
  await tokens.create({ id: ids.replaced, name: 'ci', ...token, ...none }, []);
  const next = { id: ids.token, name: 'ci', ...token, secret_hash: 'e'.repeat(64), ...none };
  const replaces = { id: ids.replaced, at: noon + minute };
  await tokens.create(next, [event('token.created')], { now: noon, replaces });
  const repeat = await idempotency.begin({ ...request, now: noon });
  if (repeat.kind !== 'first') throw new Error(`it was ${repeat.kind}`);
  await idempotency.finish(repeat.claim, 200, '{"status":"OK"}');
}

/** What the store reads from those rows. */
export async function readRows(store: Store) {
  const task = (await store.tasks.list({ ...ofTask, limit: 1 })).spawns[0]!;
  return {
    windows: [await store.windows.find(ids.open), await store.windows.find(ids.closed)],
    live: await store.windows.live(host),
    leases: await store.leases.ofWindow(ids.open),
    catalog: await store.services.catalogOf(host),
    observed: await store.services.observed(host),
    events: await store.events.after(0, 1000),
    tokens: [await store.tokens.find(ids.token), await store.tokens.find(ids.replaced)],
    repeat: await store.idempotency.begin({ ...request, now: noon + 1 }),
    task: await store.tasks.record(task.spawn_id),
    output: (await store.taskOutput.ofAttempt(task.spawn_id, 1)).map(({ bytes, ...chunk }) => ({
      ...chunk,
      text: Buffer.from(bytes).toString(),
    })),
    intents: [await store.intents.find(ids.intent), await store.intents.find(ids.railsIntent)],
    plans: [await store.plans.find(ids.plan), await store.plans.find(ids.waiting)],
    confirm: await store.plans.confirmHash(ids.waiting),
    session: await store.sessions.find(person('ada'), 'desk'),
    actions: await store.actions.newest(9),
    presence: await store.presence.list(),
    spent: await store.llmCalls.spent({ since: 0 }),
    autonomy: await store.autonomy.state(),
    decision: await store.autonomy.find(ids.decision),
    health: await store.moduleHealth.list(),
    lanes: await store.rails.lanes(),
    rails: [await store.rails.find(ids.railsIntent), await store.rails.events(9)],
    report: await store.reports.find('spawn', ids.report),
  };
}
