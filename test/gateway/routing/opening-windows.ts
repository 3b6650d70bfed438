import { VX11Error } from '../../../contracts/errors.ts';
import { failed, opened, opening } from '../../../domain/windows/window.ts';
import { connectTemporal, type TemporalPort } from '../../../gateway/temporal/port.ts';
import type { Store } from '../../../store/index.ts';

/** A Temporal whose windows open after `ms`, or fail, or find no room, and last `seconds`; the first `ending` messages find a window that is about to end; it counts the messages. */
export function windowsThat(
  how: { ms?: number; fail?: boolean; full?: boolean; seconds?: number; ending?: number },
  store: () => Store,
) {
  const sent: string[] = [];
  const keepWindow: TemporalPort['keepWindow'] = async ({ view }) => {
    const service = view.services[0]!;
    sent.push(service);
    if (sent.length <= (how.ending ?? 0)) throw new VX11Error('window_ended', 'it ended');
    const now = Date.now();
    if (how.fail === true || how.full === true) {
      const failure =
        how.full === true
          ? { service, error: 'no_room' as const, detail: 'no memory is left.' }
          : { service, error: 'exited' as const, detail: 'it exited' };
      const end = failed(opening(view, [service]), now, [failure]);
      await store().windows.save(end, []);
      return { view: end, clamped: false };
    }
    await new Promise((resolve) => void setTimeout(resolve, how.ms ?? 50));
    const lease = { window_id: view.window_id, host: view.host, service };
    const deadline = Date.now() + 1000 * (how.seconds ?? 60);
    await store().leases.reserve(view.window_id, [{ ...lease, deadline, is_open: true }], now);
    const up = opened(opening(view, [service]), Date.now(), { started: [service], failed: [] });
    await store().windows.save(up, []);
    return { view: up, clamped: false };
  };
  return { sent, temporal: { ...connectTemporal('127.0.0.1:1', 'default'), keepWindow } };
}
