import { TimeoutError } from '../../platform/concurrency/timeout.ts';

/**
 * What the Engine said no to, in the classes that we treat differently: `gone` is success for who wanted
 * it so, `unavailable` is worth trying again, `refused` is final for this request.
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

/** The container is not there, or already as it was asked to be. */
export const isGone = (error: unknown): boolean =>
  error instanceof EngineError
    ? error.kind === 'gone'
    : statusOf(error) === 404 || statusOf(error) === 304;

export const isUnavailable = (error: unknown): boolean =>
  error instanceof EngineError && error.kind === 'unavailable';

/** Runs an Engine call and turns whatever it throws into an EngineError; started already (304) is success. */
export async function callEngine<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    if (statusOf(error) === 304) return undefined as T;
    throw new EngineError(kindOf(error), `${what}: ${messageOf(error)}`, error);
  }
}

function kindOf(error: unknown): EngineErrorKind {
  if (error instanceof TimeoutError) return 'unavailable';
  const status = statusOf(error);
  if (status === undefined) return 'unavailable'; // the socket is missing, refused, reset or cut
  if (status === 404) return 'gone';
  if (status === 409) return 'conflict';
  return 'refused';
}

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number } | null)?.statusCode;
}

/** The Engine's own sentence, without dockerode's wrapping. */
function messageOf(error: unknown): string {
  const json = (error as { json?: { message?: string } } | null)?.json;
  return json?.message ?? (error instanceof Error ? error.message : String(error));
}
