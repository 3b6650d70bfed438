import { repairModelAnswer, type RepairModelAnswer } from '../../contracts/repair-answer.ts';
import { applyOperations } from '../patches/apply-operations.ts';
import type { Capture } from './capture.ts';
import type { Fact, Finding } from './finding.ts';
import { factOf, foreignWords, wordsOf } from './quoted-facts.ts';
import { baseName } from './reading/scripts.ts';
import { locateBlock } from './search-replace.ts';

/** The longest answer that is read, in characters. */
const longest = 256 * 1024;
/** The most that a finding without a proof is believed. */
const guessed = 0.2;

export type ModelReading =
  | {
      ok: true;
      findings: Finding[];
      /** Why findings were dropped, in words that a model can act on if it is asked once more. */
      dropped: string[];
    }
  | { ok: false; problem: 'too_large' | 'broken' | 'wrong_format'; because: string };

/**
 * Reads what a model answered. Facts that do not stand in the capture are dropped, and a finding without one is a guess. A
 * finding whose change cannot be made exactly, or that takes its words from a log, is dropped.
 *
 * @param isBlamed whether a service can explain a red check: its own, or one that it depends on
 */
export function readModelAnswer(
  text: string,
  capture: Capture,
  isBlamed: (service: string) => boolean,
): ModelReading {
  if (text.length > longest)
    return { ok: false, problem: 'too_large', because: `it has ${text.length} characters` };
  const json = parse(text);
  if (json === undefined)
    return { ok: false, problem: 'broken', because: 'the answer is not one JSON object' };
  const read = repairModelAnswer.safeParse(json);
  if (!read.success) {
    const issue = read.error.issues[0]!;
    const because = `${issue.path.join('.') || 'the answer'}: ${issue.message}`;
    return { ok: false, problem: 'wrong_format', because };
  }
  const foreign = foreignWords(capture);
  const results = read.data.findings.map((one) => findingOf(one, capture, isBlamed, foreign));
  return {
    ok: true,
    findings: results.filter((one) => typeof one !== 'string'),
    dropped: results.filter((one) => typeof one === 'string'),
  };
}

/** The JSON of an answer, also where it stands in one code fence. */
function parse(text: string): unknown {
  const fence = /^\s*```(?:json)?\s*\n(?<inside>[^]*?)\n\s*```\s*$/.exec(text);
  try {
    return JSON.parse(fence?.groups?.['inside'] ?? text);
  } catch {
    return undefined;
  }
}

type Answered = RepairModelAnswer['findings'][number];

function findingOf(
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
