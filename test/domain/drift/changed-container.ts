import type { JudgedFinding } from '../../../contracts/drift.ts';
import { judge } from '../../../domain/drift/judge.ts';
import type { Inspected } from '../../../domain/drift/readout.ts';
import { factsOf, readoutOf, recordedStacks } from './recorded.ts';

const stacks = recordedStacks();

/** What is changed in a container, as the Engine describes it: `settings` is all of it. */
export type Change = (settings: any, container: Inspected) => void; // oxlint-disable-line typescript/no-explicit-any

/** Changes one container of an untouched stack behind its definition, and judges. */
export function after(
  title: string,
  service: string,
  change: Change,
  awake = true,
): JudgedFinding[] {
  const stack = structuredClone(stacks.find((one) => one.title === title)!);
  const readout = readoutOf(stack, 'running');
  const container = readout.containers.find(
    ({ Config }) => Config.Labels?.['com.docker.compose.service'] === service,
  )!;
  change(container, container);
  return judge(factsOf(stack, readout, awake));
}
export const named = (found: readonly JudgedFinding[]): [string, string][] =>
  found.map(({ kind, path }) => [kind, path]);
