import { setTimeout as sleep } from 'node:timers/promises';
import type { WindowView } from '../../contracts/window.ts';
import type { Answer, TestStack } from './stack.ts';
import { until } from './wait.ts';

/** What a client gets: a response, or null if the connection broke. */
export type Outcome = Answer | null;

/** One call as a client makes it. A broken connection is an outcome; any 5xx other than a 503 problem throws. */
export async function attempt(
  stack: TestStack,
  path: string,
  body: unknown,
  headers?: Record<string, string>,
): Promise<Outcome> {
  const answer = await stack.call('POST', path, body, headers).catch(() => null);
  if (answer !== null && answer.status >= 500) {
    const problem = answer.headers.get('content-type') ?? '';
    if (answer.status !== 503 || !problem.startsWith('application/problem+json')) {
      throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
  }
  return answer;
}

/** Repeats a call, as clients do after a 503 or a broken connection, until it has another response. */
export async function insist(
  stack: TestStack,
  path: string,
  body: unknown,
  limitMs = 60_000,
): Promise<Answer> {
  return until(
    `${path} ${JSON.stringify(body)} is answered`,
    async () => {
      const outcome = await attempt(stack, path, body);
      if (outcome !== null && outcome.status !== 503) return outcome;
      await sleep(200); // more frequent calls would hit the rate limit
      return false;
    },
    limitMs,
  );
}

/** Opens a window; throws any other response in full. */
export async function openTarget(
  stack: TestStack,
  target: string,
  ttl_seconds: number,
): Promise<Answer> {
  const answer = await insist(stack, '/vx11/window/open', { target, ttl_seconds });
  if (answer.status < 300) return answer;
  throw new Error(`${target} was not opened: ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** Polls the gateway until a window is closed or has failed. */
export async function ended(stack: TestStack, id: string, limitMs = 60_000): Promise<WindowView> {
  return until(
    `${id} has ended`,
    async () => {
      const { body } = await stack.call('GET', `/vx11/windows/${id}`);
      const view = body as WindowView;
      return (view.state === 'closed' || view.state === 'failed') && view;
    },
    limitMs,
  );
}

/** When the last service of a closed window stopped, in epoch ms. */
export const downAt = (view: WindowView): number =>
  Math.max(...view.receipt!.services.map(({ stopped_at }) => Date.parse(stopped_at ?? '')));
