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

/** Gemini's list, in pages, of models that generate content or embed. @throws ListError */
export const listGemini = (get: GetJson): Promise<ListedModel[]> =>
  pages(async (token) => {
    const more = token === null ? '' : `&pageToken=${encodeURIComponent(token)}`;
    const { models, nextPageToken } = page
      .catch({ models: null })
      .parse(await get(`/models?pageSize=1000${more}`));
    const known = rowsOf(models, row).flatMap((one) => {
      const { supportedGenerationMethods: methods } = one;
      if (methods?.includes('generateContent') !== false) return [{ ...one, embeds: false }];
      return methods.includes('embedContent') ? [{ ...one, embeds: true }] : [];
    });
    return {
      models: known.map(({ name, inputTokenLimit, outputTokenLimit, embeds }) => ({
        id: name.replace(/^models\//, ''),
        context: firstOf(inputTokenLimit),
        max_output: firstOf(outputTokenLimit),
        price: null,
        can: embeds ? ['embed'] : null,
      })),
      next: nextPageToken ?? null,
    };
  });
