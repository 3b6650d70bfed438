import { planView, type PlanView } from '../contracts/plan.ts';
import { readEvents } from './event-stream.ts';
import type { Session } from './session.ts';
import { plain } from './table.ts';

const ended = new Set<PlanView['status']>(['DONE', 'ERROR', 'REJECTED', 'CANCELLED']);
const lookEveryMs = 1000;
const longestMs = 3_600_000;

/** Tells on stderr what a plan does, step by step, until it has ended; the events only decorate. */
export async function watchPlan(session: Session, id: string): Promise<PlanView> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, session.signal]);
  const news = new EventTarget();
  const following = tellSteps(session, id, news, signal).catch(() => undefined);
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
  news: EventTarget,
  signal: AbortSignal,
): Promise<void> {
  for await (const event of readEvents(gateway, { planId: id, since: 0 }, signal)) {
    const { step_id, type, status, error } = event.payload as Record<string, string | null>;
    if (event.type === 'plan.step') {
      terminal.err(plain(`  ${step_id} ${type}: ${status}${error === null ? '' : ` [${error}]`}`));
    }
    if (/^plan\.(done|failed|rejected|cancelled)$/.test(event.type)) {
      news.dispatchEvent(new Event('ended'));
    }
  }
}
