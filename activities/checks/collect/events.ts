import type { CheckRunView } from '../../../contracts/checks.ts';
import { linesInto } from './lines.ts';
import type { CheckDeps } from '../deps.ts';
import { isoTime } from '../../../platform/time.ts';

/** Does `work`, and notes what happens to the containers of the run's services meanwhile. */
export async function withEvents<T>(
  deps: CheckDeps,
  run: CheckRunView,
  work: () => Promise<T>,
): Promise<T> {
  const names = new Set(run.services);
  const lines = linesInto(deps, run, 'docker_events.jsonl');
  const stop = deps.power.watch.subscribe(({ id, service, action, exit_code, at }) => {
    if (!names.has(service) || action.startsWith('exec_')) return;
    const container = id.slice(0, 12);
    lines.write({ at: isoTime(at), service, container, action, exit_code });
  });
  try {
    return await work();
  } finally {
    stop();
    await lines.ended();
  }
}
