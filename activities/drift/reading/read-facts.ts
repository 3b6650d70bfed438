import type { DriftAudit } from '../../../contracts/drift.ts';
import { driftExtension, type IgnoreRule } from '../../../contracts/drift.ts';
import type { CatalogService } from '../../../contracts/service.ts';
import type { Covered } from '../../../domain/drift/audit.ts';
import { labelOf } from '../../../domain/drift/compact.ts';
import type { Facts, StackFacts } from '../../../domain/drift/facts.ts';
import type { DeclaredStack, Readout } from '../../../domain/drift/readout.ts';
import { isoTime } from '../../../platform/time.ts';
import type { ComposeReading } from '../../compose/compose.ts';
import type { DriftDeps } from '../deps.ts';
import { readEngine, type EngineState } from './engine-state.ts';
import { looseFiles } from './loose-files.ts';
import { serviceFacts } from './service-facts.ts';
import { stackFacts } from './stack-facts.ts';
import { unsetVariables } from './unset-variables.ts';

export interface FactsRead {
  facts: Facts;
  covered: Covered;
}

/** Reads what the audit asks for, in Compose and in the Engine, and keeps the differences only. */
export async function readAllFacts(
  deps: Pick<DriftDeps, 'power' | 'seal'>,
  { modules, include_tests }: Pick<DriftAudit, 'modules' | 'include_tests'>,
): Promise<FactsRead> {
  const began = performance.now();
  const { power } = deps;
  await power.leases.refresh();
  const catalog = await power.catalog.current();
  const reading = power.catalog.reading();
  // where no file was ever read, nothing is declared
  const known = reading === null ? [] : catalog.services;
  const services = known.filter(
    ({ name, problem }) =>
      problem === undefined &&
      (modules === null || modules.includes(name)) &&
      (include_tests || modules !== null || !isTest(reading, name)),
  );
  const references = services.flatMap(({ image_source }) => image_source?.ref ?? []);
  const [state, unset, files] = await Promise.all([
    readEngine(power.engine.docker, catalog.project, references),
    modules === null ? unsetVariables(power.compose) : [],
    composeFiles(power),
  ]);
  const readout = readoutOf(catalog.project, catalog.services, reading, state);
  const found = await Promise.all(
    services.map((service) =>
      serviceFacts(
        deps,
        service,
        readout,
        state.containers.filter((one) => labelOf(one, 'service') === service.name),
        files,
      ),
    ),
  );
  const whole = modules === null;
  const facts: Facts = {
    day: isoTime(power.clock()).slice(0, 10),
    services: found,
    stack: whole && reading !== null ? await wholeStack(deps, state, reading, unset) : null,
    ignore: ignoreRules(power.catalog.settings()['drift']),
  };
  const covered: Covered = {
    services: found.map(({ name }) => name),
    busy: found.filter(({ busy }) => busy).map(({ name }) => name),
    whole: facts.stack !== null,
    containers: found.reduce((sum, { containers }) => sum + containers.length, 0),
    read_ms: Math.round((performance.now() - began) * 10) / 10,
  };
  return { facts, covered };
}

/** The files as Compose writes them into a label; empty if they cannot be found. */
const composeFiles = async ({ compose }: DriftDeps['power']): Promise<string> =>
  compose.call().then(
    ({ source }) => source.files.join(','),
    () => '',
  );

async function wholeStack(
  { power }: Pick<DriftDeps, 'power'>,
  state: EngineState,
  reading: ComposeReading,
  unset: string[],
): Promise<StackFacts> {
  const { config, networks, volumes } = reading;
  const { source, files } = await power.compose.call();
  const secrets = Object.values(config.secrets ?? {}).flatMap((one) =>
    typeof one['file'] === 'string' ? [one['file']] : [],
  );
  return {
    refusal: power.catalog.refusal(),
    unset,
    ...stackFacts(state, {
      project: config.name,
      services: new Set(Object.keys(config.services)),
      networks,
      volumes,
      now: power.clock(),
    }),
    loose_files: await looseFiles([...files.compose, ...files.values, ...source.envFiles], secrets),
  };
}

function readoutOf(
  project: string,
  services: readonly CatalogService[],
  reading: ComposeReading | null,
  state: EngineState,
): Readout {
  const named = (list: ComposeReading['networks'] = []) =>
    Object.fromEntries(list.map(({ key, name, external }) => [key, { name, external }]));
  const declared: DeclaredStack = {
    name: project,
    services: Object.fromEntries(
      services.map(({ name }) => [name, reading?.declared(name) ?? {}] as const),
    ),
    networks: named(reading?.networks),
    volumes: named(reading?.volumes),
    secrets: reading?.config.secrets as DeclaredStack['secrets'],
    configs: reading?.config.configs as DeclaredStack['configs'],
  };
  return {
    declared,
    containers: state.containers,
    images: state.images,
    networks: new Map(state.networks.map(({ Name, Id }) => [Name, Id])),
    names: new Map(state.listed.map(({ Id, Names }) => [Id, Names[0] ?? Id])),
  };
}

/** A service that nothing but the profiles of tests starts. */
function isTest(reading: ComposeReading | null, name: string): boolean {
  const profiles = reading?.config.services[name]?.profiles ?? [];
  return profiles.length > 0 && profiles.every((one) => one === 'test' || one === 'tests');
}

/** The rules of the compose file; one mistake in them, and none holds. */
const ignoreRules = (given: unknown): IgnoreRule[] => {
  const read = driftExtension.safeParse(given ?? {});
  return read.success ? read.data.ignore : [];
};
