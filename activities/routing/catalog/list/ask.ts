import type { ProviderKind } from '../../../../contracts/provider.ts';
import type { CatalogProvider } from '../catalog.ts';
import { listAnthropic } from './anthropic.ts';
import { listGemini } from './gemini.ts';
import { getJsonOf, type GetJson } from './get-json.ts';
import { ListError } from './list-error.ts';
import type { ListedModel } from './listed-model.ts';
import { listOllama } from './ollama.ts';
import { listOpenAi } from './openai.ts';

const listOf: Readonly<Record<ProviderKind, (get: GetJson) => Promise<ListedModel[]>>> = {
  openai: listOpenAi,
  anthropic: listAnthropic,
  gemini: listGemini,
  ollama: listOllama,
  // its models are in the file
  cli: async () => [],
};

/** For all requests to one provider together. */
const deadlineMs = 10_000;
/** The lists of some routers have more than 1 MB. */
export const listLimits = { answer: 8 * 1024 * 1024, stream: 0 };

/**
 * Asks a provider for its models. Takes at most 10 s.
 * @throws ListError, or the error of `fetcher`, of which `whyFailed` tells what may be shown
 */
export async function askModels(
  provider: Omit<CatalogProvider, 'list'>,
  key: string | undefined,
  fetcher: typeof fetch,
): Promise<ListedModel[]> {
  const get = getJsonOf(provider, key, fetcher, AbortSignal.timeout(deadlineMs));
  const models = await listOf[provider.kind](get);
  const once = [...new Map(models.map((model) => [model.id, model])).values()];
  // a server of one's own may have none yet
  if (once.length === 0 && !provider.tags.includes('local'))
    throw new ListError('its list has no chat model');
  return once;
}
