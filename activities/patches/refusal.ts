import { ComposeError } from '../compose/compose-error.ts';
import { Conflict } from '../engine/conflict.ts';
import { EngineError, isUnavailable } from '../engine/engine-error.ts';

/**
 * Whether this says no to what was asked, as to a program that the image does not have, and would say it again. An Engine or
 * a Compose that cannot be asked says nothing: then the same is tried again.
 */
export function isRefusal(error: unknown): error is Error {
  if (error instanceof EngineError) return !isUnavailable(error);
  return error instanceof Conflict || (error instanceof ComposeError && !error.unable);
}
