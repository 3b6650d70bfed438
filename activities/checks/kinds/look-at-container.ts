import { placeholdersOf } from '../../../domain/checks/condition.ts';
import { masked, secretsOf } from '../../../domain/checks/secrets.ts';
import { evaluate, type Facts } from '../../../domain/checks/evaluate.ts';
import type { Check } from '../../../domain/checks/suite.ts';
import { pause } from '../../../platform/concurrency/pause.ts';
import type { ContainerFacts } from '../../engine/container-facts.ts';
import type { CheckPlace } from '../place.ts';
import { untilCheckPasses } from '../../power/start/probe.ts';
import { mostEvidence } from '../probe/judged.ts';
import type { Probed } from '../probe/messages.ts';

type LookPlace = Pick<CheckPlace, 'engine' | 'slots' | 'proved' | 'containersOf'>;

/** How often the conditions of a container are looked at while they have to hold. */
const everyMs = 500;
/** A start this soon after the opening still belongs to it. */
const openingMs = 1000;

/**
 * One try of a check of a container: its conditions hold at every look, for as long as the check says. Every container of
 * a scaled service has to fulfil them.
 * @param since when the run's window was open, in epoch ms: a later start is a restart
 */
export async function lookAtContainer(
  place: LookPlace,
  check: Check,
  since: number | null,
  signal: AbortSignal,
): Promise<Omit<Probed, 'stored'>> {
  const began = performance.now();
  if (reads(check, 'HEALTH')) await proveHealth(place, check, signal);
  const starts = new Map<string, Set<number>>();
  const until = began + check.for_ms;
  for (;;) {
    const found = await factsNow(place, check, starts, since);
    const secrets = secretsOf(check);
    const seen = masked(evidenceOf(found), secrets).slice(0, mostEvidence);
    const end = { ms: performance.now() - began, evidence: seen };
    if (found.length === 0) {
      return { ...end, status: 'failed', cause: 'absent', detail: 'it has no container' };
    }
    const bad = found.find(({ facts }) => brokenIn(check, facts).length > 0);
    if (bad !== undefined) {
      const broken = `${bad.container.name}: ${brokenIn(check, bad.facts).join('; ')}`;
      const detail = masked(broken, secrets).slice(0, mostEvidence);
      return { ...end, status: 'failed', cause: causeOf(bad), detail };
    }
    const left = until - performance.now();
    if (left <= 0) return { ...end, status: 'passed', cause: null, detail: null };
    await pause(Math.min(everyMs, left), signal);
    signal.throwIfAborted();
  }
}

const reads = ({ conditions }: Check, placeholder: string): boolean =>
  conditions.flatMap(placeholdersOf).some(({ name }) => name === placeholder);

/**
 * Runs the health checks of containers whose state the Engine does not know yet, as the start of a window does: the Engine
 * runs them only after an interval, and a restart of madre forgets those that VX11 has run.
 */
async function proveHealth(place: LookPlace, check: Check, signal: AbortSignal): Promise<void> {
  const containers = await place.containersOf(check.service!);
  const inspected = await Promise.all(containers.map(({ id }) => place.engine.inspect(id)));
  const unknown = inspected
    .filter((one) => one !== null)
    .filter(({ id, health }) => health === 'starting' && !place.proved.has(id));
  const limit = AbortSignal.any([signal, AbortSignal.timeout(check.timeout_ms)]);
  await Promise.all(
    unknown.map(async (container) => {
      if (await untilCheckPasses(place, container, [], limit)) place.proved.add(container.id);
    }),
  );
}

interface Found {
  container: ContainerFacts;
  facts: Facts;
}

async function factsNow(
  place: LookPlace,
  check: Check,
  starts: Map<string, Set<number>>,
  since: number | null,
): Promise<Found[]> {
  const needsMemory = reads(check, 'MEMORY_MB');
  const containers = await place.containersOf(check.service!);
  const inspected = await Promise.all(containers.map(({ id }) => place.engine.inspect(id)));
  return Promise.all(
    inspected
      .filter((one) => one !== null)
      .map(async (container) => {
        const known = starts.get(container.id) ?? new Set();
        starts.set(container.id, known);
        if (container.started_at !== null) known.add(container.started_at);
        const late = since !== null && (container.started_at ?? 0) > since + openingMs ? 1 : 0;
        const memory = needsMemory ? await place.engine.memoryUse(container.id) : null;
        const facts: Facts = {
          RUNNING: /^(running|starting|unhealthy)$/.test(container.state),
          // VX11 runs the health check right after a start, the Engine only after an interval
          HEALTH:
            place.proved.has(container.id) && container.health === 'starting'
              ? 'healthy'
              : container.health,
          RESTARTS: Math.max(late, known.size - 1),
          OOM: container.out_of_memory,
          EXIT_CODE: container.state === 'exited' ? container.exit_code : undefined,
          MEMORY_MB: memory === null ? undefined : Math.round(memory / 1024 ** 2),
        };
        return { container, facts };
      }),
  );
}

const brokenIn = (check: Check, facts: Facts): string[] =>
  check.conditions
    .map((condition) => evaluate(condition, facts))
    .filter(({ holds }) => !holds)
    .map(({ shown }) => shown);

/** Out of memory only by the Engine's flag: exit code 137 alone may have other reasons. */
function causeOf({ container, facts }: Found): string {
  if (container.out_of_memory) return 'out_of_memory';
  if (facts['RUNNING'] === false) return 'exited';
  if (facts['RESTARTS'] !== 0) return 'restarted';
  return container.health === 'unhealthy' ? 'unhealthy' : 'condition';
}

const evidenceOf = (found: readonly Found[]): string =>
  found
    .map(({ container: { name, state, health, exit_code, out_of_memory, error }, facts }) =>
      [
        `${name}: ${state}, health ${health}, exit code ${exit_code}, restarts ${String(facts['RESTARTS'])}`,
        ...(out_of_memory ? ['killed: out of memory'] : []),
        ...(error === '' ? [] : [error]),
      ].join(', '),
    )
    .join('\n');
