import { z } from 'zod';
import { firstOf, modelName, rowsOf, tokenCount, words } from './fields.ts';
import type { GetJson } from './get-json.ts';
import type { ListedModel } from './listed-model.ts';
import { pages } from './pages.ts';

const row = z.object({
  name: modelName,
  inputTokenLimit: tokenCount,
  outputTokenLimit: tokenCount,
  supportedGenerationMethods: words,
});
const page = z.object({ models: z.unknown().optional(), nextPageToken: z.string().nullish() });

/** Gemini's list, in pages, of models that generate content. @throws ListError */
export const listGemini = (get: GetJson): Promise<ListedModel[]> =>
  pages(async (token) => {
    const more = token === null ? '' : `&pageToken=${encodeURIComponent(token)}`;
    const { models, nextPageToken } = page
      .catch({ models: null })
      .parse(await get(`/models?pageSize=1000${more}`));
    const chats = rowsOf(models, row).filter(
      ({ supportedGenerationMethods: methods }) => methods?.includes('generateContent') !== false,
    );
    return {
      models: chats.map(({ name, inputTokenLimit, outputTokenLimit }) => ({
        id: name.replace(/^models\//, ''),
        context: firstOf(inputTokenLimit),
        max_output: firstOf(outputTokenLimit),
        price: null,
        can: null,
      })),
      next: nextPageToken ?? null,
    };
  });
