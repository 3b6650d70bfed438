import { VX11Error } from '../../contracts/errors.ts';
import type { NewEvent } from '../../contracts/event.ts';
import type { DeclaredSchedule, ScheduleView } from '../../contracts/schedule.ts';
import type { Actor } from '../../workflows/messages.ts';
import type { ScheduleRow } from '../../store/checks/schedules.ts';
import type { GatewayDeps } from '../deps.ts';
import { theOneOn } from '../reads/the-one-on.ts';
import type { ReadModel } from '../reads/read-model.ts';

/** The schedules of all hosts. */
export interface Schedules {
  list(): Promise<ScheduleView[]>;
  /** Throws `schedule_not_found`; `schedule_off` for one with a mistake; `invalid` if several hosts have it and none is named. */
  find(name: string, host?: string): Promise<ScheduleView>;
  /** Pauses or resumes it. Throws as `find`, `schedule_off` if the file pauses it, and errors of Temporal. */
  steer(name: string, host: string | undefined, how: Steering): Promise<ScheduleView>;
}

interface Steering {
  act: 'pause' | 'resume';
  by: Actor;
  note: string;
}

interface Found {
  view: ScheduleView;
  declared: DeclaredSchedule;
}

export function createSchedules(
  { store, temporal, clock }: Pick<GatewayDeps, 'store' | 'temporal' | 'clock'>,
  model: ReadModel,
): Schedules {
  const all = async (): Promise<Found[]> => {
    const { catalogs } = await model.snapshot();
    const kept = await store().schedules.list();
    return catalogs.flatMap(({ host, schedules = [] }) =>
      schedules.map((declared) => {
        const row = kept.find((one) => one.host === host && one.name === declared.name);
        return { declared, view: viewOf(host, declared, row ?? null, clock()) };
      }),
    );
  };
  const find = async (name: string, host?: string): Promise<Found> => {
    const named = (await all()).filter(({ view }) => view.name === name);
    const found = theOneOn(named, ({ view }) => view.host, name, host);
    if (found === null)
      throw new VX11Error(
        'schedule_not_found',
        `There is no schedule ${name}; GET /vx11/schedules lists all.`,
      );
    const { problems } = found.declared;
    if (problems.length > 0) throw new VX11Error('schedule_off', problems.join('; '));
    return found;
  };
  return {
    list: async () => (await all()).map(({ view }) => view),
    find: async (name, host) => (await find(name, host)).view,
    async steer(name, onHost, { act, by, note }) {
      const { declared, view } = await find(name, onHost);
      const { host } = view;
      if (declared.paused)
        throw new VX11Error(
          'schedule_off',
          `${name} has \`paused: true\` in the compose file; remove it there.`,
        );
      await temporal.schedule(act, host, name, note);
      const paused = act === 'pause';
      const event: NewEvent = {
        type: paused ? 'schedule.paused' : 'schedule.resumed',
        at: clock(),
        actor: by.actor,
        actor_id: by.principal ?? null,
        host,
        correlation_id: by.correlation_id,
        payload: { schedule: name, note },
      };
      const state = { paused, note: paused ? note : null };
      await store().schedules.pause(host, name, state, [event]);
      return (await find(name, host)).view;
    },
  };
}

function viewOf(
  host: string,
  declared: DeclaredSchedule,
  row: ScheduleRow | null,
  now: number,
): ScheduleView {
  const paused = declared.paused || row?.paused === true;
  const runs = !paused && declared.problems.length === 0;
  return {
    ...declared,
    host,
    paused,
    note: declared.paused ? 'paused in the compose file' : (row?.note ?? null),
    next: runs ? (row?.next ?? []).filter((at) => Date.parse(at) > now).slice(0, 5) : [],
    last_run_id: row?.last_run_id ?? null,
    last_fired_at: row?.last_fired_at ?? null,
    skipped: row?.skipped ?? 0,
    missed: (row?.missed ?? 0) + (row?.lost ?? 0),
  };
}
