import type { SearchAnswer, SearchBody } from '../../contracts/models.ts';
import { failureOf } from './failure.ts';
import { modelsOn } from './proxies.ts';

/** Asks the hub, and remembers what it answered. What the hub refuses is an answer. */
export async function searchModels(host: string, asked: SearchBody): Promise<SearchAnswer> {
  const { madre, searching } = modelsOn(host);
  try {
    const { models, next } = await searching.searchHub(asked);
    await madre.storeCatalog({ models });
    return { status: 'DONE', models, next, error: null, hint: null };
  } catch (error) {
    const { cause, detail } = failureOf(error, host);
    return { status: 'ERROR', models: [], next: null, error: cause, hint: detail };
  }
}
