import { randomBytes } from 'node:crypto';
import Docker from 'dockerode';
import { expect, test } from 'vitest';
import { removeContainer, startContainer } from '../../activities/sandbox/container.ts';
import {
  endFrame,
  jobFrames,
  readResult,
  said,
} from '../../activities/sandbox/harness-protocol.ts';
import { image } from './image.ts';
import { limits, shell, socketPath } from './fixture.ts';

test('an end frame that arrives together with the job is handled', async () => {
  const docker = new Docker({ socketPath });
  const key = randomBytes(8).toString('hex');
  const labels = { key, owner: `vx11t-${key}`, boot: 'b', deadline: Date.now() + 60_000 };
  const jobAndEnd = jobFrames({
    spawn_id: 'spawn-1',
    attempt: 1,
    correlation_id: 'test',
    program: shell('sleep 100'),
    stdin: '',
    env: {},
    files: [],
    limits,
    egress: null,
  });
  let id = '';
  try {
    const { frames, destroy } = await startContainer(
      { docker, socketPath, image, runtime: null },
      { shape: { ...limits, egress: false }, labels, warm: false },
      (created) => (id = created),
      Buffer.concat([jobAndEnd, endFrame('cancelled', 500)]),
      AbortSignal.timeout(60_000),
    );
    for await (const { kind, payload } of frames) {
      if (String.fromCharCode(kind) !== said.result) continue;
      expect(readResult(payload).reason).toBe('cancelled');
      break;
    }
    destroy();
  } finally {
    await removeContainer(docker, id);
  }
});
