import { expect, test } from 'vitest';
import { adoptStack } from '../../../../activities/power/adopt-stack.ts';
import { servicesByName } from '../../../../activities/compose/catalog.ts';
import { startServices } from '../../../../activities/power/start/starting.ts';
import { EngineError } from '../../../../activities/engine/engine-error.ts';
import { cause, startHost } from '../one-host.ts';

// each as an Engine said it that had died, or was stopped, during a start
test.each([
  'start: task 4881033e2bcd: already exists: unknown',
  'start: failed to start shim: mkdir /run/containerd/io.containerd.runtime.v2.task/moby/fab8: file exists: unknown',
  'start: cannot join network of a non running container: No such container: 5d41402a',
])('a container is created again if the Engine says: %s', async (message) => {
  const { power, engine, lease } = await startHost({ web: {} });
  await adoptStack(power);
  const old = engine.add('web', { state: 'created' });
  await lease(['web']);
  const start = engine.start.bind(engine);
  engine.start = async (id) => {
    if (id === old.id) throw new EngineError('refused', message, null);
    return start(id);
  };
  const web = servicesByName(power.catalog.known()!).get('web')!;
  const { signal } = new AbortController();
  const wanted = new Set(['web']);
  expect(await startServices(power, [web], cause, signal, { wanted })).toMatchObject({
    started: ['web'],
    failed: [],
  });
  expect(engine.of('web').map(({ id }) => id)).not.toContain(old.id);
});
