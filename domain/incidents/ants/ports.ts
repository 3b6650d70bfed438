import { ant, looks, type Sighting } from '../ant.ts';

/** A container publishes a port more widely than the file says; or somebody else has the port of a service that sleeps. */
export const portsAnt = ant({
  name: 'ports',
  reads: 'ports',
  severity: 'high',
  cost_ms: 20,
  look: ({ exposed, taken }): Sighting[] => [
    ...exposed.map(({ service, port, address, declared }): Sighting => {
      const said = declared ?? 'none';
      return {
        kind: 'port_exposed',
        service,
        subkey: String(port),
        state: 'bad',
        severity: 'high',
        title: `Port ${port} of ${service} can be reached from everywhere`,
        detail: `It is published on ${address}; the file says ${said}.`,
        value: null,
        rule: looks(2),
        suggests: [
          { action: null, target: service, text: 'Recreate it, or bind the port to 127.0.0.1' },
        ],
      };
    }),
    // the service sleeps, and is not what is wrong: the subject is the port
    ...taken.map(({ service, port }): Sighting => ({
      kind: 'port_taken',
      service: null,
      subkey: String(port),
      state: 'bad',
      severity: 'high',
      title: `Somebody else listens on port ${port}`,
      detail: `${service}, which sleeps, declares it and could not be opened.`,
      value: null,
      rule: looks(3),
      suggests: [{ action: null, target: service, text: `Find who: ss -ltnp 'sport = :${port}'` }],
    })),
  ],
});
