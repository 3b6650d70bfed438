import { planView, type PlanView } from '../contracts/plan.ts';
import { readEvents } from './event-stream.ts';
import type { Session } from './session.ts';
import { plain } from './table.ts';

const ended = new Set<PlanView['status']>(['DONE', 'ERROR', 'REJECTED', 'CANCELLED']);
const lookEveryMs = 1000;
const longestMs = 3_600_000;

/** How far a step is, in one line. */
export const stepLine = (step: {
  step_id: string;
  type: string;
  status: string;
  error: string | null;
}): string =>
  plain(
    `  ${step.step_id} ${step.type}: ${step.status}${step.error === null ? '' : ` [${step.error}]`}`,
  );

/**
 * Tells on stderr what a plan does, step by step, until it has ended; the events only decorate.
 * @param told lines of steps that were told before
 */
export async function watchPlan(
  session: Session,
  id: string,
  told: ReadonlySet<string> = new Set(),
): Promise<PlanView> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, session.signal]);
  const news = new EventTarget();
  const following = tellSteps(session, id, { news, told }, signal).catch(() => undefined);
  const giveUp = performance.now() + longestMs;
  try {
    for (;;) {
      const plan = await session.gateway.call('GET', `/madre/plans/${id}`, planView);
      if (ended.has(plan.status) || performance.now() > giveUp || session.signal.aborted)
        return plan;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookEveryMs);
        news.addEventListener(
          'ended',
          () => {
            clearTimeout(timer);
            resolve();
          },
          { once: true },
        );
      });
    }
  } finally {
    done.abort();
    await following;
  }
}

async function tellSteps(
  { gateway, terminal }: Session,
  id: string,
  { news, told }: { news: EventTarget; told: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<void> {
  for await (const event of readEvents(gateway, { planId: id, since: 0 }, signal)) {
    if (event.type === 'plan.step') {
      const line = stepLine(event.payload as Parameters<typeof stepLine>[0]);
      if (!told.has(line)) terminal.err(line);
    }
    if (/^plan\.(done|failed|rejected|cancelled)$/.test(event.type)) {
      news.dispatchEvent(new Event('ended'));
    }
  }
}
