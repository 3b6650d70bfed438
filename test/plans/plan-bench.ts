import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import pino from 'pino';
import { createPlanActivities } from '../../activities/plans/create-activities.ts';
import type { PlanActivities } from '../../activities/plans/plan-activities.ts';
import type { PlanDeps, PlanRuns } from '../../activities/plans/ports.ts';
import { propose, type Proposal, type Proposed } from '../../activities/plans/propose.ts';
import { newId, planWorkflowId } from '../../contracts/ids.ts';
import type { PlanView, StepDraft } from '../../contracts/plan.ts';
import type { ConfirmRule } from '../../contracts/service.ts';
import type { WindowView } from '../../contracts/window.ts';
import { closed, hasEnded, isOpen, opened, opening, without } from '../../domain/windows/window.ts';
import { openStore, type Store } from '../../store/index.ts';
import { confirmHashOf } from '../../platform/plan-token.ts';
import { cancelPlan, confirmPlan, type ConfirmPlan } from '../../workflows/plan-messages.ts';
import { planStart } from '../../workflows/plan-start.ts';
import type { runPlan } from '../../workflows/run-plan.ts';
import { aService } from '../domain/samples.ts';
import { catalog } from '../gateway/fixture.ts';
import { testBundle } from '../workflows/temporal-bench.ts';
import { breakable, connectWorkers, type Calls } from '../workflows/workers.ts';
import { noChecks, noRepairs } from '../activities/plans/no-checks.ts';

type Handle = WorkflowHandle<typeof runPlan>;

/** The real workflow and activities of plans over a real store; windows are in memory, and each effect is counted. */
export interface PlanBench extends Calls<keyof PlanActivities> {
  store: Store;
  deps: PlanDeps;
  client: Client;
  failing: Set<keyof PlanActivities>;
  /** How often each window was really opened. */
  openings: Map<string, number>;
  /** While set, openings wait for it. */
  gate: Promise<void> | null;
  /** Services that do not come up. */
  broken: Set<string>;
  propose(steps: StepDraft[], more?: Partial<Proposal>): Promise<Proposed>;
  handle(plan: PlanView): Handle;
  confirm(
    plan: PlanView,
    token: string,
    change?: Partial<ConfirmPlan> & { updateId?: string },
  ): Promise<PlanView>;
  cancel(plan: PlanView): Promise<PlanView>;
  /** The end of its run. */
  end(plan: PlanView): Promise<PlanView>;
  open(): Promise<WindowView[]>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPlanBench(
  address: string,
  rule: Partial<ConfirmRule> = {},
): Promise<PlanBench> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-plan-bench-'));
  const store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  const services = ['web', 'db', 'shubniggurath'].map((name) => aService(name));
  const confirm = { quorum: 1, no_self_approval: false, expires_ms: 60_000, ...rule };
  await store.services.saveCatalog({ ...catalog(services), confirm }, []);
  const workflowBundle = await testBundle();
  const workers = await connectWorkers(address);
  const { client, taskQueue } = workers;
  const deps: PlanDeps = {
    store,
    clock: Date.now,
    log: pino({ level: 'silent' }),
    runs: () => runs,
    spawner: null,
    checks: noChecks,
    repairs: noRepairs,
    patches: null,
    roles: {},
  };
  const runs: PlanRuns = {
    start: async (plan) =>
      void (await client.workflow.start<typeof runPlan>('runPlan', {
        ...planStart(plan, taskQueue),
        taskQueue,
      })),
    runs: async () => true,
    extendWindow: () => Promise.reject(new Error('not here')),
    async openWindow(view) {
      const known = (await store.windows.find(view.window_id)) ?? view;
      if (isOpen(known) || hasEnded(known)) return known;
      bench.openings.set(view.window_id, (bench.openings.get(view.window_id) ?? 0) + 1);
      await bench.gate;
      const again = (await store.windows.find(view.window_id)) ?? view;
      if (hasEnded(again)) throw new Error('it was closed while it opened');
      const lost = view.services.filter((name) => bench.broken.has(name));
      const failed = lost.map((name) => ({
        service: name,
        error: 'unhealthy' as const,
        detail: 'never',
      }));
      const started = view.services.filter((name) => !bench.broken.has(name));
      const open =
        started.length === 0
          ? {
              ...view,
              state: 'failed' as const,
              closed_at: new Date().toISOString(),
              services_failed: failed,
            }
          : opened(opening(view, view.services), Date.now(), { started, failed });
      await store.windows.save(open, []);
      return open;
    },
    async closeWindow(id, { reason }) {
      const view = await store.windows.find(id);
      if (view === null || hasEnded(view)) return null;
      const now = new Date().toISOString();
      const receipt = {
        window_id: id,
        closed_by: 'caller' as const,
        reason,
        deadline: view.expires_at,
        closed_at: now,
        overrun_ms: 0,
        services: [],
        residue: [],
      };
      await store.windows.save(closed(view, receipt), []);
      return closed(view, receipt);
    },
    async releaseService(id, { service: name }) {
      const view = await store.windows.find(id);
      if (view === null || hasEnded(view)) return null;
      const rest = without(view, name);
      await store.windows.save(rest, []);
      return rest.members.length > 0
        ? rest
        : runs.closeWindow(id, { actor: '', correlation_id: '', reason: 'empty' }, 0);
    },
    restartService: async () => null,
    cancelRestart: async () => false,
  };
  const startWorker = () =>
    workers.start({
      taskQueue,
      workflowBundle,
      activities: { ...breakable(createPlanActivities(deps), () => bench) },
      stickyQueueScheduleToStartTimeout: '1s',
    });
  let endWorker: (() => Promise<void>) | null = null;
  const bench: PlanBench = {
    store,
    deps,
    client,
    calls: [],
    fault: null,
    failing: new Set(),
    openings: new Map(),
    gate: null,
    broken: new Set(),
    propose: (steps, more = {}) =>
      propose(deps, {
        source: 'autonomous',
        actor: 'ada',
        reason: 'test',
        correlation_id: newId('run'),
        steps,
        ...more,
      }),
    handle: (plan) => client.workflow.getHandle<typeof runPlan>(planWorkflowId(plan.plan_id)),
    confirm(plan, token, { updateId, ...change } = {}) {
      const message = {
        actor: 'bea',
        correlation_id: 'c-1',
        confirm_hash: confirmHashOf(plan.plan_hash, token),
        ...change,
      };
      return bench.handle(plan).executeUpdate(confirmPlan, {
        args: [message],
        ...(updateId !== undefined && { updateId }),
      });
    },
    cancel: (plan) =>
      bench.handle(plan).executeUpdate(cancelPlan, {
        args: [{ actor: 'bea', correlation_id: 'c-1', reason: null }],
      }),
    end: (plan) =>
      Promise.race([
        bench.handle(plan).result(),
        sleep(45_000).then(() => {
          throw new Error(`${plan.plan_id} does not end`);
        }),
      ]),
    open: async () =>
      (await store.windows.list({ limit: 1000 })).windows.filter((view) => !hasEnded(view)),
    async pause() {
      await endWorker?.();
      endWorker = null;
    },
    resume: async () => void (endWorker ??= await startWorker()),
    async stop() {
      await workers.stop();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await bench.resume();
  return bench;
}

/** A window of a plan's own, over these services. */
export const openStep = (services: string[]): StepDraft => ({
  type: 'OPEN_WINDOW',
  params: {
    window_id: 'window-00000000',
    kind: 'operator',
    host: 'box',
    services,
    mode: 'ttl',
    ttl_seconds: 600,
    reason: null,
  },
});
export const noop = (depends_on?: string[]): StepDraft => ({
  type: 'NOOP',
  params: { message: 'light' },
  ...(depends_on !== undefined && { depends_on }),
});
export const stopStep = (services: string[], window_ids: string[] = []): StepDraft => ({
  type: 'CLOSE_WINDOW',
  params: { window_ids, services },
});
