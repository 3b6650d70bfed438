/** A value that is often known at once: hot paths then skip the microtask of a promise. */
export type MaybePromise<T> = T | Promise<T>;

/** `then` that runs at once where the value is there already. */
export function mapMaybe<T, R>(
  value: MaybePromise<T>,
  next: (known: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
