import type { Incident, Observed } from '../../contracts/incidents.ts';

type Evidence = Incident['evidence'];

const mostWorst = 20;
const mostBytes = 8192;

/** Adds what a look saw: the first, the last and the worst are kept, 8 KB in all. */
export function withObserved(before: Evidence | null, seen: Observed): Evidence {
  if (before === null) return { first: seen, last: seen, worst: [seen] };
  const worst = [...before.worst, seen]
    .toSorted((one, other) => (other.value ?? 0) - (one.value ?? 0))
    .slice(0, mostWorst);
  const evidence = { first: before.first, last: seen, worst };
  while (JSON.stringify(evidence).length > mostBytes) evidence.worst.pop();
  return evidence;
}
