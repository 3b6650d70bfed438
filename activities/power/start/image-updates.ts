import {
  shouldReport,
  type PullProgress,
  type ReportedProgress,
} from '../../../domain/services/pull-progress.ts';
import type { NewEvent } from '../../../contracts/event.ts';
import { hostEvent, type PowerHost, type Cause } from '../host/host.ts';

/** Tells of one image on its way: in the event log, in the notes of its services and in the window that waits. */
export interface ImageUpdates {
  pulling(progress: PullProgress): void;
  building(line: string): void;
  pulled(): Promise<void>;
  built(): Promise<void>;
  /** It did not come; why is told elsewhere. */
  ended(): Promise<void>;
}

/** As much of a line of a build as is told. */
const maxLine = 200;

/** @param services those that wait for it; the first stands for all in the event log */
export function tellImages(
  power: PowerHost,
  services: readonly string[],
  image: string,
  cause: Cause,
): ImageUpdates {
  const began = power.clock();
  const { actor, ...ids } = cause;
  let told: ReportedProgress | null = null;
  let newest: PullProgress | null = null;
  let telling: Promise<void> = Promise.resolve();

  const tell = async (note: string | null, event: NewEvent | null): Promise<void> => {
    const [first, ...others] = services as [string, ...string[]];
    await power.seen.see(first, { note }, event === null ? [] : [event]);
    for (const service of others) await power.seen.see(service, { note });
    await showInWindow(power, ids.window_id, note === null ? null : `${image}: ${note}`);
  };
  /** One after the other, so that an old state never replaces a newer one. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    telling = telling.then(work).catch((error: unknown) => {
      // what only decorates must not fail an opening
      power.log.debug({ err: error }, 'the progress of an image could not be told');
    });
    return telling;
  };
  const event = (type: NewEvent['type'], payload: Record<string, unknown>): NewEvent =>
    hostEvent(power, type, actor, {
      ...ids,
      service: services[0]!,
      payload: { image, services, ...payload },
    });
  const progress = (
    type: 'image.pulling' | 'image.building',
    text: string,
    percent: number | null,
    more: Record<string, unknown>,
  ): void => {
    const now = power.clock();
    if (!shouldReport(told, percent, now)) return;
    told = { at: now, percent };
    void inTurn(() => tell(text, event(type, { text, ...more })));
  };
  const end = (type: 'image.pulled' | 'image.built', more: Record<string, unknown>) =>
    inTurn(() => tell(null, event(type, { took_ms: power.clock() - began, ...more })));

  return {
    pulling(next) {
      newest = next;
      const { text, ...numbers } = next;
      progress('image.pulling', text, next.percent, numbers);
    },
    building(line) {
      const text = `building: ${line.slice(0, maxLine)}`;
      // every line counts as progress, at most one in two seconds
      progress('image.building', text, (told?.percent ?? 0) + 1, {});
    },
    pulled: () =>
      end('image.pulled', { bytes: newest?.total_bytes ?? newest?.current_bytes ?? null }),
    built: () => end('image.built', {}),
    ended: () => inTurn(() => tell(null, null)),
  };
}

/** Only while it opens: in every other state the window says something else. */
async function showInWindow(
  power: PowerHost,
  windowId: string | undefined,
  text: string | null,
): Promise<void> {
  if (windowId === undefined) return;
  const view = await power.store.windows.find(windowId);
  if (view?.state === 'opening') await power.store.windows.save({ ...view, waiting_for: text }, []);
}
