/** A value that is often available at once, so that a hot path skips the microtask of a promise. */
export type MaybePromise<T> = T | Promise<T>;

/** Like `then`, but runs at once if the value is not a promise. */
export function mapMaybe<T, R>(
  value: MaybePromise<T>,
  next: (known: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
