import type { Check } from '../../../domain/checks/suite.ts';
import type { Checker } from '../checker.ts';
import type { CheckDeps } from '../deps.ts';
import type { CheckPlace } from '../place.ts';
import { lookAtContainer } from './look-at-container.ts';
import type { Probed } from '../probe/messages.ts';
import { runAsTask } from './run-as-task.ts';
import { runHurl } from './run-hurl.ts';
import { runInContainer } from './run-in-container.ts';
import type { Surroundings } from '../surroundings.ts';

/** Which try of which check it is. */
export interface Try {
  suite: string;
  check: Check;
  context: Record<string, string>;
  attempt: number;
}

/** Makes one try of a check, by its kind. */
export async function tryCheck(
  deps: CheckDeps,
  place: CheckPlace,
  checker: Checker,
  { suite, check, context, attempt }: Try,
  { window, addresses }: Surroundings,
  signal: AbortSignal,
): Promise<Probed> {
  const { power } = deps;
  switch (check.kind) {
    case 'exec':
      return runInContainer(place, check, context);
    case 'task':
      if (place.tasks === null) throw new Error('no task may run here');
      return runAsTask(deps, { origin: place.tasks, suite, attempt }, check, context, signal);
    case 'hurl':
      return runHurl(check, { named: power.compose.named, addresses });
    case 'container': {
      const openedAt = window?.opened_at ?? null;
      const since = openedAt === null ? null : Date.parse(openedAt);
      return { ...(await lookAtContainer(place, check, since, signal)), stored: {} };
    }
    default:
      return checker.attempt(check, context, addresses);
  }
}
