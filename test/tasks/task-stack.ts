import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { TaskAnswer, TaskResult } from '../../contracts/task.ts';
import { image } from '../sandbox/image.ts';
import { testProgram, type TestProgram } from '../stack/program.ts';
import { startStack, type StackOptions, type TestStack } from '../stack/stack.ts';
import { freePort } from '../stack/temporal.ts';
import { until } from '../stack/wait.ts';

/** A stack whose spawner runs as a process of this machine; its container only stands for its window. */
export interface TaskStack extends TestStack {
  spawner: TestProgram;
  /** Opens the spawner's window and waits until tasks are taken. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Starts a task by POST /vx11/spawn; fails where that is refused. */
  spawn(body: Record<string, unknown>): Promise<string>;
  result(id: string, waitSeconds?: number): Promise<TaskResult>;
  /** Starts a task and waits for its end. */
  run(body: Record<string, unknown>): Promise<TaskResult>;
  /** Ids of sandboxes of this stack, whatever their state. */
  sandboxes(): Promise<string[]>;
}

export async function startTaskStack(
  options: Pick<StackOptions, 'temporalAddress' | 'env' | 'engineSocket'>,
): Promise<TaskStack> {
  const settings = await spawnerSettings();
  const env = { ...settings, ...options.env };
  return addSpawner(await startStack({ ...options, services: { spawner: {} }, env }));
}

/** What a stack needs in its environment to get a spawner. */
export const spawnerSettings = async (): Promise<Record<string, string>> => ({
  VX11_SPAWNER_PORT: String(await freePort()),
  VX11_SPAWN_POOL: '2',
  VX11_SANDBOX_IMAGE: image,
});

/** Gives a stack a spawner, which is not started yet. */
export function addSpawner(stack: TestStack): TaskStack {
  const port = stack.env['VX11_SPAWNER_PORT'];
  const spawner = testProgram(
    process.execPath,
    spawnerArguments(),
    stack.env,
    join(stack.home, 'spawner.log'),
  );
  const answer = async (body: Record<string, unknown>): Promise<TaskAnswer> =>
    (await stack.call('POST', '/vx11/spawn', body)).body as TaskAnswer;
  const result = async (id: string, waitSeconds = 0): Promise<TaskResult> => {
    const path = `/vx11/result/${id}?wait_seconds=${waitSeconds}`;
    return (await stack.call('GET', path)).body as TaskResult;
  };
  const task = async (body: Record<string, unknown>): Promise<string> => {
    const { spawn_id, error, ...rest } = await answer(body);
    if (spawn_id === '' || error !== null) throw new Error(JSON.stringify({ error, ...rest }));
    return spawn_id;
  };
  const filter = ['--filter', `label=vx11.owner=${stack.home}`];
  const sandboxes = async (): Promise<string[]> =>
    (await stack.docker('ps', '-aq', ...filter)).split('\n').filter(Boolean);
  return {
    ...stack,
    spawner,
    async open() {
      if (!spawner.running()) spawner.start();
      await stack.call('POST', '/vx11/window/open', { target: 'spawner', ttl_seconds: 3600 });
      await until('the spawner takes tasks', async () => {
        const found = await fetch(`http://127.0.0.1:${port}/health`);
        return found.ok;
      });
      await until('the gateway knows it', async () => {
        const { body } = await stack.call('POST', '/vx11/spawn', {
          task_type: 'shell',
          code: 'exit 0',
          parent_id: 'spawn-00000000',
        });
        return (body as { error: string }).error === 'invalid';
      });
    },
    async close() {
      await stack.call('POST', '/vx11/window/close', { target: 'spawner' });
    },
    spawn: task,
    result,
    run: async (body) => result(await task(body), 60),
    sandboxes,
    async destroy() {
      await spawner.stop();
      const left = await sandboxes();
      if (left.length > 0) await stack.docker('rm', '-f', ...left);
      await stack.destroy();
    },
  };
}

/** What node is given in the spawner's container. */
function spawnerArguments(): string[] {
  const file = readFileSync(join(import.meta.dirname, '../../docker-compose.yml'), 'utf8');
  const { services } = parse(file, { merge: true }) as {
    services: { spawner: { command: string[] } };
  };
  return services.spawner.command.slice(1);
}
