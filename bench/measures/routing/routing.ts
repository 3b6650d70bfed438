import type { Measure } from '../../measure.ts';
import { bars } from './bars.ts';
import { loud } from './loud.ts';
import { realOutcomes } from './real-outcomes.ts';
import { speed } from './speed.ts';

/** How much routing loses against choosers that know better, on made worlds and on real answers, and how fast it is. */
export const routing: Measure = {
  name: 'routing',
  async compute(quick) {
    const seeds = quick ? 2 : 10;
    return [
      ...bars(seeds),
      loud(seeds),
      ...realOutcomes(),
      ...(await speed(quick ? 100_000 : 1_000_000)),
    ];
  },
};
