import autocannon from 'autocannon';
import type { TestStack } from '../../../test/stack/stack.ts';
import type { Environment } from '../../environment.ts';
import type { Result } from '../../measure.ts';
import { cpuMs } from '../../process.ts';
import { figures, inTurns, median } from '../../sample.ts';
import { bareRoute } from './bare.ts';

const reach = 0.6;
const rounds = 8;
const connections = 32;
const seconds = 2;

/** Requests/s of the gateway, compared with the bare route in alternating rounds. */
export async function throughput(
  environment: Environment,
  stack: TestStack,
  path: string,
): Promise<Result> {
  const bare = await bareRoute(stack, path);
  try {
    const headers = { 'x-vx11-token': stack.token };
    const round = async (url: string, pid: number, into: Round[]): Promise<void> => {
      const before = cpuMs(pid);
      const run = await autocannon({ url, headers, connections, duration: seconds });
      if (run.non2xx > 0 || run.errors > 0) throw new Error(`${url}: not every read was answered`);
      const total = run.requests.total;
      into.push({ perSecond: total / run.duration, cpuUs: ((cpuMs(pid) - before) * 1000) / total });
    };
    const gateway = stack.gateway.pid()!;
    await round(stack.url + path, gateway, []);
    await round(bare.url, bare.pid, []);
    const [ours, plain]: [Round[], Round[]] = [[], []];
    await inTurns(
      environment.samples(rounds),
      () => round(stack.url + path, gateway, ours),
      () => round(bare.url, bare.pid, plain),
    );
    const rates = (taken: Round[]) => figures(taken.map(({ perSecond }) => perSecond));
    const cpu = (taken: Round[]) => median(taken.map(({ cpuUs }) => cpuUs));
    const ratio = rates(ours).p50 / rates(plain).p50;
    const cpuShare = cpu(plain) / cpu(ours);
    const body = (await fetch(bare.url).then((answer) => answer.text())).length;
    return {
      name: `reads ${path.replace('/bit-1', '/…')}`,
      unit: 'requests/s',
      ours: rates(ours),
      plain: rates(plain),
      ratio,
      bar: `≥ ${reach * 100} % of a bare Fastify route, also by CPU`,
      met: ratio >= reach && cpuShare >= reach,
      n: ours.length,
      notes: [
        `${body} bytes, ${connections} connections, ${seconds} s a round; CPU of one request ${Math.round(cpu(ours))} µs, of the bare route ${Math.round(cpu(plain))} µs, which is ${Math.round(100 * cpuShare)} % and does not depend on the load generator`,
      ],
    };
  } finally {
    await bare.stop();
  }
}

interface Round {
  perSecond: number;
  /** CPU time of the serving process for one request, in µs. */
  cpuUs: number;
}
