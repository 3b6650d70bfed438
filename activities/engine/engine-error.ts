import { timeout, TimeoutError } from '../../platform/concurrency/timeout.ts';

/**
 * How VX11 treats a failed Engine call: `gone` counts as success if the caller wanted the object gone, `unavailable`
 * is worth a retry, `refused` is final for this request.
 */
export type EngineErrorKind = 'gone' | 'conflict' | 'refused' | 'unavailable';

export class EngineError extends Error {
  readonly kind: EngineErrorKind;

  constructor(kind: EngineErrorKind, message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'EngineError';
    this.kind = kind;
  }
}

/** The container does not exist (404) or is already in the requested state (304). */
export const isGone = (error: unknown): boolean =>
  error instanceof EngineError
    ? error.kind === 'gone'
    : statusOf(error) === 404 || statusOf(error) === 304;

export const isUnavailable = (error: unknown): boolean =>
  error instanceof EngineError && error.kind === 'unavailable';

/** Runs an Engine call and converts any error to an EngineError. 304 (already in the requested state) is success. */
export async function callEngine<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    if (statusOf(error) === 304) return undefined as T;
    throw new EngineError(kindOf(error), `${what}: ${messageOf(error)}`, error);
  }
}

/** The same with a time limit, in ms; past it the Engine counts as unavailable. */
export const callEngineWithin = <T>(ms: number, what: string, work: () => Promise<T>): Promise<T> =>
  callEngine(what, () => timeout(ms, what, work()));

function kindOf(error: unknown): EngineErrorKind {
  if (error instanceof TimeoutError) return 'unavailable';
  const status = statusOf(error);
  if (status === undefined) return 'unavailable'; // the socket is missing, or the connection was refused, reset or closed
  if (status === 404) return 'gone';
  if (status === 409) return 'conflict';
  return 'refused';
}

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number } | null)?.statusCode;
}

/** The Engine's own message, without dockerode's prefix. */
function messageOf(error: unknown): string {
  const json = (error as { json?: { message?: string } } | null)?.json;
  return json?.message ?? (error instanceof Error ? error.message : String(error));
}
