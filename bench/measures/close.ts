import type { Measure } from '../measure.ts';
import { figures, median, ms } from '../sample.ts';
import { cycles, type Ours } from './cycles.ts';

const reachMs = 60;

/** Closing a window, from call to receipt, compared with a raw stop of the same container. */
export const close: Measure = {
  name: 'close',
  async run(environment) {
    const taken = await cycles(environment);
    const ours = figures(taken.ours.map(({ closeMs }) => closeMs));
    const plain = figures(taken.plain.map(({ closeMs }) => closeMs));
    const difference = ours.p50 - plain.p50;
    const floor = ms(median(taken.floor.map(({ closeMs }) => closeMs)));
    return [
      {
        name: 'close',
        unit: 'ms',
        ours,
        plain,
        difference,
        bar: `≤ raw stop + ${reachMs} ms`,
        met: difference <= reachMs,
        n: ours.n,
        notes: [
          whereItGoes(taken.ours),
          `closing an empty workflow with the same hops on this Temporal ${floor}`,
        ],
      },
    ];
  },
};

function whereItGoes(ours: Ours[]): string {
  const step = (from: (one: Ours) => number, to: (one: Ours) => number): string =>
    ms(median(ours.map((one) => to(one) - from(one))));
  const at = (type: Parameters<Ours['events']['get']>[0]) => (one: Ours) =>
    one.events.get(type) ?? NaN;
  const called = (one: Ours): number => one.calledClose;
  const answered = (one: Ours): number => one.calledClose + one.closeMs;
  const steps = [
    `through Temporal to madre ${step(called, at('window.closing'))}`,
    `to the stopped service ${step(at('window.closing'), at('service.stopped'))}`,
    `to the receipt ${step(at('service.stopped'), at('window.closed'))}`,
    `back through Temporal to the answer ${step(at('window.closed'), answered)}`,
  ];
  const engine = ms(median(ours.map(({ engineStopMs }) => engineStopMs)));
  return `${steps.join(', ')}; the Engine's own stop and the inspect after it within it ${engine}`;
}
