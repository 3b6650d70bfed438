import type { JudgedFinding } from '../../../contracts/drift.ts';
import type { PatchOperation } from '../../../contracts/patch-operation.ts';
import type { Ground } from './ground.ts';
import { rules } from './rules.ts';

export type Direction = 'restore' | 'adopt';

export interface PatchDraft {
  operations: PatchOperation[];
  /** The findings that the operations set right. */
  findings: { kind: string; path: string }[];
  /** The findings that stay, and why. */
  left: { kind: string; path: string; because: string }[];
}

/** Why no patch can set a finding right by restoring what is declared; null if one can. */
export function cannotRestore({ kind, state, severity }: JudgedFinding): string | null {
  if (state === 'pending') return 'it sleeps, and its next opening makes it right by itself';
  if (state === 'ignored') return 'a rule of the compose file says that it is ignored';
  const { restore } = rules[kind];
  if (typeof restore === 'string') return restore;
  return severity === 'info' && kind === 'definition_respelled' ? 'nothing has to be done' : null;
}

/** Turns findings into operations. What needs no decision, or more than a rule knows, is left with its reason. */
export function draftPatch(
  grounds: readonly Ground[],
  direction: Direction,
  isCore: (service: string) => boolean,
): PatchDraft {
  const draft: PatchDraft = { operations: [], findings: [], left: [] };
  for (const ground of grounds) {
    const { kind, path, service } = ground.finding;
    const drafted =
      service !== null && isCore(service)
        ? { because: `${service} is a part of the core: docker compose up -d --no-deps ${service}` }
        : draftOne(ground, direction);
    if ('because' in drafted) draft.left.push({ kind, path, because: drafted.because });
    else {
      draft.findings.push({ kind, path });
      draft.operations.push(...drafted);
    }
  }
  return { ...draft, operations: withoutRepeats(draft.operations) };
}

function draftOne(ground: Ground, direction: Direction) {
  if (direction === 'restore') {
    const because = cannotRestore(ground.finding);
    if (because !== null) return { because };
  }
  const rule = rules[ground.finding.kind][direction];
  return typeof rule === 'string' ? { because: rule } : rule(ground);
}

/** One operation of each kind; a container that is made again needs nothing else. */
function withoutRepeats(operations: readonly PatchOperation[]): PatchOperation[] {
  const again = new Set(operations.flatMap((one) => (one.op === 'recreate' ? [one.service] : [])));
  const kept = operations.filter(
    (one) => one.op === 'recreate' || !('service' in one) || !again.has(one.service),
  );
  return [...new Map(kept.map((one) => [JSON.stringify(one), one])).values()];
}
