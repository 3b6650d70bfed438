import { errorAdvice } from '../contracts/error-advice.ts';
import type { ErrorCode } from '../contracts/errors.ts';
import type { Problem } from './refusal.ts';
import { plainText } from '../platform/clean-text.ts';
import type { Target } from './target.ts';

const adviceOf = (code: string): string | undefined =>
  code in errorAdvice ? errorAdvice[code as ErrorCode] : undefined;

/** A problem in a few lines: what happened, which field, what to do next, and the id to look for in the logs. */
export function problemText(problem: Problem, target: Target, retryAfter?: string | null): string {
  const code = problem.error ?? '';
  const named = code && code !== problem.title ? ` [${code}]` : '';
  const next = [
    code === 'auth_required' && target.token
      ? 'check VX11_TOKEN'
      : (problem.hint ?? adviceOf(code)),
    retryAfter && `try again in ${retryAfter} s`,
  ].filter(Boolean);
  return [
    `${problem.title}${named}`,
    problem.detail && `  ${problem.detail}`,
    ...(problem.errors ?? []).map(({ field, problem: wrong }) => `  field ${field}: ${wrong}`),
    next.length > 0 && `  next: ${next.join('; ')}`,
    problem.correlation_id && `  correlation id: ${problem.correlation_id}`,
  ]
    .filter((line) => typeof line === 'string' && line !== '')
    .map((line) => plainText(line as string))
    .join('\n');
}
