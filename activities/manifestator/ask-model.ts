import type { JudgedFinding } from '../../contracts/drift.ts';
import {
  patchQuestion,
  readModelPatch,
  type ModelPatch,
} from '../../domain/drift/patch/model-question.ts';
import { createMasker } from '../../domain/repair/mask.ts';
import type { Llm } from '../providers/language-models.ts';
import type { StackFiles } from './stack-files.ts';

const answerMs = 40_000;

/**
 * Asks the configured model for operations of the same schema. What it says is not believed: its operations are proved and
 * confirmed like any other.
 * @returns null without a model, or without its answer
 */
export async function askForPatch(
  llm: Llm,
  asked: { service: string; issue: string; correlation_id: string },
  findings: readonly JudgedFinding[],
  { compose }: StackFiles,
): Promise<ModelPatch | null> {
  if (llm.provider === null) return null;
  const masker = createMasker([], new Set());
  const files = compose.map(({ path, text }) => ({ path, text: masker.file(path, text) }));
  const { service, issue, correlation_id } = asked;
  const { system, prompt } = patchQuestion(service, masker.text(issue), findings, files);
  const answer = await llm.ask({
    purpose: 'reason',
    system,
    user: prompt,
    schema: null,
    timeout_ms: answerMs,
    correlation_id,
  });
  return answer.ok ? readModelPatch(answer.text, service, files) : null;
}
