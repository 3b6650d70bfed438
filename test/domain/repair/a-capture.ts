import { expect } from 'vitest';
import { parse } from 'yaml';
import type {
  Capture,
  CapturedFile,
  ComposeService,
  RedCheck,
} from '../../../domain/repair/capture.ts';
import type {
  CapturedContainer,
  CapturedService,
} from '../../../domain/repair/captured-service.ts';
import type { Operation } from '../../../domain/patches/edit.ts';
import type { Fact, Finding, Rule } from '../../../domain/repair/finding.ts';

type Texts = Record<string, string | { text: string | null; mode?: number }>;

interface Given {
  /** `compose.yaml`, or several compose files by path. */
  compose: string | Record<string, string>;
  files?: Texts;
  /** What is known of services; those of the compose file run and are silent by default. */
  services?: Record<
    string,
    Partial<Omit<CapturedService, 'container'>> & { container?: Partial<CapturedContainer> | null }
  >;
  /** One that failed, of the first service, by default. */
  red?: Partial<RedCheck>[];
  error?: string;
  warnings?: string[];
  images?: string[];
  ports_in_use?: Capture['ports_in_use'];
  host?: Partial<Capture['host']>;
}

/** A capture of a stack: its compose files are read as Compose would, and everything else is as given. */
export function aCapture(given: Given): Capture {
  const compose =
    typeof given.compose === 'string' ? { 'compose.yaml': given.compose } : given.compose;
  const read = Object.values(compose).map((text) => parse(text, { merge: true }) as ComposeService);
  const services: Record<string, ComposeService> = {};
  for (const one of read)
    for (const [name, its] of Object.entries(
      (one.services ?? {}) as Record<string, ComposeService>,
    ))
      services[name] = merged(services[name], normal(its));
  const top = (key: string): Record<string, unknown> =>
    Object.assign({}, ...read.map((one) => one[key] ?? {})) as Record<string, unknown>;
  const names = Object.keys(services);
  return {
    red: (given.red ?? [{}]).map((check) => ({ ...aCheck(names[0] ?? null), ...check })),
    services: names.map((name) => aService(name, services[name]!, given.services?.[name] ?? {})),
    compose: {
      file: Object.keys(compose)[0]!,
      files: Object.keys(compose),
      error: given.error ?? null,
      warnings: given.warnings ?? [],
      services: given.error === undefined ? services : null,
      networks: { default: null, ...top('networks') },
      volumes: top('volumes'),
    },
    files: Object.entries({ ...compose, ...given.files }).map(([path, of]) => aFile(path, of)),
    images: given.images ?? [],
    networks: [],
    volumes: [],
    ports_in_use: given.ports_in_use ?? [],
    host: { memory_bytes: 8 * 1024 ** 3, cpus: 2, architecture: 'amd64', ...given.host },
  };
}

const aCheck = (service: string | null): RedCheck => ({
  name: 'health',
  suite: service ?? 'all',
  kind: 'container',
  service,
  status: 'failed',
  cause: 'condition',
  detail: '[RUNNING] (false) == true',
  url: null,
  evidence: null,
});

/** A red check of a URL that nobody answered. */
export const refusedAt = (url: string, service: string): Partial<RedCheck> => ({
  kind: 'http',
  service,
  url,
  cause: 'connection_refused',
  detail: `connect ECONNREFUSED ${url}`,
});

function aService(
  name: string,
  definition: ComposeService,
  given: NonNullable<Given['services']>[string],
): CapturedService {
  return {
    name,
    image: typeof definition.image === 'string' ? definition.image : `${name}:local`,
    image_config: { user: '', entrypoint: [], command: [], environment: [], architecture: 'amd64' },
    programs: ['sh', 'cat', 'ls', 'env'],
    logs: [],
    ...given,
    container: given.container === null ? null : aContainer(name, given.container),
  };
}

const aContainer = (name: string, given: Partial<CapturedContainer> = {}): CapturedContainer => ({
  name: `stack-${name}-1`,
  state: 'running',
  exit_code: null,
  error: '',
  out_of_memory: false,
  restarts: 0,
  health: '',
  health_log: [],
  listening: [],
  user: '',
  mounts: [],
  networks: ['stack_default'],
  memory_limit_bytes: null,
  memory_peak_bytes: null,
  pids_limit_hits: 0,
  pids_limit: null,
  ready_after_ms: null,
  ...given,
});

/** A container that ended. */
export const ended = (
  exit_code: number,
  more: Partial<CapturedContainer> = {},
): Partial<CapturedContainer> => ({
  state: 'exited',
  exit_code,
  ...more,
});

/** Sockets on all addresses, or on one. */
export const listening = (port: number, address = '0.0.0.0'): Partial<CapturedContainer> => ({
  listening: [{ address, port }],
});

export const aMount = (
  source: string,
  target: string,
  more: Partial<CapturedContainer['mounts'][number]> = {},
): CapturedContainer['mounts'][number] => ({
  source,
  target,
  type: 'bind',
  read_only: false,
  owner: { uid: 1000, gid: 1000, mode: 0o755 },
  entries: [],
  ...more,
});

function aFile(path: string, of: Texts[string]): CapturedFile {
  const { text, mode } =
    typeof of === 'string' ? { text: of, mode: 0o644 } : { mode: 0o644, ...of };
  return { path, text, size: text?.length ?? 0, mode, uid: 1000, gid: 1000 };
}

/** As `docker compose config --format json` prints the parts that rules read. */
function normal(service: ComposeService): ComposeService {
  const { environment, depends_on, networks, healthcheck, command, tmpfs, ...rest } = service;
  const health = healthcheck as Record<string, unknown> | undefined;
  const map = (value: unknown, entry: unknown): unknown =>
    Array.isArray(value) ? Object.fromEntries(value.map((name) => [String(name), entry])) : value;
  return {
    ...rest,
    ...(environment === undefined
      ? {}
      : {
          environment: Array.isArray(environment)
            ? Object.fromEntries(
                environment.map((one) => [
                  String(one).split('=')[0],
                  String(one).split('=').slice(1).join('='),
                ]),
              )
            : environment,
        }),
    ...(depends_on === undefined
      ? {}
      : { depends_on: map(depends_on, { condition: 'service_started', required: true }) }),
    ...(service.network_mode === undefined
      ? { networks: map(networks, null) ?? { default: null } }
      : {}),
    ...(health === undefined
      ? {}
      : {
          healthcheck: {
            ...health,
            ...(typeof health.test === 'string' ? { test: ['CMD-SHELL', health.test] } : {}),
          },
        }),
    ...(command === undefined
      ? {}
      : { command: typeof command === 'string' ? command.split(/\s+/) : command }),
    ...(tmpfs === undefined ? {} : { tmpfs: typeof tmpfs === 'string' ? [tmpfs] : tmpfs }),
  };
}

/** As Compose merges a service of a later file: maps by key, everything else replaced. */
function merged(first: ComposeService | undefined, second: ComposeService): ComposeService {
  const result: ComposeService = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const old = result[key];
    const both = [old, value].every(
      (one) => typeof one === 'object' && one !== null && !Array.isArray(one),
    );
    result[key] = both ? { ...(old as object), ...(value as object) } : value;
  }
  return result;
}

/** The files that operations change, as they are afterwards; a mode stands behind the path. */
export function after(capture: Capture, operations: readonly Operation[]): Record<string, string> {
  const result: Record<string, string> = {};
  const edits = operations
    .filter((one) => one.kind === 'edit')
    .toSorted((a, b) => b.start - a.start);
  for (const edit of edits) {
    const text = result[edit.path] ?? capture.files.find(({ path }) => path === edit.path)!.text!;
    expect(text.slice(edit.start, edit.end)).toBe(edit.expected);
    result[edit.path] = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  }
  for (const one of operations) {
    if (one.kind === 'create') result[one.path] = one.text;
    if (one.kind === 'mode') result[`${one.path} mode`] = one.mode.toString(8);
  }
  return result;
}

/** Does a fact quote what stands in the capture? */
function exists(capture: Capture, { text, source }: Fact): boolean {
  const file =
    source.kind === 'file' ? capture.files.find(({ path }) => path === source.path) : undefined;
  const service =
    'service' in source ? capture.services.find(({ name }) => name === source.service) : undefined;
  if (source.kind === 'file') {
    const line = file?.text?.split('\n')[source.line - 1];
    return line !== undefined && (line.includes(text) || JSON.stringify(line).includes(text));
  }
  if (source.kind === 'log') return service?.logs.includes(source.line) === true;
  if (source.kind === 'check') return capture.red.some(({ name }) => name === source.check);
  if (source.kind === 'compose')
    return [...capture.compose.warnings, capture.compose.error].includes(text);
  return service !== undefined;
}

/** What a rule finds, after its facts were compared with the capture. */
export function found(rule: Rule, capture: Capture): Finding[] {
  const findings = rule(capture);
  for (const { facts, class: of } of findings) {
    expect(facts.length, `${of} has facts`).toBeGreaterThan(0);
    expect(facts.filter((fact) => !exists(capture, fact))).toEqual([]);
  }
  return findings;
}

/** The files after the first finding of a rule; a text that says why there is no change. */
export function fixed(rule: Rule, capture: Capture): Record<string, string> | string {
  const [first] = found(rule, capture);
  if (first === undefined) return 'silent';
  if (first.fix.kind === 'change') return after(capture, first.fix.operations);
  return first.fix.kind === 'advice' ? 'advice' : 'needs_value';
}
