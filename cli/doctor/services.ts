import { connect } from 'node:net';
import { once } from 'node:events';
import { Connection } from '@temporalio/client';
import { healthAnswer } from '../../contracts/status.ts';
import { statusAnswer } from '../../contracts/status.ts';
import type { GatewayClient } from '../../client/gateway-client.ts';
import type { UpSettings } from '../up/settings.ts';
import { portOwner } from '../up/port.ts';
import { clockFinding } from './clock.ts';
import { ok, warn, type Check } from './finding.ts';

const connectLimitMs = 5_000;

export const temporalCheck = ({ temporal }: UpSettings): Check => ({
  name: 'temporal',
  fix: 'start VX11 with vx11 up, or set TEMPORAL_ADDRESS to where Temporal runs',
  async look() {
    const address = `${temporal.host}:${temporal.port}`;
    try {
      const connection = await Connection.connect({ address, connectTimeout: connectLimitMs });
      const { serverVersion } = await connection.workflowService.getSystemInfo({});
      await connection.close();
      return [ok('temporal', `${serverVersion} at ${address}`)];
    } catch (error) {
      throw new Error(`does not answer at ${address}`, { cause: error });
    }
  },
});

/** The front door, whether it takes our token, and its clock. */
export const gatewayCheck = (gateway: GatewayClient): Check => ({
  name: 'gateway',
  fix: 'start it with vx11 up; --url or VX11_URL name another one',
  async look() {
    const { url, token } = gateway.target;
    const { version } = await gateway.call('GET', '/health', healthAnswer);
    const up = ok('gateway', `${version} at ${url}`);
    if (token === undefined)
      return [
        up,
        warn('token', 'none here', 'set VX11_TOKEN, or VX11_HOME to where tokens.env is'),
      ];
    const asked = Date.now();
    const status = await gateway.call('GET', '/vx11/status', statusAnswer);
    const madre = status.madre_available
      ? ok('madre', 'keeps its promises')
      : warn(
          'madre',
          'away: nothing can be opened, deadlines rest on the guard',
          'see the log of madre',
        );
    const clock = clockFinding("the gateway's clock", Date.parse(status.timestamp), asked);
    return [up, ok('token', 'accepted'), madre, clock];
  },
});

/** Who has the ports that the stack uses. All of them free means that nothing runs. */
export const portsCheck = (settings: UpSettings): Check => ({
  name: 'ports',
  fix: '',
  async look() {
    const { gateway, madre, temporal, temporalServer, redisServer } = settings;
    const wanted = [
      { ...gateway, what: 'gateway' },
      { ...madre, what: 'madre' },
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
