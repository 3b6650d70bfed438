import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { sinceBaseline, type Baseline } from '../../../domain/drift/baseline.ts';
import { labelOf } from '../../../domain/drift/compact.ts';
import type { StackFacts } from '../../../domain/drift/facts.ts';
import { leavesOf } from '../../../domain/drift/policy.ts';
import { readScan, type Scan } from '../../../domain/drift/scans.ts';
import type { ComposeReading } from '../../compose/compose.ts';
import { callEngineWithin } from '../../engine/engine-error.ts';
import type { DriftDeps } from '../deps.ts';
import type { EngineState } from '../../engine/engine-state.ts';
import type { DriftMemory } from './memory.ts';

const callMs = 10_000;
const mostReport = 20 * 1024 ** 2;

const engineInfo = z.looseObject({
  ServerVersion: z.string(),
  KernelVersion: z.string(),
  CgroupVersion: z.string().optional(),
  Driver: z.string(),
  DefaultRuntime: z.string().optional(),
  LiveRestoreEnabled: z.boolean().optional(),
  SecurityOptions: z.array(z.string()).nullish(),
  SystemTime: z.string().optional(),
});

/** What is other than it was: files that are read, the host, `x-vx11`, volumes that were ours; and the Engine's clock. */
export async function readSurroundings(
  { power, seal }: Pick<DriftDeps, 'power' | 'seal'>,
  state: EngineState,
  reading: ComposeReading,
  read: readonly string[],
  memory: DriftMemory,
): Promise<Pick<StackFacts, 'changed' | 'abandoned' | 'clock'>> {
  const at = power.clock();
  const since = (subject: string, now: Record<string, string>) => {
    const { baseline, changes } = sinceBaseline(memory.get(subject) as Baseline | null, now, at);
    memory.set(subject, baseline);
    return changes;
  };
  const { host, clock } = await readHost(power);
  return {
    changed: {
      files: since('files', Object.fromEntries(read.map((path) => [path, 'read']))),
      host: host === null ? [] : since('host', host),
      policy: since('policy', leavesOf(reading.config, seal)),
    },
    abandoned: abandonedVolumes(state, reading.config.name, memory),
    clock,
  };
}

async function readHost({ engine, clock }: DriftDeps['power']): Promise<{
  host: Record<string, string> | null;
  clock: StackFacts['clock'];
}> {
  const began = clock();
  const answer = await callEngineWithin(callMs, 'info', () => engine.docker.info()).catch(
    () => null,
  );
  const took = clock() - began;
  const { success, data } = engineInfo.safeParse(answer);
  if (!success) return { host: null, clock: null };
  const security = data.SecurityOptions ?? [];
  const theirs = Date.parse(data.SystemTime ?? '');
  return {
    host: {
      engine: data.ServerVersion,
      kernel: data.KernelVersion,
      cgroups: data.CgroupVersion ?? '',
      storage: data.Driver,
      runtime: data.DefaultRuntime ?? '',
      live_restore: String(data.LiveRestoreEnabled ?? false),
      seccomp: security.find((one) => one.includes('seccomp')) ?? 'off',
    },
    clock: Number.isNaN(theirs)
      ? null
      : { off_ms: theirs - (began + took / 2), bound_ms: took / 2 + 1 },
  };
}

const anonymous = /^[\da-f]{64}$/;

/** Anonymous volumes that a container of the project had once, and that no container has now. */
function abandonedVolumes(
  state: EngineState,
  project: string,
  memory: DriftMemory,
): StackFacts['abandoned'] {
  const ours = (memory.get('anonymous') as Record<string, string> | null) ?? {};
  for (const one of state.containers)
    for (const { Type, Name = '' } of one.Mounts ?? [])
      if (Type === 'volume' && anonymous.test(Name)) ours[Name] = labelOf(one, 'service');
  const there = new Set(state.volumes.map(({ Name }) => Name));
  const known = Object.fromEntries(Object.entries(ours).filter(([name]) => there.has(name)));
  memory.set('anonymous', Object.keys(known).length === 0 || project === '' ? null : known);
  const used = new Set(state.listed.flatMap(({ Mounts }) => Mounts.map(({ Name = '' }) => Name)));
  return Object.entries(known)
    .filter(([name]) => !used.has(name))
    .map(([name, service]) => ({ name, service }));
}

/** The reports of scanners that `x-vx11.drift.scans` names; one that cannot be read says nothing. */
export async function readScans(folder: string, paths: readonly string[]): Promise<Scan[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const text = await readFile(resolve(folder, path), 'utf8').catch(() => '');
      if (text === '' || text.length > mostReport) return [];
      try {
        return readScan(JSON.parse(text)) ?? [];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}
