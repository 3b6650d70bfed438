import { routingSource, type RoutingSource } from '../../../contracts/routing-call.ts';

const classes = routingSource.options;

/**
 * The class of a request in the line: 0 is the most urgent. A caller may say that it can wait, in OpenAI's word for it.
 * @param tier `service_tier` of the request
 */
export const priorityOf = (source: RoutingSource, tier: unknown): number =>
  classes.indexOf(tier === 'flex' ? 'batch' : source);
