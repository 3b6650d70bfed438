import type { Readable } from 'node:stream';
import { z } from 'zod';
import { audioFile, audioFileList } from '../../contracts/audio.ts';
import type { EventType } from '../../contracts/event.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { shubService } from '../../contracts/queues.ts';
import { audioNameProblem } from '../../domain/audio/file-name.ts';
import { openWithin } from '../../platform/files/open-within.ts';
import type { Routes } from '../context.ts';
import { actorOf } from '../http/authenticate.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { sendFile, sendHead } from '../streams/send-file.ts';
import { noSuchFile } from './audio-files.ts';
import { fileExample } from './examples.ts';

const name = z.string().superRefine((text, context) => {
  const problem = audioNameProblem(text);
  if (problem !== null) context.addIssue(problem);
});
const params = z.strictObject({ '*': name });
const soundType = /^(application\/octet-stream|application\/ogg|(audio|video)\/[\w.+-]+)\b/i;
const anyBytes = {
  content: { 'application/octet-stream': { schema: z.string().meta({ examples: ['RIFF…'] }) } },
};
const hex = /^[\da-f]{64}$/;

/** Uploads audio, lists it, gives it back and removes it. shubniggurath may sleep meanwhile. */
export const audioFileRoutes: Routes = (context) => async (app) => {
  const { audioFiles: files, store, config, clock } = context;
  // a body of any type is taken as it comes, and never held in memory
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

  const note = (type: EventType, request: Parameters<typeof actorOf>[0], payload: object) => {
    const { actor, principal = null, correlation_id } = actorOf(request);
    const { host } = config;
    const about = { at: clock(), actor, actor_id: principal, host, service: shubService };
    return store().events.append([{ type, ...about, correlation_id, payload: { ...payload } }]);
  };

  app.route({
    method: 'PUT',
    url: '/vx11/audio/files/*',
    config: { rule: { scope: 'operator', takesBytes: true } },
    schema: {
      operationId: 'putAudioFile',
      tags: ['audio'],
      summary: 'Upload a file of sound; one of this name is replaced',
      description:
        'The body is the file, at most 2 GiB. X-Content-SHA256 (hex) is checked. Names may have folders.',
      params,
      querystring: noQuery,
      response: answers({ 200: audioFile.meta({ examples: [fileExample] }) }),
    },
    handler: async (request) => {
      const { 'content-length': length, 'x-content-sha256': sent } = request.headers;
      const sha256 = typeof sent === 'string' ? sent.toLowerCase() : null;
      if (sha256 !== null && !hex.test(sha256))
        throw new VX11Error('bad_request', 'X-Content-SHA256 has 64 hex digits.');
      const { 'content-type': type, 'content-encoding': coding } = request.headers;
      const isSent = request.headers['transfer-encoding'] !== undefined;
      if (!isSent && (length === undefined || length === '0'))
        throw new VX11Error('bad_request', 'Send the bytes of a file.');
      if (coding !== undefined || (type !== undefined && !soundType.test(type)))
        throw new VX11Error(
          'unsupported_media',
          'Send application/octet-stream or audio/…, as it is.',
        );
      const body = request.body as Readable;
      const bytes = length === undefined ? null : Number(length);
      const file = await files.put({ name: request.params['*'], body, bytes, sha256 });
      const { size_bytes } = file;
      await note('audio.uploaded', request, { name: file.name, size_bytes, sha256: file.sha256 });
      return file;
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/audio/files',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listAudioFiles',
      tags: ['audio'],
      summary: 'The uploaded files of this host',
      querystring: noQuery,
      response: answers({
        200: audioFileList.meta({ examples: [{ files: [{ ...fileExample, sha256: null }] }] }),
      }),
    },
    handler: async () => ({ files: await files.list() }),
  });

  app.route({
    method: 'GET',
    url: '/vx11/audio/files/*',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getAudioFile',
      tags: ['audio'],
      summary: 'An uploaded file',
      params,
      querystring: noQuery,
      response: answers({ 200: anyBytes }),
    },
    handler: async (request, reply) => {
      const path = request.params['*'];
      const file = await openWithin(config.audio.files, path);
      if (file === null) throw noSuchFile(path);
      return sendFile(reply, path, file);
    },
  });

  app.route({
    method: 'HEAD',
    url: '/vx11/audio/files/*',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'headAudioFile',
      tags: ['audio'],
      summary: 'Whether an uploaded file is there, and its size',
      params,
      querystring: noQuery,
      response: answers({ 200: anyBytes }),
    },
    handler: async (request, reply) => {
      const path = request.params['*'];
      const file = await openWithin(config.audio.files, path);
      if (file === null) throw noSuchFile(path);
      await file.handle.close();
      return sendHead(reply, path, file.size);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/vx11/audio/files/*',
    config: { rule: { scope: 'operator' } },
    schema: {
      operationId: 'deleteAudioFile',
      tags: ['audio'],
      summary: 'Remove an uploaded file; what jobs made of it stays',
      params,
      querystring: noQuery,
      response: answers({
        200: z
          .strictObject({ removed: z.string() })
          .meta({ examples: [{ removed: fileExample.name }] }),
      }),
    },
    handler: async (request) => {
      const removed = request.params['*'];
      await files.remove(removed);
      await note('audio.removed', request, { name: removed });
      return { removed };
    },
  });
};
