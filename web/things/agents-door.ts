import type { WindowView } from '../../contracts/window.ts';

/** The service whose windows let agents in. */
export const doorService = 'mcp';

/** The windows that hold the door, or are about to. */
export const doorWindows = (windows: readonly WindowView[]): WindowView[] =>
  windows.filter(({ members }) => members.includes(doorService));

/** Until when agents are let in, in epoch ms; null while they are not, `Infinity` for a hold. */
export function agentsUntil(windows: readonly WindowView[]): number | null {
  const open = doorWindows(windows).filter(({ state }) => state === 'open');
  if (open.length === 0) return null;
  const ends = open.map(({ expires_at }) =>
    expires_at === null ? Infinity : Date.parse(expires_at),
  );
  return Math.max(...ends);
}
