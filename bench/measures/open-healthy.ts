import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Measure } from '../measure.ts';
import { figures, inTurns, timed } from '../sample.ts';
import { healthy } from '../services.ts';
import { closeTarget, containerOf, openTarget } from '../stack-calls.ts';

const reach = 0.7;
const samples = 30;
const run = promisify(execFile);

/** A window on a service with a health check, compared with `docker compose up -d --wait` of the same container. */
export const openHealthy: Measure = {
  name: 'open-healthy',
  run: (environment) =>
    environment.onStack({ services: { web: healthy } }, async (stack) => {
      const ours: number[] = [];
      const plain: number[] = [];
      const up = ['compose', '-f', stack.composeFile, 'up', '-d', '--wait', 'web'];
      const stop = () => environment.docker.getContainer(containerOf(stack, 'web')).stop();
      const one = async (): Promise<void> => {
        ours.push((await timed(() => openTarget(stack, 'web')))[0]);
        await closeTarget(stack, 'web');
      };
      await one();
      ours.length = 0;
      await inTurns(environment.samples(samples), one, async () => {
        plain.push((await timed(() => run('docker', up)))[0]);
        await stop();
      });
      const ratio = figures(ours).p50 / figures(plain).p50;
      return [
        {
          name: 'open-healthy',
          unit: 'ms',
          ours: figures(ours),
          plain: figures(plain),
          ratio,
          bar: `≤ ${reach} × docker compose up -d --wait`,
          met: ratio <= reach,
          n: ours.length,
          notes: [
            'VX11 runs the health check of the container right after its start; Compose waits for the Engine, which runs it first after one interval (1 s here)',
          ],
        },
      ];
    }),
};
