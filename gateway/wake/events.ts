import type { ServerResponse } from 'node:http';
import { VX11Error } from '../../contracts/errors.ts';
import type { EventRecord, EventType } from '../../contracts/event.ts';
import type { GatewayContext } from '../context.ts';
import type { Snapshot } from '../reads/snapshot.ts';
import { commonHeaders, statusHeader } from './reply.ts';
import { instanceJson } from './session-json.ts';
import { wakeTargets, type Target } from './targets.ts';

/** A reader with more unread bytes than this is disconnected. */
const maxUnread = 64 * 1024;

/** Sablier's events of an instance, by ours. */
const types: Partial<Record<EventType, 'started' | 'stopped'>> = {
  'service.started': 'started',
  'service.stopped': 'stopped',
  'service.done': 'stopped',
};

const keyOf = ({ host, service }: Target): string => `${host}/${service.name}`;
const byKey = (snapshot: Snapshot): Map<string, Target> =>
  new Map(wakeTargets(snapshot).map((target) => [keyOf(target), target]));

const maxStreams = 16;

type Context = Pick<GatewayContext, 'feed' | 'model'>;

/** The open streams of a listener: what becomes of the services that requests may wake, in Sablier's form, from now on. */
export interface WakeStreams {
  /** Rejects with `too_many_streams` or `store_unavailable` before anything is sent. */
  open(url: string, response: ServerResponse): Promise<null>;
  end(): void;
}

export function createWakeStreams(context: Context): WakeStreams {
  const streams = new Set<ServerResponse>();
  return {
    async open(url, response) {
      if (streams.size >= maxStreams)
        throw new VX11Error('too_many_streams', `${maxStreams} streams are open here.`, {
          retryAfterSeconds: 10,
        });
      streams.add(response);
      response.once('close', () => streams.delete(response));
      const query = new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length));
      try {
        await stream(context, response, new Set(query.getAll('types')));
      } catch (error) {
        streams.delete(response);
        throw error;
      }
      return null;
    },
    end() {
      for (const response of streams) response.end();
    },
  };
}

/** @param wanted the types of events to send; all if there are none */
async function stream(
  { feed, model }: Context,
  response: ServerResponse,
  wanted: ReadonlySet<string>,
): Promise<void> {
  const { newest } = await model.revisions();
  let targets = byKey(await model.snapshot());
  const send = (type: string, target: Target): void => {
    if (wanted.size > 0 && !wanted.has(type)) return;
    const state = type === 'started' ? 'ready' : 'asleep';
    const data = JSON.stringify(instanceJson(target, { state, detail: null }));
    if (response.writableLength > maxUnread) response.destroy();
    else response.write(`event:${type}\ndata:${data}\n\n`);
  };
  const afterCatalog = async (): Promise<void> => {
    const before = targets;
    targets = byKey(await model.snapshot());
    for (const [key, target] of targets) {
      const old = before.get(key);
      if (old === undefined) send('created', target);
      else if (JSON.stringify(old.service) !== JSON.stringify(target.service))
        send('updated', target);
    }
    for (const [key, target] of before) if (!targets.has(key)) send('removed', target);
  };
  const deliver = (events: EventRecord[]): void => {
    for (const { type, host, service } of events) {
      const target = targets.get(`${host}/${service}`);
      const known = types[type];
      if (known !== undefined && target !== undefined) send(known, target);
      if (type === 'catalog.read') afterCatalog().catch(() => response.destroy());
    }
  };
  response.writeHead(200, {
    ...commonHeaders,
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
    [statusHeader]: 'not-ready',
    connection: 'close',
  });
  response.flushHeaders();
  const unfollow = await feed.follow(newest, {
    replay: async (events) => {
      deliver(events);
      return !response.destroyed;
    },
    send: deliver,
  });
  response.once('close', unfollow);
  if (response.destroyed) unfollow();
}
