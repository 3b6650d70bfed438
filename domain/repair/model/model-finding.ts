import type { RepairModelAnswer } from '../../../contracts/repair-answer.ts';
import { applyOperations } from '../../patches/apply-operations.ts';
import type { Capture } from '../capture.ts';
import type { Fact, Finding } from '../finding.ts';
import { factOf } from './quoted-facts.ts';
import { wordsOf } from './foreign-words.ts';
import { baseName } from '../reading/scripts.ts';
import { locateBlock } from './search-replace.ts';

/** The most that a finding without a proof is believed. */
const guessed = 0.2;

type Answered = RepairModelAnswer['findings'][number];

/**
 * A finding of the model, with the facts that were seen. Without any it is a guess.
 * @returns why it cannot be used, in words
 */
export function findingOf(
  answered: Answered,
  capture: Capture,
  isBlamed: (service: string) => boolean,
  foreign: ReadonlySet<string>,
): Finding | string {
  const { service, cause, edits } = answered;
  if (service !== null && !isBlamed(service))
    return `${service} is neither the service of a red check nor one that it depends on`;
  const facts = answered.facts.map((fact) => factOf(fact, capture)).filter((fact) => fact !== null);
  const proved = facts.length > 0;
  const fix = fixOf(edits, cause, facts, capture, foreign);
  if (typeof fix === 'string') return fix;
  return {
    class: 'model',
    service,
    cause,
    facts,
    guesses: proved ? answered.guesses : [cause, ...answered.guesses],
    confidence: proved ? answered.confidence : Math.min(answered.confidence, guessed),
    by: 'model',
    fix,
  };
}

function fixOf(
  edits: Answered['edits'],
  cause: string,
  facts: readonly Fact[],
  capture: Capture,
  foreign: ReadonlySet<string>,
): Finding['fix'] | string {
  if (edits.length === 0) return { kind: 'advice', todo: cause };
  const named = (path: string): boolean =>
    facts.some(
      ({ text, source }) =>
        (source.kind === 'file' && source.path === path) || text.includes(baseName(path)),
    ) || cause.includes(baseName(path));
  const stray = edits.find(({ file }) => !named(file.replace(/^\.\//, '')));
  if (stray !== undefined) return `${stray.file}: neither the cause nor a fact names it`;
  const word = edits
    .flatMap((edit) => wordsOf(edit.new).filter((one) => !edit.old.includes(one)))
    .find((one) => foreign.has(one));
  if (word !== undefined) return `"${word}" comes from a log and stands in no file of the stack`;
  const places = edits.map((edit) => locateBlock(edit, capture.files));
  const lost = places.find((place) => !place.ok);
  if (lost !== undefined) return lost.because;
  const operations = places.filter((place) => place.ok).map(({ operation }) => operation);
  const sources = capture.files.flatMap(({ path, text, mode }) =>
    text === null ? [] : [{ path, text, mode }],
  );
  const applied = applyOperations(operations, sources);
  return applied.ok ? { kind: 'change', operations } : applied.because;
}
