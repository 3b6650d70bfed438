import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RepairCandidate } from '../../contracts/repair.ts';
import type { SourceFile } from '../../domain/patches/edit.ts';
import { stackFolder } from '../compose/stack-folder.ts';
import { applyOperations } from '../../domain/patches/apply-operations.ts';
import { unifiedDiff } from '../../domain/patches/unified-diff.ts';
import type { Capture } from '../../domain/repair/capture.ts';
import { endWithout } from '../../domain/repair/ends.ts';
import { factText, findingShown, type Finding } from '../../domain/repair/finding.ts';
import { ranked } from '../../domain/repair/rank.ts';
import { rules } from '../../domain/repair/rules/index.ts';
import { weakeningsOf } from '../../domain/repair/weakening.ts';
import { weakeningText } from '../../domain/repair/weakening/word.ts';
import { sha256 } from '../../platform/hash.ts';
import type { KeptCandidate } from '../../store/repair/repairs.ts';
import { askModel } from './ask-model.ts';
import type { RepairDeps, RepairNow } from './deps.ts';
import { folderOf, keepFile } from './folder.ts';
import { stand } from './now.ts';
import type { Analysis } from './repair-activities.ts';

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

/** A finding as a change of files; null if it has none, if it changes nothing, or if it was tried before. */
function candidateOf(
  finding: Finding,
  sources: readonly Source[],
  capture: Capture,
  { policy }: RepairNow,
  seen: Set<string>,
): KeptCandidate | null {
  if (finding.fix.kind !== 'change') return null;
  const { operations } = finding.fix;
  const asSeen = applyOperations(
    operations,
    sources.map(({ seen: text, ...file }) => ({ ...file, text })),
  );
  const applied = applyOperations(operations, sources);
  if (!asSeen.ok || !applied.ok) return null;
  const { files } = applied;
  // secrets stay masked in what is shown; the hashes of the files bind what is written
  const diff = unifiedDiff(asSeen.files);
  const diff_sha256 = sha256(diff);
  if (seen.has(diff_sha256)) return null;
  seen.add(diff_sha256);
  const folder = '';
  const refusals = weakeningsOf({ files, before: null, after: null, folder, capture }, policy);
  const { class: kind, service, by, cause, facts } = finding;
  const candidate: RepairCandidate = {
    cycle: 0,
    nth: 0,
    class: kind,
    service,
    by,
    cause,
    facts: facts.map(factText),
    diff,
    diff_sha256,
    verdict: refusals.length === 0 ? 'untried' : 'refused',
    why: refusals.length === 0 ? null : refusals.map(weakeningText).join('; '),
    changes: [],
    seconds: null,
  };
  return { candidate, files };
}

/** A file as it is, and as rules and models see it: with its secrets masked, at the same length. */
interface Source extends SourceFile {
  seen: string;
}

/** The files that rules and models may change, as they are in the stack's folder. */
async function sourcesIn(folder: string, capture: Capture): Promise<Source[]> {
  const read = capture.files.map(async ({ path, text: masked, mode }): Promise<Source[]> => {
    if (masked === null) return [];
    const text = await readFile(join(folder, path), 'utf8').catch(() => null);
    // a file that changed meanwhile is left alone
    return text === null || text.length !== masked.length
      ? []
      : [{ path, text, mode, seen: masked }];
  });
  return (await Promise.all(read)).flat();
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
