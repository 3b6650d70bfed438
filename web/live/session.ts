import type { z } from 'zod';
import type { tokenScope } from '../../contracts/token.ts';
import { createCell, useCell } from '../base/cell.ts';

export type Scope = z.infer<typeof tokenScope>;

/** Who uses this page. */
export interface Me {
  name: string;
  scope: Scope;
  expires_at: string | null;
}

/** `unknown`: the page has just been loaded. `ended`: it was signed in, and keeps what it shows until it is again. */
export type Session =
  | { phase: 'unknown' | 'signed_out' }
  | { phase: 'signed_in'; me: Me }
  | { phase: 'ended'; me: Me | null; because: EndReason };
export type EndReason = 'signed_out_elsewhere' | 'not_accepted';

const place = 'vx11.proof';
const channelName = 'vx11-session';

export const session = createCell<Session>({ phase: 'unknown' });
export const useSession = (): Session => useCell(session);

/** The half of the session that this origin keeps; the other half is a cookie that no script can read. */
export const proof = (): string | null => localStorage.getItem(place);

type Message = { kind: 'signed_in' | 'signed_out' };
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(channelName);
const say = (message: Message): void => channel?.postMessage(message);

const meNow = (): Me | null => {
  const now = session.get();
  return 'me' in now ? now.me : null;
};

export function keepSession(me: Me, newProof?: string): void {
  if (newProof !== undefined) localStorage.setItem(place, newProof);
  session.set({ phase: 'signed_in', me });
  if (newProof !== undefined) say({ kind: 'signed_in' });
}

/** The gateway no longer accepts this session. */
export function sessionEnded(because: EndReason = 'not_accepted'): void {
  const { phase } = session.get();
  if (phase === 'signed_out' || phase === 'ended') return;
  if (phase === 'unknown') session.set({ phase: 'signed_out' });
  else session.set({ phase: 'ended', me: meNow(), because });
}

/** This person has signed out: every tab forgets the session. */
export function forgetSession(): void {
  localStorage.removeItem(place);
  session.set({ phase: 'signed_out' });
  say({ kind: 'signed_out' });
}

/** Follows what other tabs do with the session; `again` asks the gateway who this is now. */
export function followOtherTabs(again: () => void): void {
  channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'signed_in') again();
    else sessionEnded('signed_out_elsewhere');
  });
}

const rank: Record<Scope, number> = { viewer: 1, agent: 2, operator: 3, admin: 4 };

/** Whether the signed-in person has at least this scope. */
export function useMay(scope: Scope): boolean {
  const now = useSession();
  return 'me' in now && now.me !== null && rank[now.me.scope] >= rank[scope];
}

export function useMe(): Me | null {
  const now = useSession();
  return 'me' in now ? now.me : null;
}
