import { ApplicationFailure, Context } from '@temporalio/activity';
import type { WindowView } from '../../contracts/window.ts';
import { queued, without } from '../../domain/windows/window.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { createAdmissions } from './admissions.ts';
import { endWindow, failWindow } from './closing.ts';
import { heldServices } from './host/containers.ts';
import { takeDownUnheld, takeDown } from './start/take-down.ts';
import { updateGuard } from './hold-opening.ts';
import { hostEvent, type PowerHost, lockOf, type Cause } from './host/host.ts';
import { openWindow } from './opening.ts';
import type { By, PowerActivities } from './power-activities.ts';
import { lookBeforeRestart, restartContainers, startAgain } from './restart.ts';
import type { ReconcileLoop } from './reconcile-loop.ts';

const causeOf = (by: By, view?: WindowView): Cause => ({
  actor: by.actor,
  ...(by.principal !== undefined && { actor_id: by.principal }),
  correlation_id: by.correlation_id,
  ...(view === undefined ? {} : { window_id: view.window_id }),
});

export function createPowerActivities(power: PowerHost, loop: ReconcileLoop): PowerActivities {
  const admissions = createAdmissions(power);
  /** Windows that are opening in this process, so that a close can abort the opening. */
  const openings = new Map<string, AbortController>();
  const abortOpening = (view: WindowView): void =>
    openings
      .get(view.window_id)
      ?.abort(ApplicationFailure.nonRetryable('closed while it opened', 'window_ended'));

  const abortable = async <T>(
    view: WindowView,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const controller = new AbortController();
    openings.set(view.window_id, controller);
    // the SDK's reason distinguishes a worker shutdown, which is worth a retry, from a cancelled window
    const { cancellationSignal } = Context.current();
    cancellationSignal.addEventListener('abort', () => controller.abort(cancellationSignal.reason));
    try {
      return await withHeartbeat(() => work(controller.signal));
    } finally {
      if (openings.get(view.window_id) === controller) openings.delete(view.window_id);
    }
  };

  return {
    async openServices({ view, ...by }) {
      power.claim.mustHold();
      const outcome = await abortable(view, (signal) =>
        openWindow(power, admissions, view, causeOf(by, view), signal),
      );
      loop.replan();
      return outcome;
    },
    awaitRoom: ({ view, because, ...by }) =>
      abortable(view, async (signal) => {
        const waiting = queued(view, because);
        await power.store.windows.save(waiting, [
          hostEvent(power, 'window.queued', by.actor, {
            ...causeOf(by, view),
            payload: { waiting_for: because },
          }),
        ]);
        await admissions.wait(view, signal);
        return waiting;
      }),
    moveDeadline: ({ view, clamped, ...by }) =>
      withHeartbeat(async () => {
        const deadline = view.expires_at === null ? null : Date.parse(view.expires_at);
        const moved = await power.store.leases.renew(view.window_id, deadline, power.clock());
        if (!moved) return false;
        await power.leases.refresh();
        await power.store.windows.save(view, [
          hostEvent(power, 'window.extended', by.actor, {
            ...causeOf(by, view),
            payload: { expires_at: view.expires_at, clamped, extensions: view.extensions },
          }),
        ]);
        await updateGuard(power, view.members);
        loop.replan();
        return true;
      }),
    releaseFromWindow: ({ view, service, ...by }) =>
      withHeartbeat(async () => {
        await power.store.leases.release(view.window_id, [service]);
        await power.leases.refresh();
        await takeDownUnheld(power, [service], 'window', causeOf(by, view));
        const rest = without(view, service);
        await power.store.windows.save(rest, []);
        return rest;
      }),
    closeServices: ({ view, closed_by, reason, ...by }) =>
      withHeartbeat(async () => {
        abortOpening(view);
        const ended = await endWindow(power, view, { closed_by, reason }, causeOf(by, view));
        loop.replan();
        return ended;
      }),
    failServices: ({ view, error, detail, ...by }) =>
      withHeartbeat(() => {
        abortOpening(view);
        const failures = view.services.map((service) => ({ service, error, detail }));
        return failWindow(power, view, failures, causeOf(by, view));
      }),
    endStrays: (by) => withHeartbeat(() => endStrays(power, by)),
    lookBeforeRestart: (request) =>
      withHeartbeat(async () => {
        power.claim.mustHold();
        return lookBeforeRestart(power, request);
      }),
    restartService: ({ containers, ...request }) =>
      withHeartbeat(async () => {
        // a workflow of an earlier version did not call lookBeforeRestart
        const before = containers ?? (await lookBeforeRestart(power, request)).containers;
        const { cancellationSignal } = Context.current();
        await restartContainers(power, request, before, cancellationSignal);
      }),
    startAgain: ({ containers, ...request }) =>
      withHeartbeat(() => startAgain(power, request, containers)),
  };
}

async function endStrays(power: PowerHost, by: By): Promise<string[]> {
  power.claim.mustHold();
  const catalog = await power.catalog.current();
  await power.leases.refresh();
  const others = catalog.services.filter(({ tier }) => tier !== 'window');
  const kept = new Set(others.map(({ name }) => name));
  const names = new Set([...catalog.services.map(({ name }) => name), ...heldServices(power)]);
  const ended: string[] = [];
  await Promise.all(
    [...names]
      .filter((name) => !kept.has(name))
      .map((name) =>
        power.lock.run(lockOf(name), async () => {
          if (power.leases.live(name).length > 0) return;
          if (await takeDown(power, name, 'window', causeOf(by))) ended.push(name);
        }),
      ),
  );
  power.metrics.straysEnded.inc(ended.length);
  return ended.sort();
}
