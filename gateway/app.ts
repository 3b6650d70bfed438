import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, {
  LogController,
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { VX11Error } from '../contracts/errors.ts';
import { correlationId } from '../contracts/text.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { createCheckControl } from './checks/control.ts';
import { createRepairControl } from './repair/control.ts';
import { createModelControl } from './models/control.ts';
import { createAudioBatchControl } from './audio/batch-control.ts';
import { createAudioControl } from './audio/control.ts';
import { createAudioFiles } from './audio/audio-files.ts';
import { createDriftControl } from './drift/control.ts';
import { createProgramControl } from './programs/control.ts';
import { createWindowSchedules } from './schedules/control.ts';
import { allowedMethods, rememberRoute } from './http/allowed-methods.ts';
import { createOriginCheck, isRead, pageHeaders, securityHeaders } from './http/origin-check.ts';
import { createIdempotencyClaims } from './http/idempotency-claims.ts';
import { refuseConnection, refuseTunnel } from './http/client-error.ts';
import { secureOptions } from './secure-server.ts';
import type { App } from './http/app-type.ts';
import type { GatewayContext } from './context.ts';
import type { GatewayDeps } from './deps.ts';
import { createEventFeed } from './reads/event-feed.ts';
import { keepFirstAnswer, replayFirstAnswer, sentNothing } from './http/idempotency.ts';
import { createLimits } from './http/limits.ts';
import { createMetrics } from './http/metrics.ts';
import { countInFlight, noteSubject, observeRoute, traced } from './http/request-metrics.ts';
import { registerProblemPages } from './openapi/problem-pages.ts';
import { registerOpenApi } from './openapi/register.ts';
import { createOpenWindow } from './windows/open-window.ts';
import { problemType, problemFor } from './http/problem.ts';
import { withoutOlderInee } from './incidents/inee/routes.ts';
import { mapMaybe } from './reads/maybe-promise.ts';
import { createReadModel } from './reads/read-model.ts';
import { docsPrefix, policyOf } from './http/route-policy.ts';
import { resources } from './routes.ts';
import { createTaskControl } from './tasks/control.ts';
import { createStatusCache } from './status/status-cache.ts';
import { parseStrictJson } from './http/strict-json.ts';
import { certainlyNotSent, TakenBack } from './temporal/not-taken.ts';
import { createAccessWatch } from './streams/access-watch.ts';
import { createIdentify } from './tokens/credentials.ts';
import { createTokenCache } from './tokens/token-cache.ts';
import { createWebSessionCache } from './ui/session-cache.ts';
import { closeAfterReading, isStillSent, limitBody } from './http/unread-body.ts';
import { validatorCompiler } from './http/validate.ts';
import { createWindowControl } from './windows/control.ts';

/** The longest body, in bytes. */
const bodyLimit = 256 * 1024;
/** Limits for receiving a request, in ms: its body, and its headers alone. */
const bodyTimeout = 9000;
const headersTimeout = 8000;

/** Addresses that had other names in the older system. */
const older = /^\/(?:operator\/api\/v1|vx11\/(hermes|hormiguero))\//;
/** The address of today. */
const newerOf = (url: string): string =>
  url.replace(older, (_, role?: string) => `/${role ?? 'operator/api'}/`);

/**
 * The whole gateway over its dependencies, ready to listen.
 * @param context what it shares with another listener of its process
 */
export async function buildApp(deps: GatewayDeps, context = createContext(deps)): Promise<App> {
  const app = Fastify({
    loggerInstance: deps.logger,
    // paths and queries may hold secrets; request-metrics.ts decides what is logged of a request
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger) => logger, // lines name their correlation id themselves; a child for each read costs
    bodyLimit,
    requestTimeout: 0, // a limit of ours, which lets uploads take longer
    keepAliveTimeout: 72_000,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    requestIdHeader: false,
    rewriteUrl: ({ url = '/' }) => {
      const newer = newerOf(url);
      return deps.config.inee === null ? newer : withoutOlderInee(newer);
    },
    genReqId: ({ headers }) => acceptedId(headers['x-correlation-id']),
    clientErrorHandler: (error, socket) => refuseConnection(app, error, socket),
    ...(deps.tls !== undefined && secureOptions(deps.tls)),
    frameworkErrors: (error, request, reply) => answerProblem(error, request, reply as never),
    http: {
      headersTimeout,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 16 * 1024,
      requireHostHeader: false, // ours answers with a problem
      optimizeEmptyRequests: true, // a read has no body, so none is set up for it
      joinDuplicateHeaders: true, // two tokens are seen as two
      // elsewhere a wish for another protocol, such as h2c, is ignored
      shouldUpgradeCallback: ({ url }) => /^\/ws(\?|$)/.test(url ?? ''),
    },
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('caller', null);
  app.decorateRequest('claim', null);
  app.decorateRequest('repeat', null);
  app.decorateRequest('about', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    parseStrictJson(body),
  );
  app.setErrorHandler(answerProblem);
  guardRoutes(app, context);
  await registerOpenApi(app, deps.config.version);
  registerProblemPages(app);
  for (const routes of resources) await app.register(routes(context));
  return app;
}

export function createContext(deps: GatewayDeps): GatewayContext {
  const model = createReadModel(deps.store);
  const revision = () => mapMaybe(model.revisions(), ({ tokens }) => tokens);
  const { adminToken } = deps.config;
  const tokens = createTokenCache({ ...deps, revision, adminToken });
  const identify = createIdentify(tokens, createWebSessionCache({ ...deps, tokens, revision }));
  const metrics = createMetrics();
  return {
    ...deps,
    model,
    statusCache: createStatusCache(deps, model),
    tokens,
    identify,
    access: createAccessWatch({ ...deps, model, identify }),
    windows: createWindowControl(deps, model),
    openWindow: createOpenWindow(deps),
    tasks: createTaskControl(deps, model),
    checks: createCheckControl(deps, model),
    repairs: createRepairControl(deps),
    programs: createProgramControl(deps, model),
    windowSchedules: createWindowSchedules(deps, model),
    models: createModelControl(deps, model),
    drift: createDriftControl(deps, model),
    audio: createAudioControl(deps, model),
    audioBatches: createAudioBatchControl(deps, model),
    audioFiles: createAudioFiles(deps.config.audio.files, deps.config.audioBytes),
    feed: createEventFeed(deps.store),
    metrics,
    limits: createLimits({
      limits: deps.config.limits,
      redis: deps.redis,
      clock: deps.clock,
      onReject: (limit) => metrics.rateRejections.inc({ limit }),
    }),
  };
}

/** Applies the origin check and the address's rate to every request, and its rule to every route: none is open by accident. */
function guardRoutes(app: App, context: GatewayContext): void {
  const { config, clock, metrics, store, limits } = context;
  const checkOrigin = createOriginCheck(config.allowedHosts, config.allowedOrigins);
  const authenticate = createAuthenticate(context.identify, limits);
  const claims = createIdempotencyClaims(store, clock, context.logger);
  const replay = replayFirstAnswer(store, clock, claims);
  const keep = keepFirstAnswer(store, claims);

  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders).header('x-correlation-id', request.id);
    const { method, headers, url } = request.raw;
    if (url!.startsWith(docsPrefix)) reply.headers(pageHeaders);
    checkOrigin(method!, headers);
    if (!isRead(method!)) countInFlight(metrics, reply);
    if (isStillSent(request.raw) && request.routeOptions.config.rule?.takesBytes !== true)
      limitBody(app.server, request, reply, bodyTimeout);
    const counted = limits.address(request.ip);
    if (counted instanceof Promise) counted.then(() => done(), done);
    else done();
  });
  app.addHook('onRoute', (route) => {
    const rule = policyOf(route);
    const methods = [route.method].flat();
    rememberRoute(app, route.url, methods);
    route.onResponse = observeRoute(metrics, methods[0]!, route.url, rule);
    if (!isRead(methods[0]!)) {
      route.handler = traced(route.handler);
      route.preSerialization = noteSubject;
    }
    route.onRequest = [authenticate(rule), ...[route.onRequest ?? []].flat()];
    if (rule.bodyOptional === true) {
      route.preValidation = (request, _reply, done) => {
        request.body ??= {};
        done();
      };
    }
    if (rule.idempotent === true) {
      route.preHandler = replay;
      route.onSend = keep;
    }
  });
  // runs before the body is read: such an address answers 404 or 405 whatever the body
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const allowed = allowedMethods(app, request.raw.url!).join(', ');
    if (allowed === '')
      return done(new VX11Error('not_found', 'GET /openapi.json lists all routes.'));
    reply.header('allow', allowed);
    return done(new VX11Error('method_not_allowed', `This address takes ${allowed}.`));
  });
  app.server.on('connect', (request: IncomingMessage, socket: Socket) =>
    refuseTunnel(app, request, socket),
  );
}

const acceptedId = (sent: string | string[] | undefined): string =>
  typeof sent === 'string' && correlationId.safeParse(sent).success ? sent : randomUUID();

/** Answers an error as a problem with what the caller may know; every error of a route leaves the gateway here. */
function answerProblem(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  request.repeat = null;
  if (error instanceof TakenBack) request.repeat = 'release';
  else if (certainlyNotSent(error)) sentNothing(request);
  const { known, problem } = problemFor(error, request);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="vx11"');
  if (known.retryAfterSeconds !== undefined) reply.header('retry-after', known.retryAfterSeconds);
  if (isStillSent(request.raw)) {
    reply.header('connection', 'close');
    closeAfterReading(request.raw);
  }
  reply
    .headers(securityHeaders)
    .header('x-correlation-id', request.id)
    .code(problem.status)
    .type(problemType)
    .send(JSON.stringify(problem));
}
