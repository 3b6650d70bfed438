import { VX11Error } from '../../contracts/errors.ts';
import type { GatewayContext } from '../context.ts';

/**
 * Steers the rounds of madre's loop: lets them come, holds them, or makes one now. Throws `madre_unavailable` before she
 * has made her schedule, `temporal_unavailable`.
 */
export async function steerAutonomy(
  { store, temporal }: Pick<GatewayContext, 'store' | 'temporal'>,
  act: 'resume' | 'pause' | 'round',
  note: string,
): Promise<void> {
  const { host } = await store().autonomy.state();
  if (host !== null) return temporal.autonomy(act, host, note);
  const detail = 'madre has not made the schedule of her loop yet; it may be starting.';
  throw new VX11Error('madre_unavailable', detail, { retryAfterSeconds: 2 });
}
