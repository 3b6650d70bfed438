import { ant, looks, type Sighting } from '../ant.ts';

const seconds = (ms: number): number => Math.round(ms / 1000);

/** What should have ended has not: a window past its deadline, a lease without a window, a task past its end. */
export const workAnt = ant({
  name: 'windows',
  reads: 'work',
  severity: 'high',
  cost_ms: 5,
  look({ late_windows, lost_leases, late_tasks }): Sighting[] {
    const about = { service: null, severity: 'high', state: 'bad', rule: looks(3) } as const;
    return [
      ...late_windows.map(({ window_id, late_ms }): Sighting => ({
        ...about,
        kind: 'late_window',
        subkey: window_id,
        title: `${window_id} is past its deadline and not closed`,
        detail: `It is ${seconds(late_ms)} s late.`,
        value: late_ms,
      })),
      ...lost_leases.map(({ window_id, service }): Sighting => ({
        ...about,
        kind: 'lost_lease',
        subkey: `${window_id}/${service}`,
        title: `A lease on ${service} has no window`,
        detail: `${window_id} has ended or is not known.`,
        value: null,
      })),
      ...late_tasks.map(({ spawn_id, late_ms }): Sighting => ({
        ...about,
        kind: 'late_task',
        subkey: spawn_id,
        title: `${spawn_id} is past its end and still runs`,
        detail: `It is ${seconds(late_ms)} s late.`,
        value: late_ms,
      })),
    ];
  },
});
