import type { DriftSeverity, JudgedFinding } from '../../../contracts/drift.ts';
import type { Facts, ServiceFacts } from '../facts.ts';

/** Finds one kind of difference. */
export type Kind = (facts: Facts) => JudgedFinding[];

/** The services that can be judged: what is under way says nothing. */
export const settled = ({ services }: Facts): ServiceFacts[] =>
  services.filter(({ busy }) => !busy);

type Given = Pick<JudgedFinding, 'kind' | 'type' | 'path' | 'severity' | 'description'> &
  Partial<JudgedFinding>;

const longest = 1000;
const cut = (text: string | null): string | null =>
  text !== null && text.length > longest ? `${text.slice(0, longest - 1)}…` : text;

/** A finding; severity `info` is the state `info`, unless another one is given. */
export const finding = (given: Given): JudgedFinding => ({
  service: null,
  evidence: {},
  patchable: false,
  state: given.severity === 'info' ? 'info' : 'drift',
  ...given,
  path: cut(given.path)!,
  expected: cut(given.expected ?? null),
  actual: cut(given.actual ?? null),
  description: cut(given.description)!,
});

/** Where a service stands in the file. */
export const pathOf = (service: string, below = ''): string =>
  below === '' ? `services.${service}` : `services.${service}.${below}`;

export const rank: Readonly<Record<DriftSeverity, number>> = {
  info: 0,
  warn: 1,
  high: 2,
  critical: 3,
};
