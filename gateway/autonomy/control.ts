import { VX11Error } from '../../contracts/errors.ts';
import type { GatewayContext } from '../context.ts';

/**
 * Controls the schedule of madre's loop: resumes it, pauses it, or triggers one round now. Throws `madre_unavailable` if
 * madre has not created the schedule yet, and `temporal_unavailable`.
 */
export async function steerAutonomy(
  { store, temporal }: Pick<GatewayContext, 'store' | 'temporal'>,
  act: 'resume' | 'pause' | 'round',
  note: string,
): Promise<void> {
  const { host } = await store().autonomy.state();
  if (host !== null) return temporal.autonomy(act, host, note);
  const detail =
    'madre has not created the schedule of its loop yet; it may be starting. Try again shortly.';
  throw new VX11Error('madre_unavailable', detail, { retryAfterSeconds: 2 });
}
