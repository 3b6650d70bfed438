import { fork } from 'node:child_process';
import { join } from 'node:path';
import { startLoadProcess } from '../activities/checks/load/load-process.ts';
import { runLoad } from '../activities/checks/load/run-load.ts';
import { readLoad } from '../domain/checks/load/read-load.ts';
import type { Check } from '../domain/checks/suite.ts';
import { pollUntil } from '../platform/concurrency/poll.ts';
import { paceFigures, type PaceLook } from '../test/checks/pace-figures.ts';
import type { Environment } from './environment.ts';
import type { Result } from './measure.ts';
import { figures } from './sample.ts';

const bound = 0.75;
const costMs = 20;
const requests = 1500;
const within = '120s';
const bars = { over: 10, slower: 35 };

/** How well a load of 30 CPU seconds keeps to its bound, and how much longer it takes than the bound asks for. */
export async function throttle(
  { samples }: Environment,
  checkOf: (url: string) => Check,
): Promise<Result[]> {
  const burner = fork(join(import.meta.dirname, 'burner.ts'), [String(costMs)]);
  const seen = { port: 0, cpu_ms: 0 };
  burner.on('message', (message) => void Object.assign(seen, message));
  const [over, slower, notes]: [number[], number[], string[]] = [[], [], []];
  try {
    await pollUntil(
      async () => seen.port,
      (port) => port > 0,
      { everyMs: 50, withinMs: 10_000 },
    );
    for (let n = 0; n < samples(5); n += 1) {
      const endpoint = checkOf(`http://127.0.0.1:${seen.port}/`);
      const source = { endpoint: endpoint.name, requests, within, thresholds: ['failed < 1%'] };
      const load = readLoad(source, [endpoint], { cpu: `${bound * 100}%` });
      const looks: PaceLook[] = [];
      const child = startLoadProcess(load, {}, {});
      const end = await runLoad(
        load,
        child,
        {
          servicesCpu: async () => seen.cpu_ms,
          onLook({ others }, shares) {
            if (shares?.own == null) return;
            const { cpu, own } = shares;
            looks.push({ at: performance.now() / 1000, cpu, own, others });
          },
        },
        new AbortController().signal,
      ).finally(() => child.close());
      if (end.failed > 0 || end.ended < requests) throw new Error(`the load broke: ${end.reason}`);
      const found = paceFigures(looks, bound);
      notes.push(`${end.seconds.toFixed(1)} s, of which others left room in ${found.held}`);
      over.push(found.over * 100);
      slower.push((found.slower - 1) * 100);
    }
  } finally {
    burner.kill();
  }
  const row = (name: string, values: number[], bar: number, said: string): Result => {
    const ours = figures(values);
    const met = ours.p50 <= bar;
    return { name, unit: '%', ours, plain: null, bar: said, met, n: ours.n, notes };
  };
  return [
    row('a load: seconds over its bound', over, bars.over, `≤ ${bars.over} % over 75 % + 5 points`),
    row('a load: longer than its bound asks', slower, bars.slower, `≤ ${bars.slower} %`),
  ];
}
