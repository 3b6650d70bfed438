import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../../platform/hash.ts';
import { withTraceParent } from '../../../platform/trace-context.ts';
import { attributeOf, treeOf } from './collector.ts';
import { aWindow, startExporter, type Exporter } from './exporter.ts';

const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let exporter: Exporter;
beforeEach(async () => {
  exporter = await startExporter();
});
afterEach(() => exporter.end());
const spans = () => exporter.collector.spans();
const round = () => exporter.start()();

describe('what happened is sent as', () => {
  test('a window: its wait, the pull, each start, its open time, each stop, and the whole', async () => {
    await aWindow(exporter, 'window-1f2e3d4c');
    await round();
    expect(treeOf(spans())).toEqual([
      'window web, db',
      '  opening',
      '    queued',
      '    pull db:1',
      '    start web',
      '    ready web',
      '    start db',
      '    ready db',
      '  open',
      '  closing',
      '    stop db',
      '    stop web',
    ]);
    const root = spans().find(({ parentSpanId }) => parentSpanId === undefined);
    expect(root!.traceId).toBe(sha256('window-1f2e3d4c').slice(0, 32));
    expect(new Set(spans().map(({ traceId }) => traceId)).size).toBe(1);
    expect(attributeOf(root!, 'vx11.window_id')).toBe('window-1f2e3d4c');
    expect(attributeOf(root!, 'vx11.reason')).toBe('demo');
    expect(attributeOf(root!, 'vx11.overrun_ms')).toBe('12');
    const open = spans().find(({ name }) => name === 'open')!;
    expect(open.events.map(({ name }) => name)).toEqual(['extended']);
    const [from, to] = [open.startTimeUnixNano, open.endTimeUnixNano].map(BigInt);
    expect(Number(to! - from!) / 1e6).toBe(61_000);
  });

  test('the opening of a window while it is still open', async () => {
    const of = { window_id: 'window-1f2e3d4c' };
    await exporter.append('window.requested', { ...of, payload: { services: ['web'] } });
    await exporter.append('window.opening', of);
    await exporter.append('window.open', { ...of, payload: { started: ['web'] } });
    await round();
    expect(spans().map(({ name }) => name)).toEqual(['opening']);
  });

  test('a window that failed, with what did not come up and why', async () => {
    const of = { window_id: 'window-1f2e3d4c' };
    await exporter.append('window.requested', { ...of, payload: { services: ['web'] } });
    await exporter.append('window.opening', of);
    const failure = { error: 'port_taken', detail: 'port 80 is taken' };
    await exporter.append('service.failed', { ...of, service: 'web', payload: failure });
    const payload = { failures: [{ service: 'web', ...failure }] };
    await exporter.append('window.failed', { ...of, payload });
    await round();
    expect(treeOf(spans())).toEqual(['window web !', '  opening !', '    start web !']);
    expect(spans().map(({ status }) => status.message)).toContain('web: port 80 is taken');
  });

  test('a plan with its wait and steps, and below each step what it started', async () => {
    const of = { correlation_id: 'c', payload: { plan_id: 'plan-1f2e3d4c' } };
    const also = (payload: object) => ({ ...of, payload: { ...of.payload, ...payload } });
    await exporter.append('plan.created', also({ steps: ['OPEN_WINDOW', 'SPAWN'], risk: 'MED' }));
    await exporter.append('plan.waiting', of);
    await exporter.append('plan.approved', of);
    await exporter.append('plan.running', of);
    const started_at = new Date(exporter.now).toISOString();
    await withTraceParent('plan-1f2e3d4c/s1', () => aWindow(exporter, 'window-2f2e3d4c'));
    const step = (step_id: string, type: string, status: string) =>
      exporter.append('plan.step', also({ step_id, type, status, started_at }));
    await step('s1', 'OPEN_WINDOW', 'DONE');
    const task = { spawn_id: 'spawn-1f2e3d4c' };
    await withTraceParent('plan-1f2e3d4c/s2', () =>
      exporter.append('spawn.queued', { payload: { ...task, task_type: 'code' } }),
    );
    await exporter.append('spawn.running', { payload: { ...task, attempt: 1 } });
    await exporter.append('spawn.retried', { payload: { ...task, attempt: 1, state: 'failed' } });
    await exporter.append('spawn.running', { payload: { ...task, attempt: 2 } });
    const end = { state: 'completed', exit_code: 0, attempts: 2 };
    await exporter.append('spawn.finished', { payload: { ...task, ...end } });
    await step('s2', 'SPAWN', 'ERROR');
    await step('s1', 'OPEN_WINDOW', 'UNDONE');
    await exporter.append('plan.failed', also({ error: { code: 'task', detail: 'it failed' } }));
    await round();
    const tree = treeOf(spans());
    expect(tree.filter((line) => !/^ {6}/.test(line))).toEqual([
      'plan OPEN_WINDOW, SPAWN !',
      '  waiting',
      '  step OPEN_WINDOW',
      '    window web, db',
      '  step SPAWN !',
      '    task code',
      '  undo OPEN_WINDOW',
    ]);
    expect(tree).toContain('      attempt 1 !');
    expect(tree).toContain('      attempt 2');
    expect(new Set(spans().map(({ traceId }) => traceId))).toEqual(
      new Set([sha256('plan-1f2e3d4c').slice(0, 32)]),
    );
  });

  test('a run of checks with its suites, and a repair with its phases', async () => {
    const run = { run_id: 'run-1f2e3d4c', suite: 'shop' };
    await exporter.append('checks.queued', { payload: run });
    await exporter.append('checks.running', { payload: run });
    const [started_at, finished_at] = [0, 500].map((ms) =>
      new Date(exporter.now + ms).toISOString(),
    );
    const group = { started_at, finished_at };
    const groups = [
      { suite: 'web', ...group, counts: { passed: 2, failed: 1 } },
      { suite: 'db', ...group, counts: { passed: 1 } },
    ];
    const end = { status: 'failed', cause: 'assertion', counts: { passed: 3, failed: 1 }, groups };
    await exporter.append('checks.finished', { payload: { ...run, ...end } });
    const repair = { repair_id: 'repair-1f2e3d4c' };
    await exporter.append('repair.queued', { payload: { ...repair, suite: 'shop' } });
    for (const phase of ['reproducing', 'trying'])
      await exporter.append('repair.phase', { payload: { ...repair, phase, cycle: 1 } });
    await exporter.append('repair.finished', { payload: { ...repair, status: 'repaired' } });
    await round();
    expect(treeOf(spans())).toEqual([
      'checks shop !',
      '  queued',
      '  suite db',
      '  suite web !',
      'repair shop',
      '  queued',
      '  reproducing',
      '  trying',
    ]);
  });
});

describe('the trace of a caller', () => {
  test('contains what the caller asked for, below the span of the request', async () => {
    await withTraceParent(caller, () => aWindow(exporter, 'window-1f2e3d4c'));
    await round();
    expect(new Set(spans().map(({ traceId }) => traceId))).toEqual(new Set([caller.slice(3, 35)]));
    const root = spans().find(({ name }) => name === 'window web, db')!;
    expect(root).toMatchObject({ parentSpanId: 'b7ad6b7169203331', flags: 0x301 });
  });

  test('contains the window of a plan that the caller asked for', async () => {
    const payload = { plan_id: 'plan-1f2e3d4c' };
    await withTraceParent(caller, () => exporter.append('plan.created', { payload }));
    await withTraceParent('plan-1f2e3d4c/s1', () => aWindow(exporter, 'window-1f2e3d4c'));
    await round();
    expect(new Set(spans().map(({ traceId }) => traceId))).toEqual(new Set([caller.slice(3, 35)]));
  });
});

test('what belongs to another host is left to that host, and what belongs to none to madre', async () => {
  const of = { at: exporter.now, actor: 'ana', payload: { plan_id: 'plan-1f2e3d4c' } };
  const types = ['plan.created', 'plan.done'] as const;
  await exporter.store.events.append(types.map((type) => ({ ...of, type })));
  await exporter.start({ host: 'host-b', ownsPlans: false })();
  await aWindow(exporter, 'window-1f2e3d4c');
  await exporter.start({ host: 'host-b', ownsPlans: false })();
  expect(spans()).toEqual([]);
  await round();
  expect(spans().filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(2);
});
