import type { PlanView } from '../../../contracts/plan.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { shortId } from '../../base/format.ts';
import type { Words } from '../../base/words.ts';
import type { planWords } from './plan-words.ts';

const verbs = [
  'stop',
  'suspend',
  'restart',
  'open',
  'start',
  'extend',
  'close',
  'run',
  'check',
] as const;
type Verb = (typeof verbs)[number];
const isVerb = (action: string): action is Verb => (verbs as readonly string[]).includes(action);

type Named = Pick<PlanView, 'action' | 'targets' | 'steps'>;

/** What a plan works on: its targets; for a plan on a window, the services of that window where they are known. */
function targetsOf({ targets, steps }: Named, windows: readonly WindowView[]): string[] {
  if (targets.length > 0) return targets;
  const ids = steps.flatMap(({ params }) => [
    ...('window_id' in params ? [params.window_id] : []),
    ...('window_ids' in params ? params.window_ids : []),
  ]);
  return [...new Set(ids)].flatMap(
    (id) => windows.find(({ window_id }) => window_id === id)?.services ?? [shortId(id)],
  );
}

/** What a plan does, as a button says it: `Stop web`. */
export function deedName(
  plan: Named,
  t: Words<typeof planWords>,
  windows: readonly WindowView[] = [],
): string {
  const files = plan.steps.flatMap((step) =>
    step.type === 'APPLY_PATCH'
      ? (step.params.acts ?? step.params.files.map(({ path }) => path))
      : [],
  );
  if (files.length > 0) return listed(t.patch, files);
  const plain = plan.action.replace(/_window$/, '');
  const verb = isVerb(plain) ? t[plain] : `${t.confirm}: ${plan.action}`;
  return listed(verb, targetsOf(plan, windows));
}

function listed(verb: string, names: readonly string[]): string {
  const rest = names.length - 2;
  return `${verb} ${names.slice(0, 2).join(', ')}${rest > 0 ? ` +${rest}` : ''}`.trim();
}
