import type { DriftKind, DriftSeverity, JudgedFinding } from '../../../../contracts/drift.ts';
import type { ContainerFacts, ServiceFacts } from '../../facts.ts';
import type { Difference } from '../../shape/differences.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

export interface FieldRule {
  kind: DriftKind;
  /** Whether a difference is of this kind. */
  owns(one: Difference, container: ContainerFacts): boolean;
  severity: DriftSeverity | ((one: Difference) => DriftSeverity);
  /** `pending`: the next opening makes a sleeping service as the file says. `same`: it does not see this. */
  asleep: 'pending' | 'same';
  /** What differs, such as `variable MODE`. */
  what(one: Difference): string;
}

/** The first part of a difference's path: the key of the file. */
export const fieldOf = ({ path }: Pick<Difference, 'path'>): string => path.split('.', 1)[0]!;
/** What follows it. */
export const keyOf = ({ path }: Pick<Difference, 'path'>): string =>
  path.slice(path.indexOf('.') + 1);

export const isField =
  (...fields: string[]) =>
  (one: Difference): boolean =>
    fields.includes(fieldOf(one));

/** A kind that is a setting of a container. Of several containers of a service that differ alike, one is named. */
export const fieldKind =
  (rule: FieldRule): Kind =>
  (facts) =>
    settled(facts).flatMap((service) => {
      const found = new Map<string, JudgedFinding>();
      for (const container of service.containers)
        for (const one of container.differences)
          if (rule.owns(one, container) && !found.has(one.path))
            found.set(one.path, findingOf(rule, service, container, one));
      return [...found.values()];
    });

function findingOf(
  rule: FieldRule,
  service: ServiceFacts,
  container: ContainerFacts,
  one: Difference,
): JudgedFinding {
  const { kind, severity: given, asleep } = rule;
  const severity = typeof given === 'function' ? given(one) : given;
  const isRemade = asleep === 'pending' || container.same_definition === false;
  const type = one.actual === null ? 'missing' : one.expected === null ? 'extra' : 'modified';
  return finding({
    kind,
    type,
    service: service.name,
    path: pathOf(service.name, one.path),
    expected: one.expected,
    actual: one.actual,
    severity,
    ...(!service.awake && isRemade && { state: 'pending' }),
    description: `${service.name}: ${rule.what(one)} ${said[type]}.`,
    evidence: { container: container.name, definition: definitionText(container) },
  });
}

const said = {
  missing: 'is declared, and the container does not have it',
  extra: 'is declared nowhere, and the container has it',
  modified: 'is not as the file says',
} as const;

/** Whether the file changed since the container was made, or the container itself. */
const definitionText = ({ same_definition }: ContainerFacts): string =>
  same_definition === null
    ? 'unknown'
    : same_definition
      ? 'as the file says'
      : 'older than the file';
