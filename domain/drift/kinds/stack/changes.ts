import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, type Kind } from '../finding.ts';

const shown = (text: string | null): string => text ?? 'nothing';

/** A compose file, or a file of variables, that is read now and was not before. */
export const overrideAppeared: Kind = (facts) => ofFiles('override_appeared')(facts);
/** One that was read before and is no more. */
export const overrideGone: Kind = (facts) => ofFiles('override_gone')(facts);

const ofFiles =
  (kind: 'override_appeared' | 'override_gone'): Kind =>
  ({ stack, services }) => {
    const older = services
      .filter(({ containers }) => containers.some((one) => one.same_definition === false))
      .map(({ name }) => name);
    const isNew = kind === 'override_appeared';
    return (stack?.changed.files ?? [])
      .filter(({ after }) => (after !== null) === isNew)
      .map(({ name }) =>
        finding({
          kind,
          type: isNew ? 'extra' : 'missing',
          path: `files.${name}`,
          severity: 'info',
          description: `${name} is ${isNew ? 'read now, and was not before' : 'read no more'}; ${
            older.length === 0
              ? 'no container is older'
              : `older than the files: ${older.join(', ')}`
          }.`,
          ...(older.length > 0 && { evidence: { services: older.join(', ') } }),
        }),
      );
  };

/** Another Engine, kernel or default than a day ago. */
export const hostChanged: Kind = ({ stack }) =>
  (stack?.changed.host ?? []).map(({ name, before, after }) =>
    finding({
      kind: 'host_changed',
      type: 'modified',
      path: `host.${name}`,
      expected: before,
      actual: after,
      severity: name === 'live_restore' && after === 'false' ? 'warn' : 'info',
      description: `${name} of the host is ${shown(after)}, and was ${shown(before)}; vx11 doctor looks at what depends on it.`,
    }),
  );

/** Settings that let more happen unasked. */
const guards = /(^|\.)(confirm(\.\w+)?|stray|auto_open|tier|wake(\..*)?)$/;

/** `x-vx11` says something else than a day ago. It is in no hash, so that no container shows it. */
export const policyChanged: Kind = ({ stack }) =>
  (stack?.changed.policy ?? []).map(({ name, before, after }): JudgedFinding =>
    finding({
      kind: 'policy_changed',
      type: before === null ? 'extra' : after === null ? 'missing' : 'modified',
      service: /^services\.([\w.-]+)\.x-vx11(\.|$)/.exec(name)?.[1] ?? null,
      path: name,
      expected: before,
      actual: after,
      severity: guards.test(name) ? 'high' : 'info',
      description: `${name} is ${shown(after)}, and was ${shown(before)}.`,
    }),
  );
