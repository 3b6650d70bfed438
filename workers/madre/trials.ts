import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { CheckDeps } from '../../activities/checks/deps.ts';
import type { TrialDeps } from '../../activities/repair/trial/deps.ts';
import { projectOf } from '../../activities/repair/trial/labels.ts';
import { reapTrials } from '../../activities/repair/trial/reap.ts';

/** What trials of repairs need, and a round that removes what those of a process that died have left. */
export function createTrials(
  checks: CheckDeps,
  home: string,
): { deps: TrialDeps; round: () => Promise<void> } {
  const { power } = checks;
  const boot = randomUUID();
  const live = new Set<string>();
  const deps: TrialDeps = {
    checks,
    home,
    copies: join(home, 'trials'),
    owner: home,
    boot,
    live,
  };
  const installation = { owner: home, boot, manages: (id: string) => live.has(id) };
  return {
    deps,
    async round() {
      const { docker } = power.engine;
      const ids = await reapTrials(docker, installation, deps.copies, power.clock());
      for (const id of ids) await power.guardFiles.trial(projectOf(id), null);
      if (ids.length > 0) power.log.info({ trials: ids }, 'what trials had left was removed');
    },
  };
}
