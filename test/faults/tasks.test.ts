import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { taskWorkflowId } from '../../contracts/ids.ts';
import type { TaskAnswer, TaskResult } from '../../contracts/task.ts';
import { image } from '../sandbox/image.ts';
import { addSpawner, spawnerSettings, type TaskStack } from '../tasks/task-stack.ts';
import { until } from '../stack/wait.ts';
import { figures } from '../stack/figure.ts';
import {
  noPrivateEngine,
  startPrivateEngine,
  type PrivateEngine,
} from './harness/private-engine.ts';
import { randomFor } from './harness/random.ts';
import { startFixture, type Fixture } from './harness/fixture.ts';

/** When the victim is killed, in ms after the request of a task: while it is queued, starting, running or ending. */
const moments = [0, 30, 80, 200, 500, 900, 1100];
/** The heartbeat timeout, and the time to detect it. */
const heartbeatTimeoutMs = 14_000;
/** The heartbeat timeout with its consequences, or the return of the Engine. */
const settledMs = 60_000;

describe.skipIf(noPrivateEngine !== null)(
  'a task whose spawner, Engine or Temporal is away',
  () => {
    let engine: PrivateEngine;
    let fixture: Fixture;
    let stack: TaskStack;

    beforeAll(async () => {
      engine = await startPrivateEngine({ image: inject('tinyImage'), liveRestore: true });
      const load = `docker save ${image} | docker -H unix://${engine.socket} load`;
      await promisify(execFile)('sh', ['-c', load]);
      fixture = await startFixture({
        services: { spawner: {} },
        env: { ...(await spawnerSettings()), VX11_DOCKER_SOCKET: engine.socket },
        engineSocket: engine.socket,
      });
      stack = addSpawner(fixture);
      await stack.open();
    });
    afterAll(async () => {
      await engine?.ready();
      await stack?.spawner.stop();
      await fixture?.destroy();
      await engine?.destroy();
    });

    /** Waits for the end of a task. @returns its result */
    const untilEnded = (id: string, said: string): Promise<TaskResult> =>
      until(
        `${id} has ended (${said})`,
        async () => {
          const now = await stack.result(id);
          return now.finished_at === null ? null : now;
        },
        settledMs,
      );

    const body = { task_type: 'shell', code: 'echo run; sleep 1; echo end', ttl_seconds: 120 };
    const task = (max_retries: number): Promise<string> =>
      until('a task is taken', async () => {
        const answer = await stack.call('POST', '/vx11/spawn', { ...body, max_retries });
        const { spawn_id } = answer.body as TaskAnswer;
        return spawn_id === '' || spawn_id === undefined ? null : spawn_id;
      });

    const victims = {
      spawner: { kill: () => stack.spawner.kill(), back: () => stack.open() },
      dockerd: {
        kill: () => engine.kill(),
        back: async () => {
          engine.start();
          await engine.ready();
        },
      },
    };

    test.each(['spawner', 'dockerd'] as const)(
      'kill -9 of the %s: each task ends, runs at most as often as requested, and leaves nothing behind',
      async (name) => {
        const random = randomFor(`tasks ${name}`);
        const took: number[] = [];
        for (const [round, moment] of moments.entries()) {
          const retries = round % 2;
          const ids = await Promise.all([task(retries), task(retries), task(retries)]);
          await sleep(moment + random.between(0, 30));
          await victims[name].kill();
          const killed = performance.now();
          await sleep(200);
          await victims[name].back();
          for (const id of ids) {
            const said = `${name}, ${moment} ms, ${retries} retries`;
            const ended = await untilEnded(id, said);
            expect(ended.attempts.length, said).toBeLessThanOrEqual(retries + 1);
            expect(['completed', 'lost', 'failed', 'killed'], said).toContain(ended.state);
            if (ended.state === 'completed') expect(ended.stdout, said).toBe('run\nend\n');
            else expect(ended.cause, said).toMatch(/sandbox_lost|signal/);
          }
          took.push(performance.now() - killed);
        }
        figures(`tasks settled after kill -9 of the ${name}`, took);
        await stack.close();
        await stack.spawner.stop();
        await until(
          'no sandbox is left',
          async () => (await stack.sandboxes()).length === 0,
          40_000,
        );
        await stack.open();
      },
    );

    /** Temporal is unavailable for some time, from a moment on. */
    const absences = {
      'is killed': {
        moments,
        leave: () => fixture.temporal.kill(),
        back: async () => {
          await sleep(200);
          fixture.temporal.start();
          await fixture.temporal.ready();
        },
      },
      'freezes for longer than the heartbeat timeout': {
        moments: [30, 200, 1100],
        leave: () => Promise.resolve(fixture.temporal.signal('SIGSTOP')),
        back: async () => {
          await sleep(heartbeatTimeoutMs);
          fixture.temporal.signal('SIGCONT');
        },
      },
    };
    test.each(Object.entries(absences))(
      'Temporal %s: each task runs once, to its own end, with its result',
      async (name, { moments: some, leave, back }) => {
        const random = randomFor(`tasks temporal ${name}`);
        const took: number[] = [];
        for (const moment of some) {
          const said = `Temporal ${name}, ${moment} ms`;
          const ids = await Promise.all([task(1), task(1), task(1)]);
          await sleep(moment + random.between(0, 30));
          await leave();
          await back();
          const from = performance.now();
          for (const id of ids) {
            const ended = await untilEnded(id, said);
            expect(ended, said).toMatchObject({ state: 'completed', stdout: 'run\nend\n' });
            expect(ended.attempts, said).toHaveLength(1);
          }
          took.push(performance.now() - from);
        }
        figures(`tasks settled after Temporal ${name}`, took);
      },
    );

    test('a task that runs while Temporal is frozen keeps running, and keeps its own result', async () => {
      const long = {
        ...body,
        code: `echo run; sleep ${2 * (heartbeatTimeoutMs / 1000)}; echo end`,
      };
      const id = await stack.spawn({ ...long, ttl_seconds: 300 });
      await until('it runs', async () => (await stack.result(id)).stdout === 'run\n');
      fixture.temporal.signal('SIGSTOP');
      await sleep(heartbeatTimeoutMs);
      fixture.temporal.signal('SIGCONT');
      const ended = await untilEnded(id, 'Temporal was frozen');
      expect(ended).toMatchObject({ state: 'completed', stdout: 'run\nend\n' });
      expect(ended.attempts).toHaveLength(1);
      await until('its workflow has ended too', async () => {
        const connection = await Connection.connect({ address: fixture.temporal.address });
        const { workflow } = new Client({ connection });
        const { status } = await workflow.getHandle(taskWorkflowId(id)).describe();
        await connection.close();
        return status.name === 'COMPLETED';
      });
    });

    test('nothing of the tasks is left on the host', async () => {
      await stack.close();
      await stack.spawner.stop();
      await until('no sandbox is left', async () => (await stack.sandboxes()).length === 0, 40_000);
    });
  },
);
