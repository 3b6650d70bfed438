import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { AudioJob } from '../../../contracts/audio.ts';
import { testProgram, type TestProgram } from '../../stack/program.ts';
import { startStack, type TestStack } from '../../stack/stack.ts';
import { until } from '../../stack/wait.ts';

/** How long work may take on a machine that is busy with other work. */
const busyMs = 400_000;

/** The stack, with the process of shubniggurath beside it; its container only stands for its window. */
export interface ShubStack extends TestStack {
  shub: TestProgram;
  /** Uploads a file. */
  put(name: string, content: Buffer): Promise<Response>;
  /** Opens a window on it. */
  open(): Promise<void>;
  jobOf(id: string): Promise<AudioJob>;
  /** Waits for the end of a job. */
  ended(id: string): Promise<AudioJob>;
  /** Waits for what is under way. @param what for the error */
  waitFor(what: string, isSo: () => Promise<boolean>): Promise<unknown>;
  /** What is left in the folder of work. */
  working(): Promise<string[]>;
  remove(): Promise<void>;
}

export async function startShubStack(): Promise<ShubStack> {
  const temporalAddress = inject('temporalAddress');
  const stack = await startStack({ temporalAddress, services: { shubniggurath: {} } });
  const args = ['workers/main.ts', 'shubniggurath'];
  const shub = testProgram(process.execPath, args, stack.env, join(stack.home, 'shub.log'));
  shub.start();
  const waitFor: ShubStack['waitFor'] = (what, isSo) => until(what, isSo, busyMs);
  const jobOf = async (id: string): Promise<AudioJob> =>
    (await stack.call('GET', `/vx11/audio/jobs/${id}`)).body as AudioJob;
  return {
    ...stack,
    shub,
    put: (name, content) =>
      fetch(`${stack.url}/vx11/audio/files/${encodeURIComponent(name)}`, {
        method: 'PUT',
        headers: { 'x-vx11-token': stack.token, 'content-type': 'audio/wav' },
        body: new Uint8Array(content),
      }),
    async open() {
      const body = { target: 'shubniggurath', ttl_seconds: 900 };
      const { status } = await stack.call('POST', '/vx11/window/open', body);
      // 202: it opens still
      if (status !== 200 && status !== 202) throw new Error(`the window answers ${status}`);
      const awake = async () => (await stack.running()).includes('shubniggurath');
      await until('shubniggurath is open', awake);
    },
    jobOf,
    async ended(id) {
      await waitFor('the job has ended', async () => (await jobOf(id)).finished_at !== null);
      return jobOf(id);
    },
    waitFor,
    working: () => readdir(join(stack.home, 'audio/work')),
    async remove() {
      await shub.stop();
      await stack.destroy();
    },
  };
}
