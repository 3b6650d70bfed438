import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { taskRef, type OutputStream } from '../../contracts/task.ts';
import { pathProblem } from '../../domain/tasks/task-file.ts';
import { openWithin } from '../../platform/files/open-within.ts';
import { attemptFolder } from '../../platform/task-folder.ts';
import type { Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { sendBytes, sendFile } from '../streams/send-file.ts';

const streamForm = /^\.output\/(stdout|stderr)$/;

/** Serves the artifacts of tasks. A browser always gets bytes to save, never a page to run. */
export const taskFileRoutes: Routes = (context) => async (app) => {
  const { tasks, store, config } = context;

  app.route({
    method: 'GET',
    url: '/vx11/spawn/:spawn_id/artifacts/*',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getTaskArtifact',
      tags: ['tasks'],
      summary:
        'A file that a task left in /task/out, or a whole stream at .output/stdout and .output/stderr',
      params: z.strictObject({ spawn_id: taskRef, '*': z.string().max(1024) }),
      querystring: noQuery,
      response: answers({
        200: {
          content: {
            'application/octet-stream': { schema: z.string().meta({ examples: ['report'] }) },
          },
        },
      }),
    },
    handler: async (request, reply) => {
      const path = request.params['*'];
      const problem = pathProblem(path);
      if (problem !== null) {
        throw new VX11Error('invalid', `path: ${problem}`, {
          fields: [{ field: 'path', problem }],
        });
      }
      const { spawn_id } = await tasks.find(request.params.spawn_id);
      const record = await store().tasks.record(spawn_id);
      const attempt = record?.attempts.at(-1)?.attempt ?? 1;
      const stream = streamForm.exec(path)?.[1] as OutputStream | undefined;
      const kind = stream === undefined ? 'left' : 'output';
      const folder = attemptFolder(config.tasksFolder, spawn_id, attempt, kind);
      const file = await openWithin(folder, stream ?? path);
      if (file !== null) return sendFile(reply, path, file);
      if (stream === undefined) {
        throw new VX11Error('artifact_not_found', `${spawn_id} left no file ${path} on this host.`);
      }
      // a short stream is stored completely
      const chunks = await store().taskOutput.ofAttempt(spawn_id, attempt);
      const own = chunks.filter((chunk) => chunk.stream === stream);
      if (!isWhole(own)) {
        const detail = `all of ${stream} is on the host of ${spawn_id}; its result shows the beginning and the end.`;
        throw new VX11Error('artifact_not_found', detail);
      }
      return sendBytes(reply, path, Buffer.concat(own.map(({ bytes }) => bytes)));
    },
  });
};

/** Whether these pieces of one stream are contiguous from its first byte. */
const isWhole = (pieces: readonly { start: number; bytes: Uint8Array }[]): boolean =>
  pieces.every(({ start }, at) => {
    const before = pieces[at - 1];
    return start === (before === undefined ? 0 : before.start + before.bytes.length);
  });
