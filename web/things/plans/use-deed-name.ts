import { useWords } from '../../base/words.ts';
import type { Plan } from '../../live/answers.ts';
import { useStatus } from '../../live/queries.ts';
import { deedName } from './deed-name.ts';
import { planWords } from './plan-words.ts';

/** Names what a plan does in the language of the page, with the services of windows that are on. */
export function useDeedName(): (plan: Plan) => string {
  const t = useWords(planWords);
  const { data } = useStatus();
  return (plan) => deedName(plan, t, data?.windows);
}
