import { z } from 'zod';
import { firstOf, modelName, rowsOf, tokenCount } from './fields.ts';
import type { GetJson } from './get-json.ts';
import type { ListedModel } from './listed-model.ts';
import { pages } from './pages.ts';

const row = z.object({ id: modelName, max_input_tokens: tokenCount, max_tokens: tokenCount });
const page = z.object({
  data: z.unknown().optional(),
  has_more: z.boolean().nullish(),
  last_id: z.string().nullish(),
});

/** Anthropic's list, in pages. @throws ListError */
export const listAnthropic = (get: GetJson): Promise<ListedModel[]> =>
  pages(async (after) => {
    const more = after === null ? '' : `&after_id=${encodeURIComponent(after)}`;
    const { data, has_more, last_id } = page
      .catch({ data: null })
      .parse(await get(`/models?limit=100${more}`));
    const models = rowsOf(data, row).map(({ id, max_input_tokens, max_tokens }) => ({
      id,
      context: firstOf(max_input_tokens),
      max_output: firstOf(max_tokens),
      price: null,
      can: null,
    }));
    return { models, next: has_more === true ? (last_id ?? null) : null };
  });
