import { trialPrefix } from '../../../domain/repair/isolation/isolate.ts';
import { belongingOf, label } from '../../sandbox/template.ts';
import type { SandboxOwnership } from '../../../domain/tasks/orphans.ts';

/** The label of everything that a trial creates; its value is the trial's id. */
export const trialLabel = 'io.vx11.trial';

/** The Compose project of a trial. */
export const projectOf = (id: string): string => `${trialPrefix}${id}`;

/** The labels of a trial: who made it, and until when it may exist, in epoch ms; as those of a sandbox. */
export const trialLabels = ({ key, owner, boot, deadline }: SandboxOwnership) => ({
  [trialLabel]: key,
  [label.owner]: owner,
  [label.boot]: boot,
  [label.deadline]: String(deadline),
});

export const ownershipOf = (labels: Record<string, string>): SandboxOwnership => ({
  ...belongingOf(labels),
  key: labels[trialLabel] ?? '',
});
