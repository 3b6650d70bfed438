/** An outside call took too long; its effect is unknown. */
export class TimeoutError extends Error {
  override name = 'TimeoutError';
}

/**
 * Waits at most `ms` for a call, and then abandons it. Needed because an Engine connection that dies after its headers
 * leaves a promise that never settles.
 * @throws TimeoutError
 */
export async function timeout<T>(ms: number, what: string, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(`${what} took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
