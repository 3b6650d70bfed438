import { finding, pathOf, settled, type Kind } from '../finding.ts';

/** A clock that is further off than this makes deadlines and certificates wrong. In ms. */
const mostOff = 2000;

/** The Engine's clock is not ours, or a service names a time zone that there is not, and silently has UTC. */
export const clockOrZone: Kind = (facts) => {
  const clock = facts.stack?.clock ?? null;
  const isOff = clock !== null && Math.abs(clock.off_ms) - clock.bound_ms > mostOff;
  return [
    ...(isOff
      ? [
          finding({
            kind: 'clock_or_zone',
            type: 'modified',
            path: 'host.clock',
            actual: `${Math.round(clock.off_ms)} ms`,
            severity: 'warn',
            description: `The Engine's clock is ${Math.round(clock.off_ms / 1000)} s off ours. Set it: timedatectl.`,
          }),
        ]
      : []),
    ...settled(facts)
      .filter(({ unknown_zone }) => unknown_zone !== null)
      .map(({ name, unknown_zone }) =>
        finding({
          kind: 'clock_or_zone',
          type: 'error',
          service: name,
          path: pathOf(name, 'environment.TZ'),
          actual: unknown_zone,
          severity: 'warn',
          description: `${name}: there is no time zone ${unknown_zone}, so that it has UTC. Name one such as Europe/Madrid.`,
        }),
      ),
  ];
};
