import { searchAttributeTypes } from '../../../contracts/search-attributes.ts';

/** The fastest SQLite settings that are safe; measured in docs/benchmarks.md. */
const pragmas = ['journal_mode=WAL', 'synchronous=NORMAL'];

/** Without these, each hop of a workflow takes a 50 ms step, and each timer up to a second. */
const dynamicConfig = [
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  // without it, this server ignores priorities
  'matching.useNewMatcher=true',
  'history.timerProcessorMaxTimeShift="50ms"',
  // by default a run accepts ten updates at a time: ten callers that wait for one window would block a close
  'history.maxInFlightUpdates=200',
];

/**
 * By default the development server keeps 8,096 runs in memory without a time limit. After a thousand windows that is
 * 80 MB, never freed, while a window that is read from SQLite again is as fast.
 */
const smallCaches = [
  'history.hostLevelCacheMaxSize=64',
  'history.cacheTTL="1m"',
  'history.eventsCacheMaxSizeBytes=262144',
  'history.eventsHostLevelCacheMaxSizeBytes=1048576',
  'history.eventsCacheTTL="1m"',
];

/**
 * Runs Go's garbage collector at half the heap growth of the default, 100. No GOMEMLIMIT: one that is low enough to save
 * memory at rest (80 MiB) made a busy server collect four times a second.
 */
export const temporalEnvironment = { GOGC: '50' };

/**
 * The server always opens an HTTP API and a metrics page on ports that it chooses itself, and checks neither Host, Origin
 * nor content type, so a web page could use them. No Host header can be a space, so with this the API refuses every
 * request. Nexus is off because its routes skip that check. The metrics page stays, without the names of task queues,
 * because they contain host names.
 */
const closed = [
  'frontend.httpAllowedHosts=[" "]',
  'system.enableNexus=false',
  'metrics.breakdownByTaskQueue=false',
  'metrics.breakdownByPartition=false',
  'metrics.breakdownByBuildID=false',
];

/** Returns the arguments of Temporal's development server with a SQLite file, tuned by measurements. */
export const temporalArguments = (at: {
  host: string;
  port: number;
  /** Null: no UI. */
  uiPort: number | null;
  file: string;
}): string[] => [
  'server',
  'start-dev',
  '--ip',
  at.host,
  '--port',
  String(at.port),
  '--log-level',
  'error',
  '--db-filename',
  at.file,
  ...(at.uiPort === null ? ['--headless'] : ['--ui-port', String(at.uiPort)]),
  ...pragmas.flatMap((pragma) => ['--sqlite-pragma', pragma]),
  ...[...dynamicConfig, ...smallCaches, ...closed].flatMap((value) => [
    '--dynamic-config-value',
    value,
  ]),
  ...Object.entries(searchAttributeTypes).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]),
];
