import { checkSource, type CheckSource } from '../../contracts/compose.ts';
import { spawnerService } from '../../contracts/queues.ts';
import type { ScriptType } from '../../contracts/task.ts';
import { parseDuration, parseSetting } from '../services/compose-units.ts';
import { parseCondition, parsePlaceholder, type CheckKind } from './condition.ts';
import type { Check, RequestText } from './suite.ts';

const defaults = { retries: 0 };
/** For kinds that do more than one thing, or wait for a sandbox. */
const slow = new Set<CheckKind>(['task', 'openapi', 'hurl']);
const defaultTimeoutMs = (kind: CheckKind): number => (slow.has(kind) ? 30_000 : 10_000);
const longest = { timeout_ms: 300_000, for_ms: 300_000 };

/** Kinds that the format names and this version does not run. */
const notBuilt = new Set(['import', 'schedule']);

/** What a check that is read may refer to. */
export interface Surroundings {
  services: ReadonlySet<string>;
  /** The service whose check it is; null in a suite. */
  own: string | null;
  /** Values that earlier checks of the suite store; null where there is no suite. */
  stored: ReadonlySet<string> | null;
  /** The names of the earlier checks. */
  earlier: ReadonlySet<string>;
}

/**
 * Reads one check.
 * @param where its place in the file, for the errors
 * @throws Error that says what is wrong
 */
export function readCheck(source: unknown, where: string, around: Surroundings): Check {
  refuseNotBuilt(source, where);
  const parsed = checkSource.safeParse(source);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${[where, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
  }
  try {
    return toCheck(parsed.data, around);
  } catch (error) {
    throw new Error(`${where} (${parsed.data.name}): ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Refuses, by name, what only later versions run. @throws Error */
export function refuseNotBuilt(source: unknown, where: string): void {
  const keys = typeof source === 'object' && source !== null ? Object.keys(source) : [];
  const unknown = keys.find((key) => notBuilt.has(key));
  if (unknown !== undefined) {
    throw new Error(
      `${where}: \`${unknown}\` is not supported by this version of VX11; remove it, or write a check with \`url\`, \`exec\` or \`container\``,
    );
  }
}

function toCheck(source: CheckSource, around: Surroundings): Check {
  const { services, stored, earlier } = around;
  const { name, exec, container } = source;
  const kind = kindOf(source);
  const url = source.url ?? source.openapi;
  if (container !== undefined && !services.has(container)) {
    throw new Error(`there is no service ${container}`);
  }
  const service = container ?? serviceOf(kind, url, around);
  if (service === null && exec !== undefined) {
    throw new Error('`exec` in a suite needs `container`, the service in which it runs');
  }
  const written = source.conditions ?? impliedConditions[kind];
  const conditions = written.map((condition) => parseCondition(condition, kind));
  const store = Object.fromEntries(
    Object.entries(source.store ?? {}).map(([key, value]) => [key, parsePlaceholder(value, kind)]),
  );
  if (stored === null && source.store !== undefined) {
    throw new Error('`store` belongs to a suite, whose later checks use the value');
  }
  for (const used of contextIn(source)) {
    if (stored?.has(used) !== true) throw new Error(`no earlier check stores [CONTEXT].${used}`);
  }
  const depends_on = source.depends_on ?? [];
  const absent = depends_on.find((other) => !earlier.has(other));
  if (absent !== undefined) throw new Error(`depends_on: there is no earlier check ${absent}`);
  refuseForeignFields(source, kind);
  return {
    name,
    kind,
    url: url ?? null,
    command: exec === undefined ? null : commandOf(exec),
    task: source.task === undefined ? null : taskOf(source.task),
    files: source.hurl === undefined ? null : [source.hurl].flat(),
    service,
    method: source.method ?? 'GET',
    headers: Object.fromEntries(
      Object.entries(source.headers ?? {}).map(([key, value]) => [key, requestText(value)]),
    ),
    body: source.body === undefined ? null : requestText(source.body),
    conditions,
    store,
    timeout_ms: durationOf(source.timeout, 'timeout', longest.timeout_ms) ?? defaultTimeoutMs(kind),
    retries: source.retries ?? defaults.retries,
    always_run: source['always-run'] ?? false,
    depends_on,
    insecure: source.insecure ?? false,
    redirect_hosts: source['redirect-hosts'] ?? [],
    for_ms: durationOf(source.for, 'for', longest.for_ms) ?? 0,
    other_secrets: [],
  };
}

const impliedConditions: Record<CheckKind, string[]> = {
  http: ['[STATUS] == 200'],
  tcp: ['[CONNECTED] == true'],
  exec: ['[EXIT_CODE] == 0'],
  task: ['[EXIT_CODE] == 0'],
  // a description without an operation that can be sent proves nothing
  openapi: ['[OPERATIONS] > 0', '[FAILED] == 0'],
  hurl: ['[FILES] > 0', '[FAILED] == 0'],
  container: ['[RUNNING] == true', '[OOM] == false'],
};

function kindOf(source: CheckSource): CheckKind {
  const { url, container } = source;
  const named = (['url', 'exec', 'task', 'openapi', 'hurl'] as const).filter(
    (field) => source[field] !== undefined,
  );
  const [first] = named;
  const own = first === undefined ? container !== undefined : first === 'exec' || !container;
  if (named.length > 1 || !own) {
    throw new Error(
      'a check has either `url`, `exec` or `container`, or one of `task`, `openapi`, `hurl`',
    );
  }
  if (first === undefined) return 'container';
  if (first === 'openapi' && !/^https?:\/\/[^/\s]+/.test(source.openapi!)) {
    throw new Error('openapi: it is none of http://…, https://…');
  }
  if (first !== 'url' || url === undefined) return first as Exclude<typeof first, 'url'>;
  const scheme = /^([a-z]+):\/\/[^/\s]+/.exec(url)?.[1];
  if (scheme === 'http' || scheme === 'https') return 'http';
  if (scheme === 'tcp' && /^tcp:\/\/[^/:\s]+:\d{1,5}$/.test(url)) return 'tcp';
  // not yet known to be a URL: everything before its last @ may be a password
  const shown = url.replace(/^.*@/s, '***@');
  throw new Error(`url: "${shown}" is none of http://…, https://…, tcp://host:port`);
}

const ofRequests = ['headers', 'insecure', 'redirect-hosts'] as const;
const ofHttp = ['method', 'body', ...ofRequests] as const;
function refuseForeignFields(source: CheckSource, kind: CheckKind): void {
  const allowed: readonly string[] =
    kind === 'http' ? ofHttp : kind === 'openapi' ? ofRequests : [];
  const foreign = ofHttp.find((field) => source[field] !== undefined && !allowed.includes(field));
  if (foreign !== undefined) throw new Error(`\`${foreign}\` belongs to a check of an http URL`);
  if (source.for !== undefined && kind !== 'container') {
    throw new Error('`for` belongs to a check of a container');
  }
}

/** What has to be awake for a check that names no container. */
function serviceOf(
  kind: CheckKind,
  url: string | undefined,
  { services, own }: Surroundings,
): string | null {
  if (kind === 'task') return services.has(spawnerService) ? spawnerService : null;
  return url === undefined ? own : serviceIn(url, services);
}

/** The service that the URL's host names. */
function serviceIn(url: string, services: ReadonlySet<string>): string | null {
  const host = /^[a-z]+:\/\/(?:[^@/]*@)?([^/:?#]+)/.exec(url)?.[1] ?? '';
  return services.has(host) ? host : null;
}

/** A line is for the shell of the container. */
const commandOf = (exec: NonNullable<CheckSource['exec']>): RequestText[] =>
  (typeof exec === 'string' ? ['/bin/sh', '-c', exec] : exec).map(requestText);

function taskOf(task: NonNullable<CheckSource['task']>): NonNullable<Check['task']> {
  if (typeof task === 'string') return { language: 'python', code: task, files: [] };
  const { files = [], ...code } = task;
  const odd = files.find((path) => !plainPath.test(path));
  if (odd !== undefined) {
    throw new Error(
      `task.files: "${odd}" is not a path in the stack's folder, such as app/main.py`,
    );
  }
  const [one, ...others] = Object.entries(code) as [ScriptType, string][];
  if (one === undefined || others.length > 0) {
    throw new Error('task: write the code, or one language with its code, such as { shell: … }');
  }
  return { language: one[0], code: one[1], files };
}

/** Relative and without `.` and `..`. */
const plainPath = /^(?!\.{1,2}(?:\/|$))[^/]+(?:\/(?!\.{1,2}(?:\/|$))[^/]+)*$/;

const contextName = /\[CONTEXT\]\.(\w+)/g;
/** The stored values that a check uses. */
function contextIn(source: CheckSource): string[] {
  const { url = '', openapi = '', exec = [], headers = {}, body = '', conditions = [] } = source;
  const texts = [url, openapi, exec, Object.values(headers), body]
    .flat()
    .map((value) => requestText(value).text);
  return [...texts, ...conditions].flatMap((text) =>
    [...text.matchAll(contextName)].map(([, name]) => name!),
  );
}

const requestText = (value: string | { secret: string }): RequestText =>
  typeof value === 'string' ? { text: value, secret: false } : { text: value.secret, secret: true };

/** A duration in ms; null without a text. @throws Error that names the field */
export function durationOf(text: string | undefined, field: string, most: number): number | null {
  const ms = parseSetting(text, field, parseDuration, 'a duration such as 500ms, 5s or 1m');
  if (ms !== null && (ms < 1 || ms > most)) {
    throw new Error(`${field}: "${text}" is not between 1ms and ${most / 60_000}m`);
  }
  return ms;
}
