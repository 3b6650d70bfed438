import type { ResultAnswer } from '../../contracts/intent.ts';
import type { GatewayContext } from '../context.ts';
import { planResult } from './plan-result.ts';

/** Finds what became of an id, where it is of this resolver's kind; null where it is not, or nothing is known. */
export type ResultResolver = (
  context: GatewayContext,
  id: string,
  /** How long the caller waits for an end. */
  waitMs: number,
) => Promise<ResultAnswer | null>;

/** Asked one after the other: an id of a kind of its own first, correlation ids last. */
export const resolvers: ResultResolver[] = [planResult];
