import type { Covered } from '../../../domain/drift/audit.ts';
import type { Facts } from '../../../domain/drift/facts.ts';
import type { FactsRead } from './read-facts.ts';

/** The largest piece, in characters; a message of Temporal holds more. */
const mostCharacters = 64 * 1024;

/** Divides facts between messages: the first has the stack, each has as many services as fit. At least one. */
export function piecesOf({ facts, covered }: FactsRead): FactsRead[] {
  const groups: Facts['services'][] = [[]];
  let size = JSON.stringify(facts.stack).length + JSON.stringify(facts.ignore).length;
  for (const service of facts.services) {
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

/** What a whole reading covered is said once. */
const nothing: Covered = { services: [], busy: [], whole: false, containers: 0, read_ms: 0 };
