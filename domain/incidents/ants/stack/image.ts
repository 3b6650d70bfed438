import { ant, looks, worstOf, type Sighting } from '../../ant.ts';

/** A registry has a newer image under a tag of the stack, or a scanner found what another version mends. */
export const imageAnt = ant({
  name: 'image',
  reads: 'images',
  severity: 'high',
  cost_ms: 1000,
  least_ms: 3_600_000,
  look: (images) =>
    images.flatMap(({ reference, id, services, behind, vulnerable }): Sighting[] => {
      const names = services.join(', ');
      const about = { service: null, value: null, rule: looks(1, 1) } as const;
      const worst = vulnerable.reduce<Sighting['severity']>(
        (so_far, { severity }) => worstOf(so_far, severity),
        'info',
      );
      return [
        {
          ...about,
          kind: 'image_update',
          subkey: reference,
          state: behind === null ? 'unknown' : behind ? 'bad' : 'good',
          severity: 'info',
          title: `There is a newer ${reference}`,
          detail: `Of ${names}; the next opening after a pull uses it.`,
          suggests: [
            {
              action: null,
              target: services[0] ?? null,
              text: `docker compose pull ${services[0]}`,
            },
          ],
        },
        {
          ...about,
          // of this very image: the next one is another incident
          kind: 'image_vulnerable',
          subkey: `${reference} ${id}`,
          state: vulnerable.length > 0 ? 'bad' : 'good',
          severity: worst,
          title: `${reference} has faults that newer packages mend`,
          detail: `${vulnerable.length}: ${vulnerable
            .slice(0, 5)
            .map((one) => `${one.id} in ${one.package}`)
            .join(', ')}. Of ${names}.`.slice(0, 300),
          value: vulnerable.length,
          suggests: [
            { action: null, target: services[0] ?? null, text: 'List them: vx11 drift --all' },
          ],
        },
      ];
    }),
});
