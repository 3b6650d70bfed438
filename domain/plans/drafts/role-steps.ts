import type { Intent, Language } from '../../../contracts/intent.ts';
import { namesOf } from '../placement.ts';
import { planTextsOf } from '../plan-languages.ts';
import type { PlanningContext } from '../planning-context.ts';
import { drafted, refuseWith, type StepsDraft } from '../steps-draft.ts';

/** Of a sentence in the parameters of a step, in characters. */
const longestText = 4000;

/** What a role is asked in so many words. */
export function callRole(
  { type, action, text }: NonNullable<Intent['role']>,
  language: Language,
): StepsDraft {
  if (type === 'CALL_SWITCH' && text === '')
    return refuseWith('nothing_to_route', planTextsOf(language).whatToRoute);
  return drafted([{ type, params: { action, text } }]);
}

/** The step of manifestator, which reads from its text what to patch: one service, or a patch that is there. */
export function patchSteps(
  action: 'patch' | 'restore',
  { targets, text, language }: Intent,
  context: PlanningContext,
): StepsDraft {
  const [target, ...others] = targets;
  const known = /\bpatch-[0-9a-f]{8,}\b/.exec(text)?.[0];
  const subject = known ?? (others.length === 0 ? target : undefined);
  if (subject === undefined)
    return refuseWith(
      'service_not_allowed',
      planTextsOf(language).whichToPatch(namesOf(context, language)),
    );
  const asked = `${subject}: ${text}`.slice(0, longestText);
  return drafted([{ type: 'CALL_MANIFESTATOR', params: { action, text: asked } }]);
}

/** What a sentence without a verb of VX11 asks of shubniggurath, for people to read. */
export const soundDeed = (text: string): string =>
  /compar/i.test(text)
    ? 'compare'
    : /master/i.test(text)
      ? 'master'
      : /\b(measure|mide|medir)/i.test(text)
        ? 'analyze'
        : 'mix';
