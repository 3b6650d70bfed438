import type { ServerResponse } from 'node:http';
import type { GatewayContext } from '../context.ts';
import { isRead } from '../http/origin-check.ts';
import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';
import type { WakeStreams } from './events.ts';
import { notReadyInTime, noSuchAddress, wrongMethod } from './fault.ts';
import { againSeconds, waitingHeaders, waitingPage } from './page.ts';
import { jsonReply, reply, type WakeReply } from './reply.ts';
import { readWakeRequest, type WakeRequest } from './request.ts';
import { instanceProblems, sessionJson } from './session-json.ts';
import type { AskSession, Session } from './sessions.ts';
import type { UsualWait } from './usual-wait.ts';
import type { WaitSession } from './wait.ts';

/** A request, without the path secret. */
interface Incoming {
  path: string;
  method: string;
  /** Path and query. */
  url: string;
  /** The User-Agent of the client, where the proxy passes it on. */
  agent: string | undefined;
  /** A signal that aborts when the client has gone, or the listener ends. */
  gone: () => AbortSignal;
  response: ServerResponse;
}

/** Null if it has sent its answer itself. */
type Route = (incoming: Incoming) => MaybePromise<WakeReply | null>;

/** A service whose image is here is often up so soon that no page is needed. Plugins wait longer than this, in ms. */
const graceMs = 700;
const mostParsed = 1000;

interface Deps {
  context: Pick<GatewayContext, 'clock'>;
  ask: AskSession;
  wait: WaitSession;
  usualWait: UsualWait;
  streams: Pick<WakeStreams, 'open'>;
  health: () => WakeReply;
}

/** The addresses of the listener: Sablier's, and those for forward auth. There are no others. */
export function createWakeRoutes(deps: Deps): Route {
  const { context, ask, wait, usualWait, streams, health } = deps;
  const pageOf = (session: Session, request: WakeRequest): string =>
    waitingPage(session, request, context.clock(), usualWait);
  const retryAfter = (session: Session, request: WakeRequest) =>
    session.ready ? {} : { 'retry-after': againSeconds(session, request) };

  const dynamic = withParsed('timeout', (request, incoming) => {
    const answer = (session: Session): WakeReply => {
      const headers = { ...waitingHeaders, ...retryAfter(session, request) };
      return reply(200, headers['content-type'], pageOf(session, request), headers, session.ready);
    };
    return mapMaybe(ask(request), (session) =>
      session.settled
        ? answer(session)
        : wait(request, undefined, graceMs, incoming.gone()).then(answer),
    );
  });
  const sessionReply = (session: Session, request: WakeRequest): WakeReply => {
    const { headers, ...rest } = jsonReply(200, sessionJson(session), session.ready);
    return { ...rest, headers: { ...headers, ...retryAfter(session, request) } };
  };
  const blocking = withParsed('timeout', async (request, { gone }) => {
    const first = await ask(request);
    const ms =
      request.waitMs ?? Math.max(...first.entries.map((one) => one.target.wake.blocking_ms));
    const session = first.settled ? first : await wait(request, undefined, ms, gone());
    if (!session.settled) throw notReadyInTime(ms, instanceProblems(session));
    return sessionReply(session, request);
  });
  const poke = withParsed('timeout', (request) =>
    mapMaybe(ask(request), (session) => sessionReply(session, request)),
  );
  /** Forward auth: 200 lets the proxy pass the client's request on; everything else is shown to the client. */
  const auth = withParsed('wait', (request, { agent, gone }) => {
    const answer = (session: Session): WakeReply => {
      if (session.ready) return reply(200, 'text/plain', '', {}, true);
      const again = againSeconds(session, request);
      const headers = { ...waitingHeaders, 'retry-after': again, refresh: again };
      return reply(request.code, headers['content-type'], pageOf(session, request), headers);
    };
    return mapMaybe(ask(request, agent), (session) =>
      session.settled || request.waitMs === null
        ? answer(session)
        : wait(request, agent, request.waitMs, gone()).then(answer),
    );
  });
  const themes: Route = () => jsonReply(200, { themes: ['vx11'] });
  const routes = new Map<string, Route>([
    ['/api/strategies/dynamic', dynamic],
    ['/api/strategies/blocking', blocking],
    ['/api/strategies/poke', poke],
    ['/api/themes', themes],
    ['/api/dynamic/themes', themes],
    ['/api/events', ({ url, response }) => streams.open(url, response)],
    ['/health', health],
    ['/wake/auth', auth],
  ]);
  return (incoming) => {
    const route = routes.get(incoming.path);
    if (route === undefined) throw noSuchAddress();
    if (!isRead(incoming.method)) throw wrongMethod();
    return route(incoming);
  };
}

/** A proxy sends the same address again and again, so that each is parsed once. */
function withParsed(
  waitField: 'timeout' | 'wait',
  handle: (request: WakeRequest, incoming: Incoming) => MaybePromise<WakeReply>,
): Route {
  const parsed = new Map<string, WakeRequest>();
  return (incoming) => {
    const known = parsed.get(incoming.url);
    if (known !== undefined) return handle(known, incoming);
    const request = readWakeRequest(incoming.url, waitField);
    if (parsed.size >= mostParsed) parsed.clear();
    parsed.set(incoming.url, request);
    return handle(request, incoming);
  };
}
