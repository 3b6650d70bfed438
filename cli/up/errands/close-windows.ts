import { closeWindows, liveWindows } from '../windows.ts';
import type { Errand } from './errand.ts';

/** Ctrl-C closes this host's windows; SIGTERM only says what is left open. */
export const endWindows: Errand<'close-windows'> = async ({ how, settings, token }, { say }) => {
  const access = { gateway: settings.gateway, token };
  const later =
    settings.env['VX11_GUARD'] === 'off'
      ? 'those with a deadline end at it only once VX11 runs again, there is no guard'
      : 'the guard ends those with a deadline at it';
  const left = `${later}, and holds stay until someone closes them`;
  try {
    const ids = await liveWindows(access, settings.host);
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
