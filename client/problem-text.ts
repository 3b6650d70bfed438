import type { Problem } from './gateway-client.ts';
import { plainText } from '../platform/plain-text.ts';
import type { Target } from './target.ts';

/** What a person can do about an error, by its code. */
const nextSteps: Record<string, string> = {
  auth_required: 'set VX11_TOKEN, or run where the tokens.env of VX11_HOME can be read',
  forbidden: 'check VX11_TOKEN; vx11 token list (as admin) shows which tokens are valid',
  scope: 'use a token with a wider scope: vx11 token create NAME --scope operator',
  service_not_allowed: 'vx11 status lists the services that can be opened',
  window_not_found: 'vx11 windows lists the windows',
  no_open_window: 'vx11 windows lists the windows',
  window_ended: 'open it again with: vx11 open SERVICE',
  window_not_open: 'wait until it is open: vx11 windows',
  no_room: 'close something (vx11 windows), or wait your turn with --queue',
  plan_not_found: 'vx11 plan list lists the plans',
  wrong_confirm_token: 'vx11 plan confirm PLAN, without --token, makes a new one',
  self_approval: 'let somebody else run: vx11 plan confirm PLAN',
  confirm_token_used: 'vx11 plan show PLAN says what became of it',
  confirm_token_expired: 'ask for it again with: vx11 chat',
  plan_changed: 'look at it again: vx11 plan show PLAN',
  off_by_policy: 'open it with: vx11 open SERVICE',
  core_service: 'core services always run; stop all of VX11 instead',
  engine_unavailable: 'is Docker running? vx11 doctor says what is wrong',
  temporal_unavailable: 'vx11 doctor says what is wrong',
  madre_unavailable: 'vx11 doctor says what is wrong',
  store_unavailable: 'vx11 doctor says what is wrong',
};

/** A problem in a few lines: what happened, which field, what to do next, and the id to look for in the logs. */
export function problemText(problem: Problem, target: Target, retryAfter?: string | null): string {
  const code = problem.error ?? '';
  const named = code && code !== problem.title ? ` [${code}]` : '';
  const next = [
    code === 'auth_required' && target.token
      ? 'check VX11_TOKEN'
      : (problem.hint ?? nextSteps[code]),
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
