import {
  shouldReport,
  type PullProgress,
  type ReportedProgress,
} from '../../../domain/services/pull-progress.ts';
import type { NewEvent } from '../../../contracts/event.ts';
import { hostEvent, type PowerHost, type Cause } from '../host/host.ts';

/** Reports the progress of one image in the event log, in the notes of its services and in the waiting window. */
export interface ImageUpdates {
  pulling(progress: PullProgress): void;
  building(line: string): void;
  pulled(): Promise<void>;
  built(): Promise<void>;
  /** The pull or build failed; the reason is reported elsewhere. */
  ended(): Promise<void>;
}

/** Longest part of a build's output line that is reported. */
const maxLine = 200;

/** @param services the services that wait for the image; the event log names the first one */
export function reportImages(
  power: PowerHost,
  services: readonly string[],
  image: string,
  cause: Cause,
): ImageUpdates {
  const began = power.clock();
  const { actor, ...ids } = cause;
  let last: ReportedProgress | null = null;
  let newest: PullProgress | null = null;
  let reporting: Promise<void> = Promise.resolve();

  const report = async (note: string | null, event: NewEvent | null): Promise<void> => {
    const [first, ...others] = services as [string, ...string[]];
    await power.seen.see(first, { note }, event === null ? [] : [event]);
    for (const service of others) await power.seen.see(service, { note });
    await showInWindow(power, ids.window_id, note === null ? null : `${image}: ${note}`);
  };
  /** Serialises the reports, so that an old state never replaces a newer one. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    reporting = reporting.then(work).catch((error: unknown) => {
      // a failed progress report must not fail an opening
      power.log.debug({ err: error }, 'the progress of an image could not be reported');
    });
    return reporting;
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
    if (!shouldReport(last, percent, now)) return;
    last = { at: now, percent };
    void inTurn(() => report(text, event(type, { text, ...more })));
  };
  const end = (type: 'image.pulled' | 'image.built', more: Record<string, unknown>) =>
    inTurn(() => report(null, event(type, { took_ms: power.clock() - began, ...more })));

  return {
    pulling(next) {
      newest = next;
      const { text, ...numbers } = next;
      progress('image.pulling', text, next.percent, numbers);
    },
    building(line) {
      const text = `building: ${line.slice(0, maxLine)}`;
      // every line counts as progress, reported at most every two seconds
      progress('image.building', text, (last?.percent ?? 0) + 1, {});
    },
    pulled: () =>
      end('image.pulled', { bytes: newest?.total_bytes ?? newest?.current_bytes ?? null }),
    built: () => end('image.built', {}),
    ended: () => inTurn(() => report(null, null)),
  };
}

/** Only an opening window shows the progress; in other states `waiting_for` has another meaning. */
async function showInWindow(
  power: PowerHost,
  windowId: string | undefined,
  text: string | null,
): Promise<void> {
  if (windowId === undefined) return;
  const view = await power.store.windows.find(windowId);
  if (view?.state === 'opening') await power.store.windows.save({ ...view, waiting_for: text }, []);
}
