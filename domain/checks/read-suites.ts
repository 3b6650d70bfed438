import type { SuiteSummary } from '../../contracts/checks.ts';
import { suiteSource, type LoadSource } from '../../contracts/compose.ts';
import { parseCondition } from './condition.ts';
import { readLoad, type WrittenBounds } from './load/read-load.ts';
import { readCheck, refuseNotBuilt } from './read-check.ts';
import type { ImportedSuite } from './read-gatus.ts';
import type { Check, Load, Suite } from './suite.ts';

/** The services of a file with what their checks depend on, and the suites of the whole file. */
export interface SuiteFile {
  services: {
    name: string;
    checks?: unknown[] | undefined;
    one_shot: boolean;
    has_healthcheck: boolean;
    /** Only services of windows have implied checks. */
    implied: boolean;
  }[];
  suites: unknown[];
  /** The suites of imported files. */
  imported?: ImportedSuite[];
  /** What the file allows its loads. */
  load?: WrittenBounds | undefined;
}

/**
 * Reads every suite of a compose file: those at its top level, and one for each service. What is wrong is noted in the
 * suite, so that a mistake in a check takes no service out of the catalog.
 */
export function readSuites({ services, suites, imported = [], load = {} }: SuiteFile): Suite[] {
  const names = new Set(services.map(({ name }) => name));
  const read = [
    ...suites.map((source, at) => readSuite(source, `x-vx11.suites.${at}`, names, load)),
    ...imported.map((suite) => suiteOfImport(suite, names)),
  ];
  const seen = new Map<string, number>();
  for (const { name } of read) seen.set(name, (seen.get(name) ?? 0) + 1);
  for (const suite of read) {
    if (seen.get(suite.name)! > 1) suite.problems.push(`there are several suites ${suite.name}`);
    if (suite.name === 'all')
      suite.problems.push('`all` stands for every suite; name it otherwise');
  }
  const taken = new Set(read.map(({ name }) => name));
  const own = services
    .filter(({ name, checks, implied }) => (checks !== undefined || implied) && !taken.has(name))
    .map((service) => suiteOf(service, names));
  return [...read, ...own];
}

/** What the catalog keeps of a suite. */
export const summaryOf = ({ checks, load, ...suite }: Suite): SuiteSummary => ({
  ...suite,
  checks: checks.length + (load?.thresholds.length ?? 0),
});

function readSuite(
  source: unknown,
  where: string,
  services: ReadonlySet<string>,
  bounds: WrittenBounds,
): Suite {
  const none = { kind: 'suite', declared: true, load: null } as const;
  const named = (source as { name?: unknown } | null)?.name;
  const name = typeof named === 'string' ? named.slice(0, 100) : where;
  const broken = (problem: string): Suite => ({
    ...none,
    services: [],
    checks: [],
    name,
    problems: [problem],
  });
  try {
    refuseNotBuilt(source, where);
  } catch (error) {
    return broken((error as Error).message);
  }
  const parsed = suiteSource.safeParse(source);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return broken(`${[where, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
  }
  const { endpoints, services: asked = [] } = parsed.data;
  const unknown = asked.filter((one) => !services.has(one));
  const listed = sourcesIn(endpoints, `${where}.endpoints`);
  const { checks, problems } = readChecks(listed, services, { own: null, inOrder: true });
  const found = [
    ...unknown.map((one) => `${where}.services: there is no service ${one}`),
    ...problems,
  ];
  const load = loadIn(parsed.data.load, where, checks, bounds, found);
  const awake = [...new Set([...asked, ...servicesOf(checks)])];
  return { kind: 'suite', declared: true, name, services: awake, checks, load, problems: found };
}

/** @param problems gets what is wrong with the load */
function loadIn(
  source: LoadSource | undefined,
  where: string,
  checks: readonly Check[],
  bounds: WrittenBounds,
  problems: string[],
): Load | null {
  if (source === undefined) return null;
  try {
    return readLoad(source, checks, bounds);
  } catch (error) {
    problems.push(`${where}.load: ${(error as Error).message}`);
    return null;
  }
}

function suiteOf(service: SuiteFile['services'][number], services: ReadonlySet<string>): Suite {
  const { name } = service;
  const suite = { name, kind: 'service' as const, load: null };
  if (service.checks === undefined) {
    const checks = [impliedCheck(service)];
    return { ...suite, declared: false, services: [name], checks, problems: [] };
  }
  const listed = sourcesIn(service.checks, `services.${name}.x-vx11.checks`);
  const { checks, problems } = readChecks(listed, services, { own: name, inOrder: false });
  const awake = [...new Set([name, ...servicesOf(checks)])];
  return { ...suite, declared: true, services: awake, checks, problems };
}

function suiteOfImport(
  { name, kind, checks: listed, problems: known }: ImportedSuite,
  services: ReadonlySet<string>,
): Suite {
  const inOrder = kind === 'suite';
  const { checks, problems } = readChecks(listed, services, { own: null, inOrder });
  const awake = [...new Set(servicesOf(checks))];
  const read = { checks, load: null, problems: [...known, ...problems] };
  return { name, kind, declared: true, services: awake, ...read };
}

const sourcesIn = (sources: readonly unknown[], where: string): ImportedSuite['checks'] =>
  sources.map((source, at) => ({ source, where: `${where}.${at}` }));

/**
 * @param own the service whose checks they are
 * @param inOrder whether later checks may use what earlier ones stored
 */
function readChecks(
  sources: ImportedSuite['checks'],
  services: ReadonlySet<string>,
  { own, inOrder }: { own: string | null; inOrder: boolean },
): { checks: Check[]; problems: string[] } {
  const checks: Check[] = [];
  const problems: string[] = [];
  const stored = new Set<string>();
  const earlier = new Set<string>();
  for (const { source, where } of sources) {
    try {
      const around = { services, own, stored: inOrder ? stored : null, earlier };
      const check = readCheck(source, where, around);
      if (earlier.has(check.name)) throw new Error(`${where}: two checks are named ${check.name}`);
      checks.push(check);
      earlier.add(check.name);
      for (const key of Object.keys(check.store)) stored.add(key);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return { checks, problems };
}

const servicesOf = (checks: readonly Check[]): string[] =>
  checks.flatMap(({ service }) => service ?? []);

/** What every service has to do: it became ready, and stays up for 3 s; a job has ended with exit code 0. */
/**
 * Says of each service that it stays up and healthy for `seconds`. It comes after the other suites of a run, so that it looks
 * once their checks are over.
 */
export function settleSuite(services: SuiteFile['services'], seconds: number): Suite {
  const checks = services
    .filter(({ one_shot, implied }) => implied && !one_shot)
    .map((service): Check => {
      const { name } = service;
      return { ...impliedCheck(service), name: `${name} settles`, for_ms: seconds * 1000 };
    });
  const names = servicesOf(checks);
  return {
    name: 'settle',
    kind: 'group',
    declared: true,
    services: names,
    checks,
    load: null,
    problems: [],
  };
}

function impliedCheck({ name, one_shot, has_healthcheck }: SuiteFile['services'][number]): Check {
  const conditions = one_shot
    ? ['[EXIT_CODE] == 0', '[OOM] == false']
    : [
        '[RUNNING] == true',
        ...(has_healthcheck ? ['[HEALTH] == healthy'] : []),
        '[RESTARTS] == 0',
        '[OOM] == false',
      ];
  return {
    name: one_shot ? 'ends well' : 'stays up',
    kind: 'container',
    url: null,
    command: null,
    task: null,
    files: null,
    service: name,
    method: 'GET',
    headers: {},
    body: null,
    conditions: conditions.map((condition) => parseCondition(condition, 'container')),
    store: {},
    timeout_ms: 10_000,
    retries: 0,
    always_run: false,
    depends_on: [],
    insecure: false,
    redirect_hosts: [],
    for_ms: one_shot ? 0 : 3000,
    other_secrets: [],
  };
}
