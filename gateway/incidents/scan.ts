import type { AntResult } from '../../contracts/incidents.ts';
import { VX11Error } from '../../contracts/errors.ts';
import type { GatewayContext } from '../context.ts';

/** Every look has its own limit of 5 s, and most take some ms. */
const scanLimitMs = 60_000;

/** Lets every ant of every host look now. Throws errors of Temporal, and `madre_unavailable` where no host is known. */
export async function scanOnce(
  { model, temporal, windows }: Pick<GatewayContext, 'model' | 'temporal' | 'windows'>,
  correlation_id: string,
): Promise<(AntResult & { host: string })[]> {
  await windows.requireMadre();
  const { catalogs } = await model.snapshot();
  if (catalogs.length === 0) {
    throw new VX11Error(
      'madre_unavailable',
      'madre has read no compose file yet; try again shortly.',
      {
        retryAfterSeconds: 2,
      },
    );
  }
  const rounds = await Promise.all(
    catalogs.map(async ({ host }) => {
      const input = { host, all: true, correlation_id };
      const results = await temporal.runAnts(input, { limitMs: scanLimitMs });
      return results.map((one) => ({ ...one, host }));
    }),
  );
  return rounds.flat();
}
