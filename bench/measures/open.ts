import type { Measure } from '../measure.ts';
import { figures, median, ms } from '../sample.ts';
import { cycles, type Ours } from './cycles.ts';

const reachMs = 60;

/** A window on a trivial service with a created container, from call to answer, compared with a raw start and inspect. */
export const open: Measure = {
  name: 'open',
  async run(environment) {
    const taken = await cycles(environment);
    const ours = figures(taken.ours.map(({ openMs }) => openMs));
    const plain = figures(taken.plain.map(({ openMs }) => openMs));
    const difference = ours.p50 - plain.p50;
    return [
      {
        name: 'open',
        unit: 'ms',
        ours,
        plain,
        difference,
        bar: `≤ raw start + inspect + ${reachMs} ms`,
        met: difference <= reachMs,
        n: ours.n,
        notes: [whereItGoes(taken.ours), beside(taken.floor, taken.writeMs)],
      },
    ];
  },
};

/** Splits the time of an open into steps, by the times of its events; medians. */
function whereItGoes(ours: Ours[]): string {
  const step = (from: (one: Ours) => number, to: (one: Ours) => number): string =>
    ms(median(ours.map((one) => to(one) - from(one))));
  const at = (type: Parameters<Ours['events']['get']>[0]) => (one: Ours) =>
    one.events.get(type) ?? NaN;
  const called = (one: Ours): number => one.calledOpen;
  const answered = (one: Ours): number => one.calledOpen + one.openMs;
  const steps = [
    `to the request in the store ${step(called, at('window.requested'))}`,
    `through Temporal to the leases ${step(at('window.requested'), at('window.opening'))}`,
    `to the running service ${step(at('window.opening'), at('service.started'))}`,
    `to the open window in the store ${step(at('service.started'), at('window.open'))}`,
    `back through Temporal to the answer ${step(at('window.open'), answered)}`,
  ];
  const engine = ms(median(ours.map(({ engineStartMs }) => engineStartMs)));
  return `${steps.join(', ')}; the Engine's own start within it ${engine}`;
}

const beside = (floor: { openMs: number }[], writeMs: number[]): string =>
  `an empty workflow with the same hops on this Temporal ${ms(median(floor.map(({ openMs }) => openMs)))}; ` +
  `one write to the store ${ms(median(writeMs))}, of which an open makes 6`;
