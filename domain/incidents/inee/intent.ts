import type { ColonyIntentAnswer, ColonyIntentType } from '../../../contracts/inee.ts';

/** The older API's names of what an intent asks for. */
const operations: Record<ColonyIntentType, ColonyIntentAnswer['operation']> = {
  diagnose: 'scan',
  propose: 'notify_incident',
  apply: 'propose_action',
};

/** How an intent of a colony is recorded: `apply` is a proposal, unless execution is enabled. */
export function recordedAs(
  asked: ColonyIntentType,
  execution: boolean,
): Pick<ColonyIntentAnswer, 'asked' | 'recorded_as' | 'operation'> {
  const recorded_as = asked === 'apply' && !execution ? 'propose' : asked;
  return { asked, recorded_as, operation: operations[recorded_as] };
}
