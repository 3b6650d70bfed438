import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { spawnKey, type OutputStream } from '../../contracts/spawn.ts';
import { pathProblem } from '../../domain/tasks/task-file.ts';
import { attemptFolder } from '../../platform/task-folder.ts';
import type { Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';

interface OpenFile {
  handle: FileHandle;
  /** In bytes, at the time it was opened. */
  size: number;
}

const streamForm = /^\.output\/(stdout|stderr)$/;

/** Serves the artifacts of tasks. A browser always gets bytes to save, never a page to run. */
export const spawnFileRoutes: Routes = (context) => async (app) => {
  const { spawns, store, config } = context;

  app.route({
    method: 'GET',
    url: '/vx11/spawn/:spawn_id/artifacts/*',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getTaskArtifact',
      tags: ['tasks'],
      summary:
        'A file that a task left in /task/out, or a whole stream at .output/stdout and .output/stderr',
      params: z.strictObject({ spawn_id: spawnKey, '*': z.string().max(1024) }),
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
      const { spawn_id } = await spawns.find(request.params.spawn_id);
      const record = await store().spawns.record(spawn_id);
      const attempt = record?.attempts.at(-1)?.attempt ?? 1;
      const stream = streamForm.exec(path)?.[1] as OutputStream | undefined;
      const kind = stream === undefined ? 'left' : 'output';
      const folder = attemptFolder(config.spawnsFolder, spawn_id, attempt, kind);
      const file = await openWithin(folder, stream ?? path);
      const name = path.slice(path.lastIndexOf('/') + 1);
      const send = reply as unknown as {
        headers(values: Record<string, string | number>): { send(body: unknown): never };
      };
      const headers = {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      };
      if (file !== null) {
        return send.headers({ ...headers, 'content-length': file.size }).send(await bytesOf(file));
      }
      if (stream === undefined) {
        throw new VX11Error('artifact_not_found', `${spawn_id} left no file ${path} on this host.`);
      }
      // a short stream is stored completely
      const chunks = await store().spawnOutput.ofAttempt(spawn_id, attempt);
      const own = chunks.filter((chunk) => chunk.stream === stream);
      if (!isWhole(own)) {
        const detail = `all of ${stream} is on the host of ${spawn_id}; its result shows the beginning and the end.`;
        throw new VX11Error('artifact_not_found', detail);
      }
      return send.headers(headers).send(Buffer.concat(own.map(({ bytes }) => bytes)));
    },
  });
};

/** The content of the file at the time it was opened: a running task may still write to it. */
async function bytesOf({ handle, size }: OpenFile): Promise<Readable | Buffer> {
  if (size > 0) return handle.createReadStream({ end: size - 1 });
  await handle.close();
  return Buffer.alloc(0);
}

/** Whether these pieces of one stream are contiguous from its first byte. */
const isWhole = (pieces: readonly { start: number; bytes: Uint8Array }[]): boolean =>
  pieces.every(({ start }, at) => {
    const before = pieces[at - 1];
    return start === (before === undefined ? 0 : before.start + before.bytes.length);
  });

/** Opens a regular file below a folder, never through a link; null if there is none. */
async function openWithin(folder: string, path: string): Promise<OpenFile | null> {
  const file = join(folder, path);
  let handle: FileHandle | undefined;
  try {
    const [root, real] = [await realpath(folder), await realpath(file)];
    if (real !== join(root, path) || !real.startsWith(root + sep)) return null;
    handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = await handle.stat();
    if (facts.isFile()) return { handle, size: facts.size };
    await handle.close();
    return null;
  } catch (error) {
    await handle?.close();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return null;
    throw error;
  }
}
