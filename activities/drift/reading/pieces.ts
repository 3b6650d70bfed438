import type { Covered } from '../../../domain/drift/audit.ts';
import type { Facts } from '../../../domain/drift/facts.ts';
import { judge } from '../../../domain/drift/judge.ts';
import type { FactsRead } from './read-facts.ts';

/** The largest piece, in characters; a message of Temporal holds more. */
const mostCharacters = 64 * 1024;

/**
 * Divides facts between messages: the first has the stack, each has as many services as fit. At least one. A service of which
 * nothing can be found is in none: two hundred of them would be 100 KB, which Temporal keeps several times.
 */
export function piecesOf({ facts, covered }: FactsRead): FactsRead[] {
  const groups: Facts['services'][] = [[]];
  let size = JSON.stringify(facts.stack).length + JSON.stringify(facts.ignore).length;
  for (const service of facts.services.filter(saysSomething(facts))) {
    const more = JSON.stringify(service).length;
    if (size + more > mostCharacters && groups.at(-1)!.length > 0) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)!.push(service);
    size += more;
  }
  return groups.map((services, at) => ({
    facts: { ...facts, services, stack: at === 0 ? facts.stack : null },
    covered: at === 0 ? covered : nothing,
  }));
}

/** Each service is judged by itself, but a file that is new names the services that are older than it. */
const saysSomething =
  (facts: Facts) =>
  (service: Facts['services'][number]): boolean =>
    service.containers.some((one) => one.same_definition === false) ||
    judge({ ...facts, stack: null, services: [service] }).length > 0;

/** What a whole reading covered is said once. */
const nothing: Covered = { services: [], busy: [], whole: false, containers: 0, read_ms: 0 };
