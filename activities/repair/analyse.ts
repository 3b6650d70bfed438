import { endWithout } from '../../domain/repair/ends.ts';
import { stackFolder } from '../compose/stack-folder.ts';
import type { Capture } from '../../domain/repair/capture.ts';
import type { Finding } from '../../domain/repair/finding.ts';
import { findingShown } from '../../domain/repair/finding-shown.ts';
import { ranked } from '../../domain/repair/rank.ts';
import { rules } from '../../domain/repair/rules/index.ts';
import type { KeptCandidate } from '../../store/repair/repairs.ts';
import { askModel } from './ask-model.ts';
import type { RepairDeps, RepairNow } from './deps.ts';
import { folderOf, keepFile } from './folder.ts';
import { stand } from './now.ts';
import type { Analysis } from './repair-activities.ts';
import { candidateOf, sourcesIn } from './candidates.ts';

/** How many explanations a repair shows; its folder has all of them. */
const mostFindings = 5;

/**
 * Reproduces the failure, and stores what may mend it: what rules find, or, where no rule has a change to offer, what a model
 * proposes. A change that was tried before, weakens what judges it or leaves the policy is stored as refused.
 */
export async function analyse(
  deps: RepairDeps,
  now: RepairNow,
  cycle: number,
  signal: AbortSignal,
): Promise<Analysis> {
  const { repair, red } = now;
  const { repair_id } = repair;
  const { repairs } = deps.power.store;
  await stand(deps, repair_id, 'reproducing', { cycle });
  const reproduced = await deps.trials.reproduce(repair, red, signal);
  if (reproduced.kind !== 'red') {
    const status = reproduced.kind === 'refused' ? 'refused_by_policy' : reproduced.kind;
    const end = {
      status,
      cause: reproduced.kind,
      detail: reproduced.detail,
      cancelled_by: null,
    } as const;
    return { candidates: 0, end };
  }
  const { capture } = reproduced;
  const folder = folderOf(deps.folder, repair);
  await keepFile(folder, 'failure_context.json', shown(capture));
  await stand(deps, repair_id, 'analysing');
  const found = ranked(
    rules.flatMap((rule) => rule(capture)),
    capture,
  );
  const byModel = found.some(({ fix }) => fix.kind === 'change')
    ? []
    : await askModel(deps, now, capture);
  const findings = [...found, ...byModel];
  await keepFile(folder, `cycle_${cycle}/analysis.json`, findings.map(analysed));
  await stand(deps, repair_id, 'analysing', {
    findings: findings.slice(0, mostFindings).map(findingShown),
  });
  const sources = await sourcesIn(stackFolder(deps.power.compose.named), capture);
  const seen = new Set((await repairs.candidates(repair_id)).map((one) => one.diff_sha256));
  const kept = findings
    .flatMap((finding) => candidateOf(finding, sources, capture, now, seen) ?? [])
    .slice(0, now.policy.candidates)
    .map(({ candidate, files }, at): KeptCandidate => ({
      candidate: { ...candidate, cycle, nth: at + 1 },
      files,
    }));
  await repairs.plan(repair_id, kept);
  const refused = kept.flatMap(({ candidate: { verdict, why } }) =>
    verdict === 'refused' && why !== null ? [why] : [],
  );
  if (kept.length > refused.length) return { candidates: kept.length, end: null };
  return { candidates: 0, end: { ...endWithout(findings, refused), cancelled_by: null } };
}

/** What is written of a capture: no content of files, which the folder of the stack has. */
const shown = (capture: Capture): object => ({
  ...capture,
  files: capture.files.map(({ path, size, mode, uid, gid }) => ({ path, size, mode, uid, gid })),
});

const analysed = ({ fix, ...finding }: Finding): object => ({
  ...finding,
  fix: fix.kind === 'change' ? { kind: fix.kind } : fix,
});
