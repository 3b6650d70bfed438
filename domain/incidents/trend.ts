const hourMs = 3_600_000;
/** Less than this says nothing of a trend. */
const leastSpanMs = hourMs;
const fitMs = 3 * hourMs;
const leastFit = 0.5;

/**
 * When a file system will be full, in seconds, by a straight line through the last three hours. Null if it does not fill, or
 * if a line does not fit (R² ≤ 0.5).
 * @param samples epoch ms and free bytes, oldest first
 */
export function secondsUntilFull(
  samples: readonly (readonly [at: number, free: number])[],
): number | null {
  const [last, free] = samples.at(-1) ?? [0, 0];
  const recent = samples.filter(([at]) => last - at <= fitMs);
  const span = last - (recent[0]?.[0] ?? last);
  if (recent.length < 5 || span < leastSpanMs) return null;
  const meanAt = recent.reduce((sum, [at]) => sum + at, 0) / recent.length;
  const meanFree = recent.reduce((sum, [, bytes]) => sum + bytes, 0) / recent.length;
  let [covariance, ofAt, ofFree] = [0, 0, 0];
  for (const [at, bytes] of recent) {
    covariance += (at - meanAt) * (bytes - meanFree);
    ofAt += (at - meanAt) ** 2;
    ofFree += (bytes - meanFree) ** 2;
  }
  if (ofFree === 0) return null;
  const slope = covariance / ofAt;
  const fit = covariance ** 2 / (ofAt * ofFree);
  if (slope >= 0 || fit <= leastFit) return null;
  return free / -slope / 1000;
}
