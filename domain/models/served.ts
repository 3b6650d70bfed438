import type { ModelView } from '../../contracts/models.ts';
import { scoreNow } from './evict.ts';

/** A model as its server names it. */
export interface ServedModel {
  name: string;
  /** Its file in the folder of models, if the operator says it. */
  file: string | null;
  /** Ollama keeps its models itself. */
  ofOllama: boolean;
}

/** Whether a registered model is what a server serves: by its file, else by its name, its id or the path of a file. */
export function serves(
  { name, file, ofOllama }: ServedModel,
  { model_id, source, name: known, files, status }: ModelView,
): boolean {
  if (status !== 'ready' || (source === 'ollama') !== ofOllama) return false;
  if (ofOllama) return known === name || known === `${name}:latest`;
  if (file !== null) return files.some(({ path }) => path === file);
  const isPath = files.some(({ path }) => name === path || name.endsWith(`/${path}`));
  return isPath || name === known || name === model_id;
}

/**
 * A model after it answered so many more times.
 * @param busyUntil epoch ms until when a server has it loaded; null if none has
 * @param now epoch ms
 */
export const usedModel = (
  model: ModelView,
  uses: number,
  busyUntil: number | null,
  now: number,
): ModelView => ({
  ...model,
  ...(uses > 0 && {
    use_score: scoreNow(model, now) + uses,
    last_used_at: new Date(now).toISOString(),
  }),
  busy_until: busyUntil === null ? null : new Date(busyUntil).toISOString(),
});
