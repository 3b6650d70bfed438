import type { ModelView } from '../../../contracts/models.ts';

/**
 * What the models of each host take, in bytes, as the caps count: with those in quarantine, without those of Ollama, which keeps
 * its own. The same bytes under two names count once.
 */
export function usedBy(
  models: readonly ModelView[],
): { host: string; count: number; size: number }[] {
  const kept = models.filter(
    ({ source, status }) => source !== 'ollama' && (status === 'ready' || status === 'quarantined'),
  );
  return [...Map.groupBy(kept, ({ host }) => host)].map(([host, of]) => {
    const files = new Map(of.flatMap((one) => one.files.map((file) => [file.sha256, file])));
    const size = [...files.values()].reduce((sum, { size_bytes }) => sum + size_bytes, 0);
    return { host, count: of.length, size };
  });
}
