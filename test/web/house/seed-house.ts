import { endedWithout, finished } from '../../../domain/tasks/task.ts';
import type { WindowView } from '../../../contracts/window.ts';
import type { Store } from '../../../store/index.ts';
import { iso, minute } from '../../domain/samples.ts';
import { anAttempt, aTask } from '../../domain/tasks/samples.ts';
import { view } from '../../gateway/fixture.ts';
import { aDecision } from '../../domain/autonomy/samples.ts';
import { schedules, seedChecks, suites } from './seed-checks.ts';
import { seedModels } from './seed-models.ts';
import { notify, seedNotices, seedSchedules, windowSchedules } from './seed-notices.ts';
import { seedRepairs } from './seed-repairs.ts';
import { seedRouting } from './seed-routing.ts';
import { seedDrift, seedIncidents } from './seed-trouble.ts';
import { closed, names, open, seedServices, seen } from './seed.ts';

const hour = 60 * minute;

/** A full house: every kind of row that the pages show. */
export async function seedHouse(store: Store): Promise<{
  window: WindowView;
  ended: WindowView;
  taskId: string;
  deadTask: string;
  failedRun: string;
  liveRun: string;
  waitingRepair: string;
  endedRepair: string;
  decision: string;
  incident: string;
  failedPull: string;
}> {
  await seedServices(store, 0, {
    suites,
    schedules,
    notify,
    window_schedules: windowSchedules,
  });
  const now = Date.now();
  const at = (ms: number): string => iso(now + ms);
  const ended = await closed(
    store,
    { services: ['web'], members: ['db', 'web'], reason: 'demo for Rosa', owner: 'ana' },
    { ago: 3 * hour, overrun: 40 },
  );
  for (let nth = 0; nth < 14; nth += 1) {
    await closed(
      store,
      {
        services: [names[(nth * 5) % names.length]!],
        reason: nth % 3 === 0 ? 'nightly' : 'backup check',
        owner: nth % 2 === 0 ? 'ben' : 'ana',
      },
      {
        ago: (nth + 1) * 71 * minute,
        lasted: (10 + nth * 4) * minute,
        overrun: [40, 90, 180, 320, 60, 1400, 75][nth % 7]!,
      },
    );
  }
  await closed(
    store,
    { services: ['loki'], reason: 'logs', owner: 'ben' },
    { ago: 50 * minute, overrun: 6200 },
    { closed_by: 'settle_loop', residue: ['loki'] },
  );
  const window = await open(store, {
    services: ['web'],
    members: ['db', 'web'],
    reason: 'demo for Rosa',
    opened_at: at(-18 * minute),
    requested_at: at(-18 * minute - 4000),
    expires_at: at(12 * minute + 31_000),
    ttl_ms: 30 * minute,
    extensions: 1,
  });
  await open(
    store,
    {
      services: ['hermes', 'switch'],
      members: ['hermes', 'switch'],
      owner: 'ben',
      reason: 'nightly',
      state: 'opening',
      opened_at: null,
      expires_at: null,
      services_started: ['switch'],
      waiting_for: 'the image of hermes (42 %)',
    },
    { hermes: 'starting' },
  );
  await open(store, {
    services: ['gpu'],
    owner: 'root',
    reason: 'training',
    mode: 'hold',
    ttl_ms: null,
    opened_at: at(-5 * hour),
    expires_at: null,
  });
  await open(store, {
    services: ['spawner'],
    owner: 'ana',
    reason: 'batch',
    state: 'closing',
    opened_at: at(-hour),
    expires_at: at(-400),
  });
  await open(store, {
    services: ['mcp'],
    owner: 'ben',
    reason: 'Claude looks for the leak',
    opened_at: at(-6 * minute),
    requested_at: at(-6 * minute - 2000),
    expires_at: at(24 * minute),
    ttl_ms: 30 * minute,
  });
  await store.windows.save(
    view({
      target: 'render',
      services: ['render'],
      members: ['render'],
      owner: 'ben',
      reason: null,
      state: 'queued',
      opened_at: null,
      expires_at: null,
      services_started: [],
      waiting_for: '2 GB: web or gpu have to end',
    }),
    [],
  );
  await store.services.observe(
    [
      seen('redis-tools', { stray_since: now - 3 * minute }),
      seen('db', { state: 'unhealthy', health: 'unhealthy' }),
    ],
    [],
    now,
  );
  await store.windows.save(
    view({
      target: 'jupyter',
      services: ['jupyter'],
      members: ['jupyter'],
      owner: 'ci',
      state: 'failed',
      services_started: [],
      opened_at: null,
      expires_at: null,
      requested_at: at(-2 * hour),
      closed_at: at(-2 * hour + 30_000),
      services_failed: [
        {
          service: 'jupyter',
          error: 'port_taken',
          detail:
            'Port 8888 is taken by a process outside VX11. Stop it, or change the port in the compose file.',
        },
      ],
    }),
    [],
  );
  const tasks = await seedTasks(store, now);
  const runs = await seedChecks(store);
  const repairs = await seedRepairs(store, runs.failedRun);
  await seedLoop(store, now);
  await seedDrift(store);
  await seedNotices(store);
  await seedSchedules(store);
  const decision = await seedRouting(store);
  const incident = await seedIncidents(store);
  const failedPull = await seedModels(store);
  return { window, ended, ...tasks, ...runs, ...repairs, decision, incident, failedPull };
}

/** Rounds of the loop over an hour, and the calls to two language models. */
async function seedLoop(store: Store, now: number): Promise<void> {
  for (let nth = 40; nth >= 0; nth -= 1) {
    const at = iso(now - nth * 1.5 * minute);
    const load = 0.3 + 0.5 * Math.abs(Math.sin(nth / 5)) + (nth > 12 && nth < 18 ? 0.6 : 0);
    const memory = 0.52 + 0.12 * Math.sin(nth / 9);
    const pressed_seconds = load > 1 ? 60 : 0;
    const { observation } = aDecision();
    const hosts = [{ host: 'box', load, memory, pressed_seconds }];
    await store.autonomy.decide(
      aDecision({ at, action: 'wait', observation: { ...observation, at, hosts } }),
      [],
    );
    await store.llmCalls.record({
      at: Date.parse(at),
      purpose: nth % 4 === 0 ? 'reason' : 'parse',
      account: nth % 4 === 0 ? 'autonomy' : 'parse',
      provider: nth % 4 === 0 ? 'openai' : 'ollama',
      model: nth % 4 === 0 ? 'gpt-5-mini' : 'qwen3:8b',
      outcome: nth % 13 === 0 ? 'timeout' : 'ok',
      attempts: 1,
      tokens_in: 900 + nth * 7,
      tokens_out: 120,
      cost_usd: nth % 4 === 0 ? 0.0021 : null,
      latency_ms: 600 + ((nth * 137) % 1900),
      correlation_id: 'loop',
      prompt_hash: 'h',
    });
  }
}

async function seedTasks(store: Store, now: number): Promise<{ taskId: string; deadTask: string }> {
  const add = async (ago: number, end: Parameters<typeof finished>[1] | null, output: string) => {
    const { view: task, spec } = aTask({ owner: 'ana' }, now - ago);
    await store.tasks.create(task, spec, [
      { type: 'spawn.queued', at: now - ago, actor: 'ana', payload: { spawn_id: task.spawn_id } },
    ]);
    await store.tasks.change(task.spawn_id, ({ view: before }) => ({
      view: { ...before, state: 'running', status: 'RUNNING', started_at: iso(now - ago + 300) },
      attempt: anAttempt({ started_at: iso(now - ago + 300) }),
      events: [],
    }));
    const bytes = new TextEncoder().encode(output);
    await store.taskOutput.append(task.spawn_id, {
      attempt: 1,
      drop: [],
      add: [{ attempt: 1, seq: 1, stream: 'stdout', at: now - ago + 400, start: 0, bytes }],
    });
    if (end !== null)
      await store.tasks.change(task.spawn_id, ({ view: before }) => ({
        view: finished(before, end, now - ago + 4200),
        events: [
          {
            type: 'spawn.finished',
            at: now - ago + 4200,
            actor: 'spawner',
            payload: { spawn_id: task.spawn_id, state: end.end.state },
          },
        ],
      }));
    return task.spawn_id;
  };
  const lines = Array.from(
    { length: 60 },
    (_, nth) => `\u001B[32mstep ${nth + 1}\u001B[0m done in ${(nth * 37) % 90} ms`,
  ).join('\n');
  await add(
    6 * hour,
    {
      end: { ...endedWithout('completed', 'exit', null), exit_code: 0 },
      artifacts: [{ path: 'report.csv', bytes: 48_200 }],
      refused: [],
    },
    'ok\n',
  );
  const deadTask = await add(
    40 * minute,
    {
      end: {
        ...endedWithout('killed', 'out_of_memory', 'It used more than its 256 MB.'),
        limit: { name: 'memory_mb', allowed: 256, peak: 256 },
        peak_memory_mb: 256,
      },
      artifacts: [],
      refused: [],
    },
    `${lines}\n\u001B[31mMemoryError\u001B[0m: cannot allocate\n`,
  );
  const taskId = await add(2 * minute, null, `${lines}\n`);
  return { taskId, deadTask };
}
