import { change, read, CallError } from './call.ts';
import { forgetSession, keepSession, proof, session, sessionEnded, type Me } from './session.ts';

type Opened = Me & { proof: string };

/** Exchanges a token for a session of this browser. Throws `CallError`. */
export async function signIn(token: string): Promise<void> {
  const { proof: mine, ...me } = await change<Opened>('POST', '/vx11/session', { token });
  keepSession(me, mine);
}

/** Exchanges the one-use code of a printed link. Throws `CallError`. */
export async function signInByCode(code: string): Promise<void> {
  const { proof: mine, ...me } = await change<Opened>('POST', '/vx11/session', { body: { code } });
  keepSession(me, mine);
}

/** Takes the code of a printed link out of the address, so that it stays in no history. */
export function takeCode(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get('k');
  if (code !== null) history.replaceState(history.state, '', location.pathname + location.search);
  return code;
}

/** Asks the gateway whose session this is. A gateway that gives no answer leaves the session as it is. */
export async function resume(): Promise<void> {
  if (proof() === null) {
    sessionEnded();
    return;
  }
  try {
    keepSession(await read<Me>('/vx11/session'));
  } catch (error) {
    const refused = error instanceof CallError && error.kind === 'refused';
    if (refused) sessionEnded();
    else if (session.get().phase === 'unknown') setTimeout(() => void resume(), 2000);
  }
}

/** Ends the session here and at the gateway. */
export async function signOut(): Promise<void> {
  await change('DELETE', '/vx11/session').catch(() => undefined);
  forgetSession();
}
