/** SQLite as fast as it is safe; measured in docs/benchmarks.md. */
const pragmas = ['journal_mode=WAL', 'synchronous=NORMAL'];

/** Without these, each hop of a workflow waits for a 50 ms step and each timer for up to a second. */
const dynamicConfig = [
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  // without it, priorities mean nothing to this server
  'matching.useNewMatcher=true',
  'history.timerProcessorMaxTimeShift="50ms"',
  // by default a run takes ten updates at once: ten callers that wait for one window would keep a close out
  'history.maxInFlightUpdates=200',
];

/**
 * The development server keeps 8,096 runs in memory, for whatever time: after a thousand windows that is 80 MB that never come
 * back, and a window that is read again from SQLite is as fast.
 */
const smallCaches = [
  'history.hostLevelCacheMaxSize=64',
  'history.cacheTTL="1m"',
  'history.eventsCacheMaxSizeBytes=262144',
  'history.eventsHostLevelCacheMaxSizeBytes=1048576',
  'history.eventsCacheTTL="1m"',
];

/** Its garbage collector runs at half the growth that Go's own setting allows. */
export const temporalEnvironment = { GOGC: '50' };

/**
 * The server always opens an HTTP API and a metrics page on ports of its own choice, and checks neither Host, Origin nor
 * content type, so a web page could use them. No Host header can be a space, so the API refuses every request. Nexus has
 * routes there that skip this check. The metrics page stays, without the names of task queues, which name hosts.
 */
const closed = [
  'frontend.httpAllowedHosts=[" "]',
  'system.enableNexus=false',
  'metrics.breakdownByTaskQueue=false',
  'metrics.breakdownByPartition=false',
  'metrics.breakdownByBuildID=false',
];

/** What windows can be searched by in Temporal's UI. */
const searchAttributes = [
  'VX11Service=KeywordList',
  'VX11Owner=Keyword',
  'VX11Host=Keyword',
  'VX11State=Keyword',
  'VX11Deadline=Datetime',
];

/** The arguments of Temporal's development server on a SQLite file, tuned as reference runs measured it. */
export const temporalArguments = (at: {
  host: string;
  port: number;
  /** Null runs it without its UI. */
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
  ...searchAttributes.flatMap((attribute) => ['--search-attribute', attribute]),
];
