import { repairExtension } from '../../contracts/compose.ts';
import { parseDuration } from '../services/compose-units.ts';
import { faultClasses, type FaultClass } from './fault-classes.ts';

/** What a repair may do: `x-vx11.repair` at the top of the compose file. Durations in ms. */
export interface RepairPolicy {
  /** `suggest`: every patch waits for a person. `apply`: those of rules in the classes of `auto` do not. */
  mode: 'off' | 'suggest' | 'apply';
  auto: FaultClass[];
  /** What a patch may change, and what it may not, as globs relative to the stack's folder. */
  paths: string[];
  protect: string[];
  max_files: number;
  max_lines: number;
  cycles: number;
  candidates: number;
  limit_ms: number;
  usd: number;
  settle_ms: number;
}

const defaultProtect = [
  '**/*test*',
  '**/*test*/**',
  '**/*.spec.*',
  '**/check*',
  '.git/**',
  '**/*.pem',
  '**/*.key',
];

/** Reads the policy. @returns what is wrong with it, in words, instead of a policy with a gap */
export function readPolicy(
  given: unknown,
): { ok: true; policy: RepairPolicy } | { ok: false; problem: string } {
  const wrong = (where: readonly PropertyKey[], what: string) => ({
    ok: false as const,
    problem: `${['x-vx11.repair', ...where.map(String)].join('.')}: ${what}`,
  });
  const read = repairExtension.safeParse(given ?? {});
  if (!read.success) {
    const issue = read.error.issues[0]!;
    return wrong(issue.path, issue.message);
  }
  const { minutes, settle, protect, auto, ...rest } = read.data;
  const settle_ms = parseDuration(settle);
  if (settle_ms === null) return wrong(['settle'], `${settle} is not a duration, such as 60s`);
  const unknown = auto.find((one) => !isRuleClass(one));
  if (unknown !== undefined) return wrong(['auto'], `no rule has the class ${unknown}`);
  const policy = {
    ...rest,
    auto: auto as FaultClass[],
    protect: [...defaultProtect, ...protect],
    limit_ms: minutes * 60_000,
    settle_ms,
  };
  return { ok: true, policy };
}

/** Whether a stack has a policy of its own that allows repairs: without one, nobody is to begin a repair unasked. */
export function allowsRepairs(given: unknown): boolean {
  const read = readPolicy(given);
  return given !== undefined && given !== null && read.ok && read.policy.mode !== 'off';
}

const isRuleClass = (name: string): boolean =>
  name !== 'model' && name !== 'external' && (faultClasses as readonly string[]).includes(name);
