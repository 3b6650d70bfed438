import { z } from 'zod';
import { GatewayFailure } from './gateway-failure.ts';
import { problemText } from './problem-text.ts';
import type { Target } from './target.ts';

/** The fields of the gateway's problem+json; a missing field is not shown. */
const problem = z.object({
  title: z.string(),
  status: z.number(),
  detail: z.string().optional(),
  error: z.string().optional(),
  hint: z.string().optional(),
  correlation_id: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;

/** The failure that an answer other than 2xx is. */
export async function refused(answer: Response, target: Target): Promise<GatewayFailure> {
  const content: unknown = await answer.json().catch(() => null);
  const { status, statusText, headers } = answer;
  const bare = { title: `The gateway answered ${status} ${statusText}`, status };
  return refusal(content, target, { bare, wait: headers.get('retry-after') });
}

/** Turns a problem from a response or a stream into a failure; uses `bare` if `content` is not a problem. */
export function refusal(
  content: unknown,
  target: Target,
  more: { bare?: Problem; wait?: string | null } = {},
): GatewayFailure {
  const parsed = problem.safeParse(content);
  const shown = parsed.data ?? more.bare ?? { title: 'The request failed', status: 500 };
  const kind = shown.status >= 500 ? 'unreachable' : 'refused';
  const retryable = shown.status >= 500 || shown.status === 429;
  const code = shown.error ?? null;
  return new GatewayFailure(kind, problemText(shown, target, more.wait), { retryable, code });
}
