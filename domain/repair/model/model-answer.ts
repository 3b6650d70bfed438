import { repairModelAnswer } from '../../../contracts/repair-answer.ts';
import type { Capture } from '../capture.ts';
import type { Finding } from '../finding.ts';
import { foreignWords } from './foreign-words.ts';
import { findingOf } from './model-finding.ts';

/** The longest answer that is read, in characters. */
const longest = 256 * 1024;

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
