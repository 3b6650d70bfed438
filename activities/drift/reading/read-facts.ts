import { existsSync } from 'node:fs';
import type { DriftAudit } from '../../../contracts/drift.ts';
import type { Covered } from '../../../domain/drift/audit.ts';
import type { Facts, StackFacts } from '../../../domain/drift/facts.ts';
import { readDriftSettings, type SettingProblem } from '../../../domain/drift/settings.ts';
import type { Readout } from '../../../domain/drift/readout.ts';
import { utcDay } from '../../../platform/time.ts';
import type { ComposeReading } from '../../compose/compose.ts';
import { stackFolder } from '../../compose/stack-folder.ts';
import type { DriftDeps } from '../deps.ts';
import { readEngine, type EngineState } from '../../engine/engine-state.ts';
import { looseFiles } from './loose-files.ts';
import { openMemory, type DriftMemory } from './memory.ts';
import { readoutOf } from '../../compose/readout.ts';
import { containersByService, firstIn, releaseOf, serviceFacts } from './service-facts.ts';
import { endsOfRuns, stackFacts } from './stack-facts.ts';
import { readScans, readSurroundings } from './surroundings.ts';
import { unsetVariables } from './unset-variables.ts';

export interface FactsRead {
  facts: Facts;
  covered: Covered;
}

/** What is read. */
export interface ReadingWanted extends Pick<DriftAudit, 'modules' | 'include_tests'> {
  /** Whether to ask what changed in the containers' own layers, which costs the Engine most; by default it is. */
  layers?: boolean;
}

/**
 * Reads what the audit asks for, in Compose and in the Engine, and keeps the differences only.
 * @returns also what was read, which has values of secrets and stays in memory
 */
export async function readAllFacts(
  deps: Pick<DriftDeps, 'power' | 'seal'>,
  { modules, include_tests, layers = true }: ReadingWanted,
): Promise<FactsRead & { readout: Readout }> {
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
  const day = utcDay(power.clock());
  const settings = readDriftSettings(power.catalog.settings()['drift'], day);
  const folder = stackFolder(power.compose.named);
  const scans = await readScans(folder, settings.scans);
  const memory = await openMemory(power.store, power.host, power.clock());
  const readout = readoutOf(catalog.project, catalog.services, reading, state);
  const containersOf = containersByService(readout);
  const once = { containersOf, release: releaseOf(readout) };
  const { project } = catalog;
  const definitions = await power.definitions.learn(
    project,
    catalog.services,
    reading,
    firstIn(containersOf),
  );
  const around = { readout, files, memory, scans, layers, definitions };
  const sealing = { power, seal: sealEachOnce(deps.seal) };
  const found = await Promise.all(
    services.map((service) => serviceFacts(sealing, service, { ...around, ...once })),
  );
  const whole = modules === null;
  const facts: Facts = {
    day,
    services: found,
    stack:
      whole && reading !== null
        ? await wholeStack(deps, state, reading, memory, {
            unset,
            wrong_settings: settings.problems,
          })
        : null,
    ignore: settings.ignore,
  };
  await memory.save();
  const covered: Covered = {
    services: found.map(({ name }) => name),
    busy: found.filter(({ busy }) => busy).map(({ name }) => name),
    whole: facts.stack !== null,
    containers: found.reduce((sum, { containers }) => sum + containers.length, 0),
    read_ms: Math.round((performance.now() - began) * 10) / 10,
  };
  return { facts, covered, readout };
}

/** File, image and container mostly have the same values, and so have the services among each other. */
function sealEachOnce(seal: DriftDeps['seal']): DriftDeps['seal'] {
  const sealed = new Map<string, string>();
  return (value) => {
    const known = sealed.get(value) ?? seal(value);
    sealed.set(value, known);
    return known;
  };
}

/** The files as Compose writes them into a label; empty if they cannot be found. */
const composeFiles = async ({ compose }: DriftDeps['power']): Promise<string> =>
  compose.call().then(
    ({ source }) => source.files.join(','),
    () => '',
  );

async function wholeStack(
  deps: Pick<DriftDeps, 'power' | 'seal'>,
  state: EngineState,
  reading: ComposeReading,
  memory: DriftMemory,
  read: { unset: string[]; wrong_settings: SettingProblem[] },
): Promise<StackFacts> {
  const { power } = deps;
  const { config, networks, volumes } = reading;
  const now = power.clock();
  const { source, files } = await power.compose.call();
  const secrets = Object.values(config.secrets ?? {}).flatMap((one) =>
    typeof one['file'] === 'string' ? [one['file']] : [],
  );
  const all = [...new Set([...files.compose, ...files.values, ...source.envFiles])];
  return {
    refusal: power.catalog.refusal(),
    ...read,
    ...stackFacts(state, {
      project: config.name,
      services: new Set(Object.keys(config.services)),
      networks,
      volumes,
      now,
      ended: await endsOfRuns(power.engine.docker, state, { project: config.name, now }),
    }),
    ...(await readSurroundings(
      deps,
      state,
      reading,
      all.filter((path) => existsSync(path)),
      memory,
    )),
    loose_files: await looseFiles(all, secrets),
  };
}

/** A service that nothing but the profiles of tests starts. */
function isTest(reading: ComposeReading | null, name: string): boolean {
  const profiles = reading?.config.services[name]?.profiles ?? [];
  return profiles.length > 0 && profiles.every((one) => one === 'test' || one === 'tests');
}
