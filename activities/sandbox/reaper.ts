import type Docker from 'dockerode';
import { within } from '../deadline.ts';
import { callEngine } from '../engine/engine-error.ts';
import type { Book } from './book.ts';
import { removeContainer } from './container.ts';
import { label } from './template.ts';

const listMs = 10_000;

interface Round {
  owner: string;
  boot: string;
  now: number;
  book: Book;
}

/**
 * Removes the sandboxes that nobody answers for, and gives their ids:
 * - of an earlier start of this owner, at once: who followed them is dead;
 * - of this start, when the book does not know them: their creation was given up;
 * - of anybody, when the deadline in their label is past.
 * Throws an EngineError when the Engine does not answer; one that resists is left for the next round.
 */
export async function reapOthers(docker: Docker, round: Round): Promise<string[]> {
  const found = await callEngine('sandbox list', () =>
    within(listMs, 'list', docker.listContainers({ all: true, filters: { label: [label.key] } })),
  );
  const doomed = found.filter(({ Labels }) => isAbandoned(Labels, round));
  const gone = await Promise.allSettled(
    doomed.map(async ({ Id }) => {
      await removeContainer(docker, Id);
      return Id;
    }),
  );
  return gone.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

function isAbandoned(labels: Record<string, string>, round: Round): boolean {
  const deadline = Number(labels[label.deadline]);
  if (labels[label.owner] !== round.owner) return deadline <= round.now;
  if (labels[label.boot] !== round.boot) return true;
  // of our own the book knows better than a label, which a waiting one carries from before its task
  return !round.book.has(labels[label.key] ?? '');
}
