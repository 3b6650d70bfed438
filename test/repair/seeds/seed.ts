import type { RepairEnd } from '../../../contracts/repair.ts';
import type { FaultClass } from '../../../domain/repair/fault-classes.ts';
import type { HostFile } from '../open-repair-host.ts';

export type Files = Record<string, HostFile>;

/** A small faulty stack that the real Engine runs, and what a repair of it has to come to. */
export interface Seed {
  /** What is wrong. */
  name: string;
  /** The class of the first finding; null where no rule may explain it. */
  class: FaultClass | null;
  /** `compose.yaml` is the stack; its service `web` is checked. */
  files: Files;
  /** `proved`: a patch is; `no_candidate`: the cause may be known, and nothing that is tried holds. */
  end: 'proved' | RepairEnd;
  /** What the proved patch adds, line by line, without indentation. */
  adds?: string[];
  /** Checks of `web` that the repair never sees, and that have to pass with its patch. */
  hidden?: object[];
  /** Checks that are green from the beginning, as `suite/name`. */
  green?: string[];
  /** Containers that never ran, and networks, that the Engine has to have, by their names. */
  beside?: { containers?: string[]; networks?: string[] };
  /** In the subset that runs with the `real` project. */
  quick?: true;
}

/** A change that turns the red check green and mends nothing. */
export interface Trap {
  name: string;
  files: Files;
  green?: string[];
  /** Files as they are with the change. */
  patch: Record<string, string>;
  /** What the change is called. */
  verdict: 'refused' | 'static' | 'not_green' | 'regression' | 'weak' | 'not_minimal';
  why: RegExp;
}

const indented = (text: string, by: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `${by}${line}`)
    .join('\n');

/** Asks for the page of web, whose program has to listen on 8080. */
export const page =
  "{ name: page, url: 'http://web:8080/', conditions: ['[STATUS] == 200'], timeout: 2s }";
export const healthy = "{ name: healthy, container: web, conditions: ['[HEALTH] == healthy'] }";

/** A service of a compose file, with these settings. */
export const service = (name: string, settings: string, check?: string): string => {
  const checks = check === undefined ? '' : `, checks: [${check}]`;
  return `  ${name}:\n${indented(settings, '    ')}\n    stop_grace_period: 1s\n    x-vx11: { start_timeout: 8s${checks} }\n`;
};

/** @param rest what follows the services */
export const stack = (services: string[], rest = ''): string =>
  `name: vx11t-seed\nservices:\n${services.join('')}${rest}`;

/** A stack of one service `web`, whose page is checked. */
export const web = (settings: string, check = page, rest = ''): string =>
  stack([service('web', settings, check)], rest);

/** A page of the tiny web server. */
export const www: Files = { 'www/index.html': 'ok\n', 'www/second.html': 'second\n' };
export const second = [
  {
    name: 'second',
    url: 'http://web:8080/second.html',
    conditions: ['[STATUS] == 200', '[BODY] == pat(second*)'],
  },
];
export const tiny = 'image: vx11-tiny:local';
export const programs = 'image: vx11-sandbox:local\nworking_dir: /app\nvolumes: ["./app:/app:ro"]';
