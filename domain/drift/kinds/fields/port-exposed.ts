import type { Difference } from '../../shape/differences.ts';
import { fieldKind, isField, keyOf } from './field-kind.ts';

/** Without an address, or with one of these, a port is open to every machine that reaches the host. */
const everywhere = (text: string | null): boolean =>
  text !== null && text.split(', ').some((one) => /^(0\.0\.0\.0|::|\[::\])?:\w+/.test(one));

/** A port that the file keeps to some address, or does not publish, and that is open to all. */
export const isExposed = (one: Difference): boolean =>
  isField('ports')(one) && everywhere(one.actual) && !everywhere(one.expected);

export const portExposed = fieldKind({
  kind: 'port_exposed',
  owns: isExposed,
  severity: 'high',
  asleep: 'pending',
  what: (one) => `port ${keyOf(one)} is open to every address; it`,
});
