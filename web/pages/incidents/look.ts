/** How often to read how the ants do: no event tells of a look that found nothing. */
export const lookMs = 30_000;
