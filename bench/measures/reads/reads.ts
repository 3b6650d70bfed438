import { join } from 'node:path';
import { freePort } from '../../../test/stack/temporal.ts';
import { countingRelay } from '../../counting-relay.ts';
import type { Measure } from '../../measure.ts';
import { several, trivial } from '../../services.ts';
import { openTarget } from '../../stack-calls.ts';
import { callsBehindReads } from './calls-behind.ts';
import { paced } from './paced.ts';
import { throughput } from './throughput.ts';

const paths = ['/vx11/window/status/bit-1', '/vx11/status'];

/** Reads with authentication and rate limits on, compared with a bare Fastify route that returns the same bytes. */
export const reads: Measure = {
  name: 'reads',
  async run(environment) {
    const port = await freePort();
    const socket = join(environment.folder, 'engine.sock');
    const [host = '', temporalPort] = environment.temporal.address.split(':');
    const temporal = await countingRelay(port, { host, port: Number(temporalPort) });
    const engine = await countingRelay(socket, '/var/run/docker.sock');
    const env = {
      TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
      VX11_DOCKER_SOCKET: socket,
      VX11_GUARD: 'off', // its calls would be counted too
    };
    return environment.onStack({ services: several('bit', 10, trivial), env }, async (stack) => {
      for (const name of ['bit-1', 'bit-2', 'bit-3']) await openTarget(stack, name);
      const results = [];
      for (const path of paths) results.push(await throughput(environment, stack, path));
      for (const path of paths) results.push(await paced(environment, stack, path));
      results.push(await callsBehindReads(environment, stack, paths, { temporal, engine }));
      return results;
    });
  },
};
