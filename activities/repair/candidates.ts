import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RepairCandidate } from '../../contracts/repair.ts';
import type { SourceFile } from '../../domain/patches/edit.ts';
import { applyOperations } from '../../domain/patches/apply-operations.ts';
import { unifiedDiff } from '../../domain/patches/unified-diff.ts';
import type { Capture } from '../../domain/repair/capture.ts';
import type { Finding } from '../../domain/repair/finding.ts';
import { factText } from '../../domain/repair/finding-shown.ts';
import { weakeningsOf } from '../../domain/repair/weakening.ts';
import { weakeningText } from '../../domain/repair/weakening/word.ts';
import { sha256 } from '../../platform/hash.ts';
import type { KeptCandidate } from '../../store/repair/repairs.ts';
import type { RepairNow } from './deps.ts';

/** A finding as a change of files; null if it has none, if it changes nothing, or if it was tried before. */
export function candidateOf(
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
export async function sourcesIn(folder: string, capture: Capture): Promise<Source[]> {
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
