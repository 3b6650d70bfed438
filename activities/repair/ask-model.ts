import type { Capture } from '../../domain/repair/capture.ts';
import type { Finding } from '../../domain/repair/finding.ts';
import { readModelAnswer } from '../../domain/repair/model/model-answer.ts';
import { askAgain, modelQuestion } from '../../domain/repair/model/model-question.ts';
import { readStack } from '../../domain/repair/reading/stack.ts';
import { suspects } from '../../domain/repair/reading/suspects.ts';
import type { RepairDeps, RepairNow } from './deps.ts';
import { stand } from './now.ts';

/** How long a model may take for one answer. */
const answerMs = 60_000;
/** An answer that cannot be used is asked for once more. */
const mostAsks = 2;

/**
 * Asks the configured model, within the policy's budget. What it says is not believed: facts that are not in the capture
 * are dropped, and its changes are tried like any other.
 * @returns none without a model, without money left, or without an answer that can be used
 */
export async function askModel(
  deps: RepairDeps,
  { repair, policy }: RepairNow,
  capture: Capture,
): Promise<Finding[]> {
  const { llm, power } = deps;
  if (llm.provider === null || policy.usd === 0) return [];
  const near = suspects(readStack(capture));
  const isBlamed = (service: string): boolean => near.some(({ name }) => name === service);
  const tried = (await power.store.repairs.candidates(repair.repair_id)).map(
    ({ diff, verdict, why }) => ({ diff, why: why ?? verdict }),
  );
  const { system, prompt } = modelQuestion(capture, near, tried);
  let { usd } = repair;
  let user = prompt;
  for (let asked = 0; asked < mostAsks && usd < policy.usd; asked += 1) {
    const answer = await llm.ask({
      purpose: 'reason',
      account: repair.repair_id,
      system,
      user,
      schema: null,
      timeout_ms: answerMs,
      correlation_id: repair.correlation_id,
    });
    if (!answer.ok) {
      power.log.info({ repair_id: repair.repair_id, error: answer.error }, 'no answer of a model');
      return [];
    }
    usd += answer.cost_usd ?? 0;
    await stand(deps, repair.repair_id, 'analysing', { usd });
    const read = readModelAnswer(answer.text, capture, isBlamed);
    if (read.ok && (read.findings.length > 0 || read.dropped.length === 0)) return read.findings;
    user = `${prompt}\n${askAgain(read.ok ? read.dropped : [read.because])}`;
  }
  return [];
}
