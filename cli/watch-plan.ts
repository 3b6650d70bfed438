import { planView, type PlanView } from '../contracts/plan.ts';
import { readEvents } from '../client/event-stream.ts';
import type { Session } from './session.ts';
import { plainText } from '../platform/plain-text.ts';

const ended = new Set<PlanView['status']>(['DONE', 'ERROR', 'REJECTED', 'CANCELLED']);
/** Ends of a step, as events tell them. */
const over = new Set<PlanView['steps'][number]['status']>(['DONE', 'ERROR', 'UNDONE']);
const lookEveryMs = 1000;
const longestMs = 3_600_000;

/** How far a step is, in one line. */
export const stepLine = (step: {
  step_id: string;
  type: string;
  status: string;
  error: string | null;
}): string =>
  plainText(
    `  ${step.step_id} ${step.type}: ${step.status}${step.error === null ? '' : ` [${step.error}]`}`,
  );

/**
 * Tells on stderr what a plan does, step by step, until it has ended: from its events as they come, and from the plan
 * itself what came before them.
 * @param told lines of steps that were told before
 */
export async function watchPlan(
  session: Session,
  id: string,
  told: ReadonlySet<string> = new Set(),
): Promise<PlanView> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, session.signal]);
  let wake = (): void => undefined;
  const known = new Set(told);
  const tell = (step: Parameters<typeof stepLine>[0]): void => {
    const line = stepLine(step);
    if (!known.has(line)) session.terminal.err(line);
    known.add(line);
  };
  const following = tellSteps(session, id, { onEnded: () => wake(), tell }, signal).catch(
    () => undefined,
  );
  const giveUp = performance.now() + longestMs;
  try {
    for (;;) {
      const plan = await session.gateway.call('GET', `/madre/plans/${id}`, planView);
      for (const { error, ...step } of plan.steps) {
        if (over.has(step.status)) tell({ ...step, error: error?.code ?? null });
      }
      if (ended.has(plan.status) || performance.now() > giveUp || session.signal.aborted)
        return plan;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookEveryMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    done.abort();
    await following;
  }
}

async function tellSteps(
  { gateway }: Session,
  id: string,
  { onEnded, tell }: { onEnded: () => void; tell: (step: Parameters<typeof stepLine>[0]) => void },
  signal: AbortSignal,
): Promise<void> {
  for await (const event of readEvents(gateway, { planId: id }, signal)) {
    if (event.type === 'plan.step') tell(event.payload as Parameters<typeof stepLine>[0]);
    if (/^plan\.(done|failed|rejected|cancelled)$/.test(event.type)) {
      onEnded();
    }
  }
}
