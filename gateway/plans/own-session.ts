import type { SessionView } from '../../contracts/chat.ts';
import { VX11Error } from '../../contracts/errors.ts';
import type { Who } from '../../contracts/principal.ts';
import type { GatewayContext } from '../context.ts';

/** A chat session of this caller. Throws `session_not_found`, also if it belongs to someone else. */
export async function ownSession(
  { store }: Pick<GatewayContext, 'store'>,
  caller: Who,
  id: string,
): Promise<SessionView> {
  const session = await store().sessions.find(caller, id);
  if (session !== null) return session;
  throw new VX11Error('session_not_found', `You have no session ${id}; a chat begins one.`);
}
