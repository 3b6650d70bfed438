import type { ScriptType } from '../../contracts/task.ts';
import type { CheckKind, Condition, Placeholder } from './condition.ts';
import type { LoadBounds } from './load/throttle.ts';
import type { Threshold } from './load/threshold.ts';

/** A text of a request; a secret one appears in no report. */
export interface RequestText {
  text: string;
  secret: boolean;
}

/** One check, read and found valid. Durations in ms. */
export interface Check {
  name: string;
  kind: CheckKind;
  /** Null unless its kind is http, tcp or openapi. */
  url: string | null;
  /** The command of an exec check. */
  command: RequestText[] | null;
  /** `files` are paths in the stack's folder. */
  task: { language: ScriptType; code: string; files: string[] } | null;
  /** The files of a Hurl check, relative to the first compose file. */
  files: string[] | null;
  /** The service that its URL or its container names, or that runs its task; null if that is none of the file's. */
  service: string | null;
  method: string;
  headers: Record<string, RequestText>;
  body: RequestText | null;
  conditions: Condition[];
  store: Record<string, Placeholder>;
  timeout_ms: number;
  retries: number;
  always_run: boolean;
  depends_on: string[];
  insecure: boolean;
  redirect_hosts: string[];
  /** How long the conditions of a container have to hold. */
  for_ms: number;
  /** Secrets of the other checks of its run, which may show up in what this one sees. */
  other_secrets: readonly string[];
}

/** Many requests of one endpoint, as fast as the host has room for, and what has to hold of them. */
export interface Load {
  endpoint: Check;
  requests: number;
  within_ms: number;
  thresholds: Threshold[];
  bounds: LoadBounds;
}

/** The checks of one suite, which run in order, or of one service or group, which run side by side. */
export interface Suite {
  name: string;
  kind: 'suite' | 'service' | 'group';
  /** False: nothing is declared, and these are the checks that every service has. */
  declared: boolean;
  /** What has to be awake. */
  services: string[];
  checks: Check[];
  load: Load | null;
  /** What is wrong with it; a suite with a problem does not run. */
  problems: string[];
}

/** Whether running the check again could have a second effect; nobody knows what a command or a file of Hurl does. */
export const hasEffect = ({ kind, method }: Pick<Check, 'kind' | 'method'>): boolean =>
  kind === 'exec' || kind === 'hurl' || (kind === 'http' && !/^(GET|HEAD|OPTIONS)$/.test(method));
