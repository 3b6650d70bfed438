import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';
import { isEndpointSetting } from '../../shape/endpoints.ts';
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
  owns: (one) =>
    isEndpointSetting(one.path) || (!named.has(fieldOf(one)) && !isGain(one) && !lostParent(one)),
  severity: 'warn',
  asleep: 'pending',
  what: ({ path }) => path,
});

/** The definition changed, and no setting that is compared did. */
const ofRest: Kind = (facts) =>
  settled(facts).flatMap(({ name, awake, containers }): JudgedFinding[] => {
    const one = containers.find(
      ({ same_definition, differences, unproved }) =>
        same_definition === false && differences.length === 0 && unproved.length > 0,
    );
    if (one === undefined) return [];
    return [
      finding({
        kind: 'definition_changed',
        type: 'modified',
        service: name,
        path: pathOf(name),
        severity: 'warn',
        ...(!awake && { state: 'pending' }),
        description: `${name}: its definition changed; one of ${one.unproved.join(', ')} may be it.`,
        evidence: { container: one.name },
      }),
    ];
  });

export const definitionChanged: Kind = (facts) => [...ofSettings(facts), ...ofRest(facts)];
