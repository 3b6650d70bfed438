import type { RedCheck } from '../../../domain/repair/capture.ts';
import type { CapturedService } from '../../../domain/repair/captured-service.ts';

/** What the sandbox image has of what rules look for. */
const programs = ['env', 'node', 'python3', 'sh'];

/** What the program of a task check is called: rules and models look at it as at a service whose log is its output. */
export const programOf = ({ suite, name }: { suite: string; name: string }): string =>
  `${suite}/${name}`;

/** The programs that red task checks ran in sandboxes. */
export const programsIn = (red: readonly RedCheck[]): CapturedService[] =>
  red
    .filter(({ kind }) => kind === 'task')
    .map((check) => ({
      name: programOf(check),
      image: 'sandbox',
      container: null,
      image_config: null,
      programs,
      logs: outputOf(check),
    }));

/** What the commands of a service's red exec checks printed. */
export const printedIn = (service: string, red: readonly RedCheck[]): string[] =>
  red.filter((check) => check.kind === 'exec' && check.service === service).flatMap(outputOf);

/** The lines after the one that says how it ended, which differs between two runs. */
const outputOf = ({ evidence }: RedCheck): string[] =>
  (evidence ?? '').split('\n').slice(2).filter(Boolean);
