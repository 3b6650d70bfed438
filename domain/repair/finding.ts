import type { RepairFinding } from '../../contracts/repair.ts';
import type { Operation } from '../patches/edit.ts';
import type { Capture } from './capture.ts';

/** The classes of faults that rules know; `model` is what a model found. */
export const faultClasses = [
  'wrong_port',
  'env_missing',
  'health_program_missing',
  'no_common_network',
  'wrong_mount_target',
  'image_tag_missing',
  'memory_limit',
  'dependency_order',
  'bad_flag',
  'port_conflict',
  'mount_permission',
  'crlf_script',
  'interpreter_missing',
  'exec_bit',
  'start_period',
  'binds_loopback',
  'localhost_peer',
  'read_only_root',
  'yaml_scalar',
  'unescaped_dollar',
  'unknown_key',
  'dependency_missing',
  'wrong_path',
  'name_typo',
  'container_name_taken',
  'external_absent',
  'pids_limit',
  'signal_not_passed',
  'config_syntax',
  'command_missing',
  'misspelt_name',
  'import_missing',
  'shell_dialect',
  'external',
  'model',
] as const;
export type FaultClass = (typeof faultClasses)[number];

/** Something that was seen, and where: it has to exist in the capture. */
export interface Fact {
  text: string;
  source:
    | { kind: 'file'; path: string; line: number }
    | { kind: 'log'; service: string; line: string }
    | { kind: 'check'; check: string }
    | { kind: 'engine'; service: string }
    | { kind: 'compose' };
}

export type Fix =
  | { kind: 'change'; operations: Operation[] }
  /** The place is known, the value is not, and VX11 invents none. */
  | { kind: 'needs_value'; what: string }
  /** Nothing in the stack's folder can mend it. */
  | { kind: 'advice'; todo: string };

/** One explanation of a failure. */
export interface Finding {
  class: FaultClass;
  /** The service whose failure it explains; null for the whole stack. */
  service: string | null;
  /** One sentence. */
  cause: string;
  facts: Fact[];
  guesses: string[];
  /** 0 to 1. */
  confidence: number;
  by: 'rule' | 'model';
  fix: Fix;
}

/** A rule is pure: it sees the capture and nothing else. */
export type Rule = (capture: Capture) => Finding[];

/** A fact and its place, as one line. */
export function factText({ text, source }: Fact): string {
  switch (source.kind) {
    case 'file':
      return `${source.path}:${source.line}: ${text}`;
    case 'log':
      return `log of ${source.service}: ${text}`;
    case 'check':
      return `check ${source.check}: ${text}`;
    case 'engine':
      return `container of ${source.service}: ${text}`;
    default:
      return `Compose: ${text}`;
  }
}

/** A finding as a repair shows it. */
export const findingShown = ({
  fix,
  facts,
  class: kind,
  service,
  by,
  cause,
}: Finding): RepairFinding => ({
  class: kind,
  service,
  by,
  cause,
  facts: facts.map(factText),
  todo: fix.kind === 'needs_value' ? fix.what : fix.kind === 'advice' ? fix.todo : null,
});
