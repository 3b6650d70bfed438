import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';
import { fieldKind, fieldOf } from './field-kind.ts';
import { limitFields } from './limits-changed.ts';
import { lostParent } from './namespace-parent-gone.ts';
import { isGain } from './privilege-gained.ts';

/** Fields that have a kind of their own. */
const named: ReadonlySet<string> = new Set([
  'environment',
  'command',
  'entrypoint',
  'user',
  'working_dir',
  'labels',
  'volumes',
  'networks',
  'ports',
  'healthcheck',
  ...limitFields,
]);

/** A setting without a kind of its own. */
const ofSettings = fieldKind({
  kind: 'definition_changed',
  owns: (one) => !named.has(fieldOf(one)) && !isGain(one) && !lostParent(one),
  severity: 'warn',
  asleep: 'pending',
  what: ({ path }) => path,
});

/** The definition changed, and only in settings that nothing compares, so that no field can be named. */
const ofRest: Kind = (facts) =>
  settled(facts).flatMap(({ name, awake, containers, uncompared }): JudgedFinding[] => {
    const one = containers.find(
      ({ same_definition, differences }) => same_definition === false && differences.length === 0,
    );
    if (one === undefined || uncompared.length === 0) return [];
    return [
      finding({
        kind: 'definition_changed',
        type: 'modified',
        service: name,
        path: pathOf(name),
        severity: 'warn',
        ...(!awake && { state: 'pending' }),
        description: `${name}: its definition changed; one of ${uncompared.join(', ')} may be it.`,
        evidence: { container: one.name },
      }),
    ];
  });

export const definitionChanged: Kind = (facts) => [...ofSettings(facts), ...ofRest(facts)];
