import { z } from 'zod';
import { logChunk, taskRef, type TaskView } from '../../contracts/task.ts';
import { hasTaskEnded } from '../../domain/tasks/task.ts';
import type { TaskProgress } from '../../store/tasks/task-output.ts';
import type { Routes } from '../context.ts';
import type { EventStream } from '../streams/sse.ts';
import { createSseConnections } from '../streams/sse-connections.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { createLogText, logPlaceOf, type LogPlace } from './log-text.ts';

const page = 100;

/** Streams a task's output. */
export const taskLogRoutes: Routes = (context) => async (app) => {
  const { tasks, store } = context;
  const streams = createSseConnections(app, context);

  /** Sends the output so far, then new output, until the task ends or the reader disconnects. */
  const follow = async (
    view: TaskView,
    from: LogPlace,
    stream: EventStream,
    gone: AbortSignal,
  ): Promise<void> => {
    const text = createLogText(from);
    let place: Piece = from;
    let newest: TaskProgress = { ...from, state: view.state };
    let updated = true;
    let wake = (): void => undefined;
    const unfollow = tasks.followProgress(view.spawn_id, (now) => {
      if (!hasTaskEnded(now.state) && !isLater(now, newest)) return;
      newest = now;
      updated = true;
      wake();
    });
    gone.addEventListener('abort', () => wake());
    try {
      while (!gone.aborted) {
        if (!updated) await new Promise<void>((resolve) => (wake = resolve));
        updated = false;
        // check for the end before reading the output, so that no output of an ended task is missed
        const over = hasTaskEnded(newest.state);
        for (let full = true; full && !gone.aborted;) {
          const chunks = await store().taskOutput.after(view.spawn_id, place, page);
          for (const chunk of chunks) for (const event of text.events(chunk)) stream.say(event);
          const last = chunks.at(-1);
          if (last !== undefined) place = { attempt: last.attempt, seq: last.seq };
          full = chunks.length === page;
          await stream.drained();
        }
        if (!over) continue;
        for (const event of text.end()) stream.say(event);
        const ended = (await store().tasks.find(view.spawn_id)) ?? view;
        const { status, state, exit_code, signal, cause, error } = ended;
        stream.say({ event: 'end', data: { status, state, exit_code, signal, cause, error } });
        return;
      }
    } finally {
      unfollow();
    }
  };

  app.route({
    method: 'GET',
    url: '/vx11/spawn/:spawn_id/logs',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'streamTaskLogs',
      tags: ['tasks'],
      summary: "Server-Sent Events of a task's output, from its start",
      description:
        'event is stdout, stderr, gap (bytes that are no longer kept) or, last, end: how the task ended. base64 has the bytes of what ' +
        'is not UTF-8. Last-Event-ID resumes after that event.',
      params: z.strictObject({ spawn_id: taskRef }),
      querystring: noQuery,
      response: answers({
        200: {
          content: {
            'text/event-stream': {
              schema: logChunk.meta({
                examples: [
                  { attempt: 1, stream: 'stdout', at: '2026-11-21T12:00:00.044Z', text: '1\n' },
                ],
              }),
            },
          },
        },
      }),
    },
    handler: async (request, reply) => {
      const header = request.headers['last-event-id'];
      const place = logPlaceOf(typeof header === 'string' ? header : undefined);
      const view = await tasks.find(request.params.spawn_id);
      const stream = streams.open(request, reply);
      const gone = new AbortController();
      stream.onClose(() => gone.abort());
      follow(view, place, stream, gone.signal)
        .catch((error: unknown) => request.log.warn({ err: error }, 'a log stream failed'))
        .finally(() => stream.end());
    },
  });
};

type Piece = Pick<TaskProgress, 'attempt' | 'seq'>;

const isLater = (one: Piece, other: Piece): boolean =>
  one.attempt > other.attempt || (one.attempt === other.attempt && one.seq > other.seq);
