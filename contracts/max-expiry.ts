/**
 * The latest instant to which the deadline of a window can be moved; null before it is open, and for a hold. Without zod,
 * so that workflows can use it.
 */
export const maxExpiresAt = (view: {
  mode: 'ttl' | 'hold';
  opened_at: string | null;
  max_ttl_ms: number;
}): string | null =>
  view.mode === 'hold' || view.opened_at === null
    ? null
    : new Date(Date.parse(view.opened_at) + view.max_ttl_ms).toISOString();
