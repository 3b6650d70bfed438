import type { EngineLists } from './networks.ts';

const askMs = 5_000;

/**
 * Lists networks and containers of the Engine behind `socketPath`, for the supervisor: the HTTP client is loaded with the
 * first call, which on most machines never comes.
 */
export function engineLists(socketPath: string): EngineLists {
  const ask = async <T>(path: string, wanted: { filters: object }): Promise<T[]> => {
    const { send } = await import('../../../guard/engine.ts');
    const filters = encodeURIComponent(JSON.stringify(wanted.filters));
    const { status, body } = await send(socketPath, 'GET', `${path}?filters=${filters}`, askMs, '');
    if (status !== 200) throw new Error(`the Engine answered ${status}`);
    return JSON.parse(body) as T[];
  };
  return {
    listNetworks: (options) => ask('/networks', options),
    listContainers: (options) => ask('/containers/json', options),
  };
}
