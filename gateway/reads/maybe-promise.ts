/** A value that is often known at once: hot paths then skip the microtask of a promise. */
export type Soon<T> = T | Promise<T>;

/** `then` that runs at once where the value is there already. */
export function whenKnown<T, R>(value: Soon<T>, next: (known: T) => Soon<R>): Soon<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
