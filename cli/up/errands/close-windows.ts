import { closeWindows, liveWindows } from '../windows.ts';
import { gatewayFetch } from '../own-fetch.ts';
import type { Errand } from './errand.ts';

/** How long a gateway that is being started again is waited for: `docker stop`, which sends SIGTERM, kills after 10 s. */
const startMs = { SIGINT: 8_000, SIGTERM: 0 };

/** Closes this host's windows after Ctrl-C; after SIGTERM it only reports the windows that stay open. */
export const endWindows: Errand<'close-windows'> = async ({ how, settings, token }, { say }) => {
  const { url } = settings.gatewayAt;
  const later =
    settings.env['VX11_GUARD'] === 'off'
      ? 'without a guard, windows past their deadline close only when VX11 runs again'
      : 'the guard ends each at its deadline';
  const left = `${later}, and holds stay open until someone closes them`;
  try {
    const access = { url, send: gatewayFetch(settings), token };
    const ids = await liveWindows(access, settings.host, startMs[how]);
    if (how === 'SIGTERM') {
      if (ids.length > 0) say(`${windows(ids.length)} left open: ${left}`);
      return false;
    }
    if (ids.length > 0) say(`closing ${windows(ids.length)}…`);
    const failures = await closeWindows(access, ids);
    if (failures.length === 0) return true;
    say(`${windows(failures.length)} could not be closed (${failures[0]}): ${left}`);
  } catch (error) {
    const why = (error as Error).message;
    if (how === 'SIGINT') say(`Windows could not be closed (${why}): ${left}`);
  }
  return false;
};

const windows = (count: number): string => (count === 1 ? '1 window' : `${count} windows`);
