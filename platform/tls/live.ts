import { statSync } from 'node:fs';

/** A value that is read from files, and read again when they change. */
export interface Live<T> {
  current(): T;
  /** Calls back after each change. @returns ends that */
  onChange(changed: (value: T) => void): () => void;
  stop(): void;
}

export interface Following<T> {
  /** Called after each change. */
  onReload?: (value: T) => void;
  /** Called if changed files stay unusable; the value before stays. */
  onFailure?: (error: unknown) => void;
  /** How often the files are looked at, in ms. */
  everyMs?: number;
}

const lookMs = 2000;

/** A value that never changes. */
export const fixed = <T>(value: T): Live<T> => ({
  current: () => value,
  onChange: () => () => undefined,
  stop: () => undefined,
});

/** Differs when a file was written, replaced, or its name links elsewhere. */
function stateOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${dev}.${ino}.${size}.${mtimeNs}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

/**
 * Reads a value now, and again within `everyMs` (2 s) of a change of a file. While changed files cannot be used, as between
 * the writing of a certificate and of its key, the value before stays and the files are tried again; a failure that lasts is
 * reported once.
 * @param read throws if the files cannot be used; at first this function throws that too
 */
export function follow<T>(
  paths: readonly string[],
  read: () => T,
  { onReload, onFailure, everyMs = lookMs }: Following<T> = {},
): Live<T> {
  const stateNow = (): string => paths.map(stateOf).join();
  let seen = stateNow();
  let value = read();
  let failed: unknown = null;
  const listeners = new Set<(value: T) => void>();
  const look = (): void => {
    const state = stateNow();
    if (state === seen) {
      if (failed !== null) onFailure?.(failed);
      failed = null;
      return;
    }
    try {
      value = read();
    } catch (error) {
      seen = state;
      failed = error;
      return;
    }
    seen = state;
    failed = null;
    for (const changed of listeners) changed(value);
    onReload?.(value);
  };
  const timer = paths.length === 0 ? undefined : setInterval(look, everyMs);
  timer?.unref();
  return {
    current: () => value,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => clearInterval(timer),
  };
}
