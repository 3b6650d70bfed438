import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { openStore } from '../../store/index.ts';
import { postgresPrograms, startPostgres } from '../../test/store/postgres-cluster.ts';
import type { Measure, Result } from '../measure.ts';
import { figures } from '../sample.ts';

const crowds = [1, 4, 8];
const rounds = 3;
/** The hosts of the bench share its cores: more of them can write no more, and must not write much less. */
const reachRatio = 0.75;
const program = join(import.meta.dirname, 'postgres/writer.ts');

/** Committed transactions a second of hosts that share a Postgres which flushes each commit to its disk. */
export const postgres: Measure = {
  name: 'postgres',
  async run(environment) {
    const programs = postgresPrograms();
    if (programs === null) throw new Error('this machine has no Postgres');
    const cluster = await startPostgres(programs, { flushes: true });
    try {
      const url = `${cluster.url}/postgres`;
      await (await openStore(url)).close();
      const ms = environment.quick ? 1000 : 5000;
      const taken = new Map(crowds.map((hosts) => [hosts, [] as number[]]));
      for (let round = 0; round < (environment.quick ? 1 : rounds); round += 1)
        for (const hosts of crowds) taken.get(hosts)!.push(await writesPerSecond(url, hosts, ms));
      const alone = figures(taken.get(1)!);
      return crowds.map((hosts): Result => {
        const ours = figures(taken.get(hosts)!);
        const ratio = ours.p50 / alone.p50;
        return {
          name: `postgres: writes of ${hosts === 1 ? 'one host' : `${hosts} hosts`}`,
          unit: 'writes/s',
          ours,
          plain: hosts === 1 ? null : alone,
          ...(hosts > 1 && { ratio }),
          bar:
            hosts === 1
              ? 'the ceiling of one host'
              : `≥ ${reachRatio} × one host, all on this machine`,
          met: ratio >= reachRatio,
          n: ours.n,
          notes:
            hosts === 1
              ? ['a quarter each: leases renewed, output of tasks, beats, events of the one chain']
              : [],
        };
      });
    } finally {
      await cluster.stop();
    }
  },
};

async function writesPerSecond(url: string, hosts: number, ms: number): Promise<number> {
  const writers = Array.from({ length: hosts }, (_, nth) => {
    const child = spawn(process.execPath, [program, url, `host-${nth}`, String(ms)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return { child, ready: once(child.stdout, 'readable'), said: text(child.stdout) };
  });
  await Promise.all(writers.map(({ ready }) => ready));
  for (const { child } of writers) child.stdin.end();
  const counts = await Promise.all(
    writers.map(async ({ said }) => Number((await said).trim().split('\n').at(-1))),
  );
  return (counts.reduce((sum, count) => sum + count, 0) * 1000) / ms;
}
