import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readExits } from '../../../activities/incidents/readers/exits.ts';
import { openStore } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import { web } from './a-nest.ts';

test('an exit is found however many there are on another host', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-exits-'));
  const store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  try {
    const stopped = (host: string, by: string) => ({
      type: 'service.stopped' as const,
      at: noon,
      actor: 'madre',
      host,
      service: 'web',
      payload: { by },
    });
    await store.events.append([stopped('box', 'itself'), stopped('box', 'madre')]);
    await store.events.append(Array.from({ length: 500 }, () => stopped('busy', 'itself')));
    const read = readExits({ host: 'box', store, clock: () => noon + 1000 }, async () => [web]);
    expect(await read()).toEqual({ at: [{ service: 'web', at: noon }], services: [web] });
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
});
