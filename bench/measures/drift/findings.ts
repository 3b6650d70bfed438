import { driftKind } from '../../../contracts/drift.ts';
import { judge } from '../../../domain/drift/judge.ts';
import { factsOf, readoutOf, recordedStacks } from '../../../test/domain/drift/recorded.ts';
import { seeds, untouchedFacts } from '../../../test/domain/drift/seeds.ts';
import type { Result } from '../../measure.ts';
import { figures } from '../../sample.ts';

const states = ['created', 'running', 'stopped'] as const;

/** What is found where nothing was changed. */
export function falseFindings(): Result {
  const stacks = recordedStacks();
  const services = stacks.reduce((sum, { running }) => sum + running.containers.length, 0);
  const found = stacks.flatMap((stack) =>
    states.flatMap((state) =>
      [false, true].flatMap((awake) => judge(factsOf(stack, readoutOf(stack, state), awake))),
    ),
  ).length;
  return {
    name: `findings in ${stacks.length} untouched stacks, created, running and stopped, asleep and awake`,
    unit: 'count',
    ours: figures([found]),
    plain: null,
    bar: '= 0',
    met: found === 0,
    n: stacks.length,
    notes: [`${services} containers`],
  };
}

/** Of one change of each kind, how many are found with their path. */
export function kindsFound(): Result {
  const kinds = driftKind.options;
  const seen = kinds.filter((kind) => {
    const [path, change] = seeds[kind];
    const facts = untouchedFacts();
    change(facts);
    return judge(facts).some((one) => one.kind === kind && one.path === path);
  });
  return {
    name: `kinds of drift that are found with their path, of ${kinds.length}`,
    unit: 'count',
    ours: figures([seen.length]),
    plain: null,
    bar: `= ${kinds.length}`,
    met: seen.length === kinds.length,
    n: kinds.length,
    notes: kinds.filter((kind) => !seen.includes(kind)),
  };
}
