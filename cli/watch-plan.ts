import { planView, type PlanView } from '../contracts/plan.ts';
import { readEvents } from '../client/event-stream.ts';
import type { Session } from './session.ts';
import { pollUntil } from '../platform/concurrency/poll.ts';
import { plainText } from '../platform/clean-text.ts';

const ended = new Set<PlanView['status']>(['DONE', 'ERROR', 'REJECTED', 'CANCELLED']);
/** The states in which a step has ended. */
const over = new Set<PlanView['steps'][number]['status']>(['DONE', 'ERROR', 'UNDONE']);
const pollEveryMs = 1000;
const longestMs = 3_600_000;

/** Formats the status of a step as one line. */
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
 * Prints a plan's steps on stderr until the plan ends. New steps come from its events; the plan itself is polled for the
 * steps that ended before the event stream began.
 * @param shown step lines that were already printed
 * @returns the plan, which is still running if Ctrl-C or an hour of waiting ended the watch
 */
export async function watchPlan(
  session: Session,
  id: string,
  shown: ReadonlySet<string> = new Set(),
): Promise<PlanView> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, session.signal]);
  let wake = (): void => undefined;
  const known = new Set(shown);
  const print = (step: Parameters<typeof stepLine>[0]): void => {
    const line = stepLine(step);
    if (!known.has(line)) session.terminal.err(line);
    known.add(line);
  };
  const following = printSteps(session, id, { onEnded: () => wake(), print }, signal).catch(
    () => undefined,
  );
  const look = async (): Promise<PlanView> => {
    const plan = await session.gateway.call('GET', `/madre/plans/${id}`, planView);
    for (const { error, ...step } of plan.steps) {
      if (over.has(step.status)) print({ ...step, error: error?.code ?? null });
    }
    return plan;
  };
  try {
    return await pollUntil(look, ({ status }) => ended.has(status) || session.signal.aborted, {
      everyMs: pollEveryMs,
      withinMs: longestMs,
      sooner: () => new Promise<void>((resolve) => (wake = resolve)),
    });
  } finally {
    done.abort();
    await following;
  }
}

async function printSteps(
  { gateway }: Session,
  id: string,
  {
    onEnded,
    print,
  }: { onEnded: () => void; print: (step: Parameters<typeof stepLine>[0]) => void },
  signal: AbortSignal,
): Promise<void> {
  for await (const event of readEvents(gateway, { planId: id }, signal)) {
    if (event.type === 'plan.step') print(event.payload as Parameters<typeof stepLine>[0]);
    if (/^plan\.(done|failed|rejected|cancelled)$/.test(event.type)) {
      onEnded();
    }
  }
}
