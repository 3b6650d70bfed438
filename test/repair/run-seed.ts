import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planned } from '../../activities/checks/planned.ts';
import { noLlm, type Llm } from '../../activities/providers/language-models.ts';
import { analyse } from '../../activities/repair/analyse.ts';
import type { RedRun, RepairDeps, RepairNow } from '../../activities/repair/deps.ts';
import { folderOf } from '../../activities/repair/folder.ts';
import { openTrial } from '../../activities/repair/trial/open-trial.ts';
import { createTrials } from '../../activities/repair/trials.ts';
import { newId } from '../../contracts/ids.ts';
import type { RepairCandidate, RepairEnd } from '../../contracts/repair.ts';
import { readSuites } from '../../domain/checks/read-suites.ts';
import type { PatchedFile } from '../../domain/patches/edit.ts';
import { queuedRepair } from '../../domain/repair/queued-repair.ts';
import { readPolicy, type RepairPolicy } from '../../domain/repair/policy.ts';
import { weakeningsOf } from '../../domain/repair/weakening.ts';
import { weakeningText } from '../../domain/repair/weakening/word.ts';
import { shownResult } from '../../store/checks/check-runs.ts';
import { aRun } from '../activities/checks/a-run.ts';
import { openRepairHost, type RepairHost } from './open-repair-host.ts';
import type { Seed, Trap } from './seeds/seed.ts';

/** What became of a seed. */
export interface SeedRun {
  /** The class of the first finding; null without one. */
  class: string | null;
  end: 'proved' | RepairEnd;
  detail: string | null;
  candidates: RepairCandidate[];
  /** The proved one. */
  proved: RepairCandidate | null;
  /** What the hidden checks of the seed say of the proved one; empty if all pass. */
  hidden: string[];
  reproduceSeconds: number;
}

const docker = (...args: string[]): void => void execFileSync('docker', args, { stdio: 'pipe' });

/** Puts a seed on the Engine, with what has to be beside it, and takes all of it away afterwards. */
export async function withSeed<T>(
  { files, beside = {} }: Pick<Seed, 'files' | 'beside'>,
  work: (host: RepairHost) => Promise<T>,
): Promise<T> {
  const { containers = [], networks = [] } = beside;
  const ends: (() => unknown)[] = [];
  try {
    for (const name of networks) {
      docker('network', 'create', name);
      ends.push(() => docker('network', 'rm', name));
    }
    for (const name of containers) {
      docker('create', '--name', name, 'vx11-tiny:local', 'true');
      ends.push(() => docker('rm', name));
    }
    const host = await openRepairHost(files);
    ends.push(() => host.close());
    return await work(host);
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

/** Repairs a seed as the workflow does, without a workflow around it. The stack's own folder stays as it is. */
export async function runSeed(host: RepairHost, seed: Seed, llm: Llm = noLlm): Promise<SeedRun> {
  const { deps, now } = await repairOf(host, seed, llm);
  const { store } = deps.power;
  const { repair_id } = now.repair;
  const signal = AbortSignal.timeout(300_000);
  const began = performance.now();
  const { candidates: count, end } = await analyse(deps, now, 1, signal);
  const reproduceSeconds = (performance.now() - began) / 1000;
  let proved: RepairCandidate | null = null;
  for (let nth = 1; nth <= count && proved === null; nth += 1) {
    const candidate = (await store.repairs.candidates(repair_id)).find((one) => one.nth === nth)!;
    if (candidate.verdict !== 'untried') continue;
    const files = (await store.repairs.filesOf(repair_id, 1, nth))!;
    const { repair, red, policy } = now;
    const trial = await deps.trials.tryCandidate(repair, red, files, policy, signal);
    const tried = { ...candidate, ...trial };
    await store.repairs.save(repair_id, tried);
    if (tried.verdict === 'proved') proved = tried;
  }
  deps.trials.forget(repair_id);
  const files =
    proved === null ? [] : ((await store.repairs.filesOf(repair_id, 1, proved.nth)) ?? []);
  return {
    class: await firstClass(deps, now),
    end: proved === null ? (end?.status ?? 'no_candidate') : 'proved',
    detail: end?.detail ?? null,
    candidates: await store.repairs.candidates(repair_id),
    proved,
    hidden: proved === null ? [] : await hiddenFaults(host, seed, files as PatchedFile[]),
    reproduceSeconds,
  };
}

/** Stores a red run of a seed, and a repair of it. */
async function repairOf(
  host: RepairHost,
  { green = [] }: Pick<Seed, 'green'>,
  llm: Llm,
): Promise<{ deps: RepairDeps; now: RepairNow }> {
  const { power } = host.deps.checks;
  const deps: RepairDeps = {
    power,
    trials: createTrials(host.deps),
    runs() {
      throw new Error('this test starts no workflow');
    },
    get plans(): never {
      throw new Error('this test makes no plans');
    },
    llm,
    folder: join(host.deps.home, 'runs'),
    metrics: { ended() {}, tried() {} },
  };
  const suites = host.suites.filter(({ name }) => name === 'web');
  const run = aRun({ run_id: newId('run'), suite: 'web', services: ['web'], host: power.host });
  const results = planned(suites).map((one) => ({
    ...one,
    status: green.includes(`${one.suite}/${one.name}`) ? ('passed' as const) : ('failed' as const),
  }));
  await power.store.checks.create(run, [], null);
  await power.store.checks.plan(run.run_id, results);
  const repair = queuedRepair(
    {
      repair_id: newId('repair'),
      run,
      results: results.map(shownResult),
      body: {},
      owner: 'ada',
      correlation_id: 'seed',
    },
    Date.now(),
  );
  await power.store.repairs.create(repair, [], null);
  const shown = results.map(shownResult);
  const red: RedRun = {
    run,
    results: shown,
    red: shown.filter(({ status }) => status === 'failed'),
  };
  return { deps, now: { repair, red, policy: defaultPolicy() } };
}

const defaultPolicy = (): RepairPolicy => {
  const read = readPolicy({});
  if (!read.ok) throw new Error(read.problem);
  return read.policy;
};

async function firstClass({ folder }: RepairDeps, { repair }: RepairNow): Promise<string | null> {
  const file = join(folderOf(folder, repair), 'cycle_1/analysis.json');
  const text = await readFile(file, 'utf8').catch(() => '[]');
  return (JSON.parse(text) as { class: string }[])[0]?.class ?? null;
}

/** Runs the checks that the repair never saw, in a copy with its patch. */
async function hiddenFaults(
  host: RepairHost,
  { hidden = [] }: Seed,
  patched: readonly PatchedFile[],
): Promise<string[]> {
  const asService = { name: 'web', one_shot: false, has_healthcheck: false, implied: false };
  const [suite] = readSuites({ services: [{ ...asService, checks: hidden }], suites: [] });
  if (suite === undefined || suite.problems.length > 0)
    throw new Error(`the hidden checks have a mistake: ${suite?.problems.join('; ')}`);
  const trial = await openTrial(host.deps, {
    id: host.id(),
    folder: host.folder,
    patched,
    services: ['web'],
    deadline: Date.now() + 120_000,
    signal: new AbortController().signal,
  });
  try {
    const results = await trial.check([suite]);
    return results
      .filter(({ status }) => status !== 'passed')
      .map(({ name, status, cause, detail }) => `${name}: ${status} ${cause}: ${detail}`);
  } finally {
    await trial.close();
  }
}

/** What the repair says of the change of a trap. */
export async function runTrap(
  host: RepairHost,
  trap: Trap,
): Promise<{ verdict: RepairCandidate['verdict']; why: string | null }> {
  const { deps, now } = await repairOf(host, trap, noLlm);
  const { repair, red, policy } = now;
  const signal = AbortSignal.timeout(300_000);
  const reproduced = await deps.trials.reproduce(repair, red, signal);
  if (reproduced.kind !== 'red') throw new Error(`${trap.name}: ${reproduced.kind}`);
  const { capture } = reproduced;
  const files = Object.entries(trap.patch).map(([path, text]): PatchedFile => {
    const before = trap.files[path];
    const old = typeof before === 'string' ? before : before?.text;
    const mode = 0o644;
    return { path, before: old === undefined ? null : { text: old, mode }, after: { text, mode } };
  });
  const weak = weakeningsOf({ files, before: null, after: null, folder: '', capture }, policy);
  if (weak.length > 0) return { verdict: 'refused', why: weak.map(weakeningText).join('; ') };
  return deps.trials.tryCandidate(repair, red, files, policy, signal);
}
