import type { RepairFinding } from '../../contracts/repair.ts';
import type { Fact, Finding } from './finding.ts';

/** A fact and its place, as one line. */
export function factText({ text, source }: Fact): string {
  switch (source.kind) {
    case 'file':
      return `${source.path}:${source.line}: ${text}`;
    case 'log':
      return `log of ${source.service}: ${text}`;
    case 'check':
      return `check ${source.check}: ${text}`;
    case 'engine':
      return `container of ${source.service}: ${text}`;
    default:
      return `Compose: ${text}`;
  }
}

/** A finding as a repair shows it. */
export const findingShown = ({
  fix,
  facts,
  class: kind,
  service,
  by,
  cause,
}: Finding): RepairFinding => ({
  class: kind,
  service,
  by,
  cause,
  facts: facts.map(factText),
  todo: fix.kind === 'needs_value' ? fix.what : fix.kind === 'advice' ? fix.todo : null,
});
