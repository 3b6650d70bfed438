import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import { expect, test } from 'vitest';
import { guardFlags, isRunning, startFixture, until } from './fixture.ts';

const image = 'vx11:local';
const socket = '/var/run/docker.sock';
const hasImage = await new Docker()
  .getImage(image)
  .inspect()
  .then(
    () => true,
    () => false,
  );
const source = join(import.meta.dirname, '../../guard');

test.skipIf(!hasImage)(
  'the guard, as a confined container, ends a service, stays below 40 MB and removes itself',
  async () => {
    const fixture = await startFixture();
    const guard = await fixture.engine.createContainer({
      name: `${fixture.project}-guard`,
      Image: image,
      Cmd: ['node', ...guardFlags, 'guard/main.ts'],
      User: `${process.getuid?.() ?? 1000}:${process.getgid?.() ?? 1000}`,
      Env: ['VX11_GUARD_DIR=/guard', 'VX11_GUARD_IDLE_MS=4000'],
      NetworkDisabled: true,
      HostConfig: {
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        RestartPolicy: { Name: 'always' },
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        GroupAdd: [String(statSync(socket).gid)],
        Binds: [`${fixture.dir}:/guard`, `${socket}:${socket}`, `${source}:/app/guard:ro`],
        PidsLimit: 32,
      },
    });
    try {
      const deadline = Date.now() + 2_500;
      fixture.writeLease('web', deadline);
      const web = await fixture.start('web');
      writeFileSync(join(fixture.dir, 'alive.json'), JSON.stringify({ at_ms: 42 }));
      await guard.start();
      await until('the service is recorded as ended', () => fixture.record(web) !== null);
      console.log(
        `by the container: ended ${fixture.record(web)!.stopped_ms - deadline} ms after its deadline`,
      );
      expect(await isRunning(web)).toBe(false);
      const acknowledged = JSON.parse(
        readFileSync(join(fixture.dir, 'guard.json'), 'utf8'),
      ) as unknown;
      expect(acknowledged, 'it acknowledges the heartbeat').toEqual({ alive_ms: 42 });
      const { memory_stats } = await guard.stats({ stream: false });
      const cache = memory_stats.stats.total_inactive_file ?? memory_stats.stats.inactive_file ?? 0;
      const usedMb = (memory_stats.usage - cache) / 2 ** 20;
      console.log(`memory: ${usedMb.toFixed(1)} MiB`);
      expect(usedMb).toBeLessThan(40);
      await until('the guard removed its own container', async () =>
        guard.inspect().then(
          () => false,
          (error: { statusCode?: number }) => error.statusCode === 404,
        ),
      );
    } finally {
      await guard.remove({ force: true }).catch(() => undefined);
      await fixture.clear();
    }
  },
);
