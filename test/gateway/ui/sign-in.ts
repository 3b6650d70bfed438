import type { InjectOptions } from 'fastify';
import type { Gateway } from '../fixture.ts';

/** A signed-in browser. */
export interface Browser {
  session_id: string;
  cookie: string;
  proof: string;
  expires_at: string;
  /** The headers that its page sends with each request. */
  headers: { cookie: string; 'x-vx11-session': string };
}

type Injecting = Pick<Gateway, 'inject'>;

export const start = (gateway: Injecting, options: InjectOptions = {}) =>
  gateway.inject({ method: 'POST', url: '/vx11/session', ...options });

/** Signs a browser in with a token, or with the code of a link. */
export async function signIn(
  gateway: Injecting,
  by: { token: string } | { code: string },
): Promise<Browser> {
  const answer = await start(
    gateway,
    'token' in by ? { headers: { 'x-vx11-token': by.token } } : { payload: by },
  );
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return browserOf(answer.json(), String(answer.headers['set-cookie']));
}

export function browserOf(
  { session_id, proof, expires_at }: { session_id: string; proof: string; expires_at: string },
  setCookie: string,
): Browser {
  const cookie = setCookie.split(';')[0]!;
  const headers = { cookie, 'x-vx11-session': proof };
  return { session_id, cookie, proof, expires_at, headers };
}

/** The code of a new link. */
export async function linkCode(
  gateway: Injecting,
  headers: Record<string, string>,
): Promise<string> {
  const made = await gateway.inject({ method: 'POST', url: '/vx11/session/links', headers });
  if (made.statusCode !== 201) throw new Error(made.body);
  return made.json<{ code: string }>().code;
}
