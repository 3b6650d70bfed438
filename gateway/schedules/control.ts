import { VX11Error } from '../../contracts/errors.ts';
import type { NewEvent } from '../../contracts/event.ts';
import type { AddScheduleBody, WindowScheduleView } from '../../contracts/window-schedule.ts';
import { declare } from '../../domain/schedules/read-window-schedules.ts';
import type { Actor } from '../../workflows/messages.ts';
import type { KeptWindowSchedule } from '../../store/schedules/window-schedules.ts';
import type { GatewayDeps } from '../deps.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { theOneOn } from '../reads/the-one-on.ts';
import { resolveServices } from '../reads/resolve-service.ts';
import type { Snapshot } from '../reads/snapshot.ts';
import { viewOf } from './view.ts';

/** The scheduled windows of all hosts. madre notices a change within seconds. */
export interface WindowSchedules {
  list(): Promise<WindowScheduleView[]>;
  /** Throws `service_not_allowed`, `invalid`, `schedule_exists`. */
  add(body: AddScheduleBody, by: Actor): Promise<WindowScheduleView>;
  /**
   * Pauses or resumes it. Throws `schedule_off` if the file pauses it; `invalid` if several hosts have it and none is named.
   * @returns null if there is none of this name
   */
  steer(
    name: string,
    host: string | undefined,
    how: { act: 'pause' | 'resume'; by: Actor; note: string },
  ): Promise<WindowScheduleView | null>;
  /**
   * Removes one that was added here; a window that it has opened stays. Throws `schedule_not_found`, `schedule_in_file`;
   * `invalid` if several hosts have it and none is named.
   */
  remove(name: string, host: string | undefined, by: Actor): Promise<WindowScheduleView>;
}

const lastShown = 5;

export function createWindowSchedules(
  { store, clock }: Pick<GatewayDeps, 'store' | 'clock'>,
  model: ReadModel,
): WindowSchedules {
  const namesIn = ({ catalogs }: Snapshot, host: string): Set<string> => {
    const catalog = catalogs.find((one) => one.host === host);
    const all = [...(catalog?.schedules ?? []), ...(catalog?.window_schedules ?? [])];
    return new Set(all.map(({ name }) => name));
  };
  const view = async (kept: KeptWindowSchedule): Promise<WindowScheduleView> => {
    const last = await store().windowSchedules.last(kept.host, kept.name, lastShown);
    const inFile = namesIn(await model.snapshot(), kept.host);
    const taken = kept.source === 'api' && inFile.has(kept.name);
    return viewOf(kept, last, taken, clock());
  };
  const find = async (
    name: string,
    host: string | undefined,
  ): Promise<KeptWindowSchedule | null> => {
    const all = await store().windowSchedules.list(host);
    const found = all.filter((one) => one.name === name);
    return theOneOn(found, (one) => one.host, name, host);
  };
  const event = (
    type: NewEvent['type'],
    { host, name }: Pick<KeptWindowSchedule, 'host' | 'name'>,
    by: Actor,
    more: Record<string, unknown> = {},
  ): NewEvent => ({
    type,
    host,
    at: clock(),
    actor: by.actor,
    correlation_id: by.correlation_id,
    actor_id: by.principal ?? null,
    payload: { schedule: name, ...more },
  });
  return {
    list: async () => Promise.all((await store().windowSchedules.list()).map(view)),
    async add({ name, services, cron, timezone = 'UTC', ttl_seconds, reason, host: onHost }, by) {
      const snapshot = await model.snapshot();
      const { host } = resolveServices(snapshot, services, onHost);
      const asked = { name, services, cron: [cron].flat(), timezone, reason: reason ?? null };
      const ask = { ...asked, paused: false, ttl_ms: ttl_seconds * 1000 };
      const declared = declare(ask, services, (field) => `${field}: `);
      const fields = declared.problems.map((problem) => ({
        field: problem.split(':', 1)[0]!,
        problem: problem.slice(problem.indexOf(':') + 2),
      }));
      if (fields.length > 0)
        throw new VX11Error('invalid', declared.problems.join('; '), { fields });
      const owner = { owner: by.actor, owner_id: by.principal ?? null };
      const one = { host, declared, source: 'api', now: clock(), mayBeKnown: false } as const;
      const isFree = !namesIn(snapshot, host).has(name);
      const events = [event('schedule.changed', { host, name }, by, { services, ttl_seconds })];
      if (!isFree || !(await store().windowSchedules.put({ ...one, ...owner }, events)))
        throw new VX11Error('schedule_exists', `${host} has a schedule ${name} already.`);
      return view((await find(name, host))!);
    },
    async steer(name, onHost, { act, by, note: why }) {
      const kept = await find(name, onHost);
      if (kept === null) return null;
      if (kept.declared.paused)
        throw new VX11Error(
          'schedule_off',
          `${name} has \`paused: true\` in the compose file; remove it there.`,
        );
      const paused = act === 'pause';
      const state = { paused, note: paused ? why : null, now: clock() };
      const type = paused ? 'schedule.paused' : 'schedule.resumed';
      const events = [event(type, kept, by, { note: why })];
      await store().windowSchedules.steer(kept.host, name, state, events);
      return view((await find(name, kept.host))!);
    },
    async remove(name, onHost, by) {
      const kept = await find(name, onHost);
      if (kept === null)
        throw new VX11Error(
          'schedule_not_found',
          `There is no scheduled window ${name}; GET /vx11/schedules lists all.`,
        );
      if (kept.source === 'file')
        throw new VX11Error('schedule_in_file', `${name} is in the compose file of ${kept.host}.`);
      const last = await view(kept);
      await store().windowSchedules.remove(kept.host, name, [event('schedule.removed', kept, by)]);
      return { ...last, next: [] };
    },
  };
}
