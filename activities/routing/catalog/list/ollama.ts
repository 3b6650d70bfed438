import pLimit from 'p-limit';
import { z } from 'zod';
import type { Capability } from '../../../../contracts/routing.ts';
import { firstOf, modelName, rowsOf, tokenCount, word, words } from './fields.ts';
import type { GetJson } from './get-json.ts';
import type { ListedModel } from './listed-model.ts';

const list = z.object({ models: z.unknown().optional() }).catch({ models: null });
const tag = z.object({ name: modelName });
const loadedModel = z.object({ name: modelName, context_length: tokenCount });
const details = z
  .object({
    capabilities: words,
    parameters: word,
    model_info: z.record(z.string(), z.unknown()).nullish(),
  })
  .catch({});
type Details = z.output<typeof details>;

/** The context with which the server loads a model if nobody asks for another. */
export const usualContext = 4096;
/** For each, a request is made. */
const mostDetails = 100;

const names: Readonly<Record<string, Capability>> = {
  tools: 'tools',
  vision: 'vision',
  thinking: 'reasoning',
  audio: 'audio',
};

/** Ollama's own list: all models, with the context that they run with, or would. @throws ListError */
export async function listOllama(get: GetJson): Promise<ListedModel[]> {
  const tags = rowsOf(list.parse(await get('/api/tags')).models, tag).slice(0, mostDetails);
  const loaded = await get('/api/ps').then(
    (answer) => rowsOf(list.parse(answer).models, loadedModel),
    () => [],
  );
  const contexts = new Map(loaded.map(({ name, context_length }) => [name, context_length]));
  const limit = pLimit(4);
  const asked = tags.map(({ name }) =>
    limit(async () => {
      const about = await get('/api/show', { model: name }).catch(() => ({}));
      return modelOf(name, details.parse(about), contexts.get(name));
    }),
  );
  return (await Promise.all(asked)).filter((model) => model !== null);
}

const abilities = (said: readonly string[]): Capability[] => [
  'json',
  ...said.flatMap((one) => (Object.hasOwn(names, one) ? [names[one]!] : [])),
];

/** Null for a model that neither chats nor embeds. */
function modelOf(
  name: string,
  { capabilities, parameters, model_info }: Details,
  running: number | null | undefined,
): ListedModel | null {
  const embeds = capabilities?.includes('embedding') === true;
  if (capabilities && !capabilities.includes('completion') && !embeds) return null;
  const asked = /^\s*num_ctx\s+(\d+)\s*$/m.exec(parameters ?? '')?.[1];
  const [, most] =
    Object.entries(model_info ?? {}).find(([key]) => key.endsWith('.context_length')) ?? [];
  const would = tokenCount.parse(asked === undefined ? null : Number(asked)) ?? usualContext;
  const limit = tokenCount.parse(most) ?? would;
  return {
    id: name,
    context: firstOf(running, Math.min(would, limit)),
    max_output: null,
    price: null,
    // it makes a grammar of any schema
    can: embeds ? ['embed'] : capabilities ? abilities(capabilities) : null,
  };
}
