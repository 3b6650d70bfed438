import { connect } from 'node:net';
import { once } from 'node:events';
import { Connection } from '@temporalio/client';
import { searchAttributeTypes } from '../../contracts/search-attributes.ts';
import { healthAnswer } from '../../contracts/status.ts';
import { statusAnswer } from '../../contracts/status.ts';
import type { GatewayClient } from '../../client/gateway-client.ts';
import type { RunningMadre } from './running.ts';
import {
  addingCommands,
  describeLacking,
  lackingAttributes,
} from '../../platform/temporal/search-attributes.ts';
import { followTemporal, temporalSettings } from '../../platform/tls/temporal.ts';
import { tlsTrouble } from '../../platform/tls/trouble.ts';
import type { UpSettings } from '../up/settings.ts';
import { portOwner } from '../up/port.ts';
import { clockFinding } from './clock.ts';
import { ok, warn, type Check } from './finding.ts';

const connectLimitMs = 5_000;
/** @param seen what the gateway says about it; undefined if it does not answer */
export const temporalCheck = (
  { temporal, env }: UpSettings,
  seen: RunningMadre['temporal'],
): Check => ({
  name: 'temporal',
  fix: "start VX11 with vx11 up, or set TEMPORAL_ADDRESS to Temporal's address",
  async run() {
    if (seen?.status === 'off_by_policy') return [ok('temporal', seen.reason ?? 'asleep')];
    const address = `${temporal.host}:${temporal.port}`;
    const { tls, apiKey } = followTemporal(temporalSettings(env)).current();
    const secure = { tls, ...(apiKey !== undefined && { apiKey }) };
    try {
      const connection = await Connection.connect({
        address,
        connectTimeout: connectLimitMs,
        ...secure,
      });
      const { serverVersion } = await connection.workflowService.getSystemInfo({});
      const place = { address, namespace: env['TEMPORAL_NAMESPACE'] ?? 'default' };
      // without the right to look, or without the namespace, madre's log says why it cannot work
      const lacking = await lackingAttributes(
        connection,
        place.namespace,
        searchAttributeTypes,
      ).catch(() => []);
      await connection.close();
      const awake = seen?.status === 'ok' && seen.reason ? `; ${seen.reason}` : '';
      const up = `${serverVersion} at ${address}${awake}`;
      if (lacking.length === 0) return [ok('temporal', up)];
      const lacks = `the namespace ${place.namespace} lacks search attributes: ${describeLacking(lacking)}`;
      return [warn('temporal', `${up}; ${lacks}`, addingCommands(lacking, place).join(' && '))];
    } catch (error) {
      const because = tlsTrouble(error);
      const why = because === null ? '' : `: ${because}`;
      throw new Error(`does not answer at ${address}${why}`, { cause: error });
    }
  },
});

/** Checks the gateway, whether it accepts our token, whether madre is available, and the gateway's clock. */
export const gatewayCheck = (gateway: GatewayClient): Check => ({
  name: 'gateway',
  fix: 'start it with vx11 up; for another gateway, set --url or VX11_URL',
  async run() {
    const { url, token } = gateway.target;
    const { version } = await gateway.call('GET', '/health', healthAnswer);
    const up = ok('gateway', `${version} at ${url}`);
    if (token === undefined)
      return [
        up,
        warn('token', 'not set', 'set VX11_TOKEN, or set VX11_HOME to the folder of tokens.env'),
      ];
    const asked = Date.now();
    const status = await gateway.call('GET', '/vx11/status', statusAnswer);
    const madre = status.madre_available
      ? ok('madre', 'is running')
      : warn(
          'madre',
          'is not available: no window can be opened, and only the guard enforces deadlines',
          "see madre's log",
        );
    const clock = clockFinding("the gateway's clock", Date.parse(status.timestamp), asked);
    return [up, ok('token', 'accepted'), madre, clock];
  },
});

/** Reports which process listens on each port of the stack. If all of them are free, VX11 is not running. */
export const portsCheck = (settings: UpSettings): Check => ({
  name: 'ports',
  fix: '',
  async run() {
    const { gateway, madre, wake, temporal, temporalServer, redisServer } = settings;
    const wanted = [
      { ...gateway, what: 'gateway' },
      { ...madre, what: 'madre' },
      ...(wake ? [{ ...wake, what: 'wake on request' }] : []),
      ...(temporalServer ? [{ ...temporal, what: 'temporal' }] : []),
      ...(redisServer ? [{ host: '127.0.0.1', port: redisServer.port, what: 'redis' }] : []),
    ];
    const lines = await Promise.all(
      wanted.map(async ({ host, port, what }) => {
        const owner = (await listens(host, port)) ? (portOwner(port) ?? 'someone') : 'free';
        return `${port} (${what}): ${owner}`;
      }),
    );
    return [ok('ports', lines.join(', '))];
  },
});

async function listens(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(connectLimitMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
