import { sentence } from './ends.ts';
import type { RepairCandidate, RepairView } from '../../contracts/repair.ts';

/** What a person reads before agreeing to a patch, as Markdown: the cause, the change, what was tried and how to undo it. */
export function intentText(repair: RepairView, candidate: RepairCandidate): string {
  const { cause, facts, diff, diff_sha256, changes, by, seconds } = candidate;
  const list = (lines: readonly string[]): string[] => lines.map((line) => `- ${line}`);
  return [
    `# Patch for ${repair.suite}`,
    '',
    sentence(cause),
    '',
    '## What was seen',
    '',
    ...list(facts.length === 0 ? ['nothing beyond the failing checks'] : facts),
    '',
    '## The change',
    '',
    '```diff',
    diff.trimEnd(),
    '```',
    '',
    `SHA-256 of this diff: \`${diff_sha256}\``,
    '',
    '## What was tried',
    '',
    ...list([
      `red checks: ${repair.red.join(', ')}`,
      'in a copy of the stack without the change they failed three times out of three',
      'in a copy with it they passed three times out of three, and nothing else became worse',
      'without any one part of it they failed again',
      `found by ${by === 'rule' ? 'a rule' : 'a model'}; tried in ${Math.round(seconds ?? 0)} s`,
    ]),
    '',
    '## What else changes',
    '',
    ...list(changes.length === 0 ? ['nothing that was seen'] : changes),
    '',
    '## Undo',
    '',
    'The files from before are kept. If the checks do not pass, or a service does not hold, the change is taken back by itself.',
    `Later: \`vx11 patch list\`, \`vx11 patch revert PATCH\`.`,
    '',
  ].join('\n');
}
