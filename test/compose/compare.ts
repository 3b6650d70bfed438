import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { CorpusProject, differences, type Outcome } from './corpus.ts';
import { readStacks, type CorpusStack } from './read-stacks.ts';

interface CorpusFile {
  name: string;
  stacks: CorpusStack[];
}

/** Reads the stacks of a folder, by file: of each file every nth. */
async function corpusIn(folder: URL, every: number): Promise<CorpusFile[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return Promise.all(
    files.map(async (name) => {
      const stacks = await readStacks(new URL(name, folder));
      return { name, stacks: stacks.filter((_, nth) => nth % every === 0) };
    }),
  );
}

/**
 * Opens every nth stack of a folder in a window, and compares the result with that of `docker compose up`. Three files
 * run at the same time, each with a VX11 of its own, as their stacks mostly wait.
 */
export async function compareAll(folder: URL, every = 1): Promise<void> {
  const corpus = await corpusIn(folder, every);
  const groups = Array.from({ length: Math.ceil(corpus.length / atOnce) }, (_, nth) =>
    corpus.slice(nth * atOnce, (nth + 1) * atOnce),
  );
  describe.each(groups)('in one of the groups of stacks,', (...files) => {
    compareFiles(files);
  });
}

const atOnce = 3;

function compareFiles(files: CorpusFile[]): void {
  describe.concurrent.each(files)(
    'a window on a stack of $name has the same result as docker compose up:',
    ({ stacks }) => {
      const references = new Map<string, Outcome>();
      let vx11: TestStack;
      let project: CorpusProject;
      beforeAll(async () => {
        vx11 = await startStack({
          temporalAddress: inject('temporalAddress'),
          services: { placeholder: {} },
          // before VX11 runs, because it stops services without a window
          before: async ({ composeFile, docker }) => {
            const first = await readFile(composeFile, 'utf8');
            const { name } = parse(first) as { name: string };
            project = new CorpusProject(composeFile, name, docker);
            for (const stack of stacks) references.set(stack.title, await project.reference(stack));
            await writeFile(composeFile, first);
          },
        });
      }, 300_000);
      let written: CorpusStack | null = null;
      afterEach(async () => {
        await vx11.call('POST', '/operator/power/policy/solo_madre/apply', {});
        if (written !== null) await project.clear(written);
        written = null;
      });
      afterAll(async () => {
        await vx11?.docker('image', 'rm', '-f', `${project.name}-built:local`);
        await vx11?.destroy();
      });

      test.each(stacks)('$title', { timeout: 90_000, concurrent: false }, async (stack) => {
        const reference = references.get(stack.title)!;
        written = stack;
        await untilRead(vx11, await project.write(stack));
        const { body } = await vx11.call('POST', '/operator/power/window/open', {
          services: stack.open,
          ttl_sec: 300,
          wait_seconds: 60,
        });
        const failed = (body.services_failed ?? []).map(
          ({ service }: { service: string }) => service,
        ) as string[];
        expect(failed.toSorted(), JSON.stringify(body)).toEqual(stack.failed.toSorted());
        const seen = await sameOrLast(stack, reference, () => project.observe(stack));
        expectSameOrder(reference, seen, stack);
        if (body.state === 'open') {
          const closed = await vx11.call('POST', '/operator/power/window/close', {
            window_id: body.window_id,
          });
          expect(closed.body.receipt).toMatchObject({ residue: [] });
        }
        const outcome = { ...seen, ended: await project.afterwards(stack) };
        expect(differences(outcome, reference, stack)).toEqual([]);
      });
    },
  );
}

/** Waits until madre has read the file. An Engine event of the project makes it read. */
async function untilRead(vx11: TestStack, marker: string): Promise<void> {
  const label = `com.docker.compose.project=${vx11.project}`;
  const id = await vx11.docker('create', '--label', label, 'vx11-tiny:local', 'true');
  await vx11.docker('rm', id.trim());
  await until(`madre knows ${marker}`, async () => {
    const { body } = await vx11.call('GET', '/vx11/status');
    return (body.services as { name: string }[]).some(({ name }) => name === marker);
  });
}

/** Observes until there is no difference, at most 9 times: the Engine reports health with a delay. */
async function sameOrLast(
  stack: CorpusStack,
  reference: Outcome,
  observe: () => Promise<Omit<Outcome, 'ended'>>,
): Promise<Omit<Outcome, 'ended'>> {
  const { ended } = reference;
  for (let tries = 0; ; tries += 1) {
    const seen = await observe();
    const same = differences({ ...seen, ended }, reference, stack).length === 0;
    if (same || tries === 8 || stack.fall.length > 0) return seen;
    await sleep(500);
  }
}

/** Expects the same start order as with Compose between services that depend on each other. */
function expectSameOrder(
  reference: Outcome,
  seen: Omit<Outcome, 'ended'>,
  { apart, failed }: CorpusStack,
): void {
  const relations = (times: Outcome['times']): string[] =>
    Object.keys(reference.times)
      .filter((name) => !failed.includes(name))
      .flatMap((one) =>
        edgesOf(reference, one)
          .filter((other) => !failed.includes(other))
          .map((other) => `${one} after ${other}: ${startsAfter(times, one, other)}`),
      );
  expect(relations(seen.times)).toEqual(relations(reference.times));
  for (const [first, second, ms] of apart) {
    const gap = seen.times[second]!.started - seen.times[first]!.started;
    expect(gap, `${second} started ${gap} ms after ${first}`).toBeGreaterThanOrEqual(ms);
  }
}

const startsAfter = (times: Outcome['times'], one: string, other: string): boolean =>
  (times[one]?.started ?? 0) > (times[other]?.started ?? Infinity);

/** Returns the services that a service depends on, from the label that Compose writes. */
function edgesOf(reference: Outcome, service: string): string[] {
  for (const facts of Object.values(reference.containers)) {
    const { Labels } = facts['Config'] as { Labels: Record<string, string> };
    if (Labels['com.docker.compose.service'] !== service) continue;
    const text = Labels['com.docker.compose.depends_on'] ?? '';
    return text.split(',').flatMap((edge) => edge.split(':')[0] || []);
  }
  return [];
}
