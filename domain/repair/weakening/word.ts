import type { PatchedFile } from '../../patches/edit.ts';
import type { Capture } from '../capture.ts';

/** What a patch can weaken. The words are stored and shown: add, never rename. */
const weakeningWords = [
  'git_touched',
  'protected_file',
  'outside_paths',
  'too_many_files',
  'too_many_lines',
  'test_removed',
  'test_skipped',
  'test_changed',
  'ci_changed',
  'check_removed',
  'check_changed',
  'policy_changed',
  'health_check_removed',
  'health_check_cannot_fail',
  'health_check_weakened',
  'runs_as_root',
  'rights_widened',
  'port_widened',
  'port_removed',
  'mount_widened',
  'network_widened',
  'read_only_off',
  'limit_removed',
  'limit_raised',
  'failure_hidden',
  'dependency_weakened',
  'service_removed',
  'image_replaced',
  'exception_swallowed',
  'answer_hard_coded',
  'test_detected',
  'security_disabled',
  'module_stubbed',
  'file_emptied',
  'value_invented',
  'code_fetched',
  'network_used',
  'test_runner_changed',
  'special_case',
  'program_replaced',
] as const;
export type WeakeningWord = (typeof weakeningWords)[number];

/** One way in which a patch makes something green without mending it, or gives away more than it mends. */
export interface Weakening {
  word: WeakeningWord;
  /** What it is about: a file, or a service; null for the whole patch. */
  where: string | null;
  /** One sentence. */
  what: string;
}

/** What `docker compose config --format json` prints. */
export type ComposeModel = Readonly<Record<string, unknown>>;

/** What is judged. */
export interface Candidate {
  files: readonly PatchedFile[];
  /** Null where Compose refuses the files. */
  before: ComposeModel | null;
  after: ComposeModel | null;
  /** The folder of the stack, as the two models have it in the sources of mounts. */
  folder: string;
  capture: Capture;
}

export const weakening = (word: WeakeningWord, where: string | null, what: string): Weakening => ({
  word,
  where,
  what,
});

export const weakeningText = ({ word, where, what }: Weakening): string =>
  `${word}${where === null ? '' : ` (${where})`}: ${what}`;

export const mapOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** Equal plain values; the order of keys does not count. */
export const isSame = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? 'null';
