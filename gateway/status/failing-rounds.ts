import { z } from 'zod';
import type { Presence } from '../../store/system/presence.ts';

/** The failing rounds in a process's heartbeat. */
const roundsSeen = z.array(
  z.object({ round: z.string(), reason: z.string(), failures: z.number() }),
);

/** Why rounds of the live processes fail, one sentence for each kind of round; empty if all succeed. */
export const failingRounds = (presence: readonly Presence[]): string[] =>
  presence.flatMap(({ process, host, detail }) =>
    (roundsSeen.safeParse(detail['rounds_failing']).data ?? []).map(
      ({ round, reason, failures }) =>
        `${process} on ${host}: ${round} failed ${failures === 1 ? 'once' : `${failures} times in a row`}: ${reason}`,
    ),
  );
