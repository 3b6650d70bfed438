import type { ListedModel } from './listed-model.ts';

/** A list that says after this many pages that there are more is one that never ends. */
const mostPages = 10;

/** Reads page after page; a place that was named before ends it. */
export async function pages(
  read: (place: string | null) => Promise<{ models: ListedModel[]; next: string | null }>,
): Promise<ListedModel[]> {
  const all: ListedModel[] = [];
  const places = new Set<string>();
  let place: string | null = null;
  for (let nth = 0; nth < mostPages; nth += 1) {
    const { models, next }: { models: ListedModel[]; next: string | null } = await read(place);
    all.push(...models);
    if (next === null || next === '' || places.has(next)) break;
    places.add(next);
    place = next;
  }
  return all;
}
