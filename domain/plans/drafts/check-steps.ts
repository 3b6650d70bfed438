import type { Intent } from '../../../contracts/intent.ts';
import { placeRun } from '../../checks/place-run.ts';
import { namedHost } from '../placement.ts';
import { planTextsOf } from '../plan-languages.ts';
import type { PlanningContext } from '../planning-context.ts';
import { unaskedOpening } from '../risk.ts';
import { drafted, refuse, refuseWith, type StepsDraft } from '../steps-draft.ts';

/**
 * The run of the checks that an intent names: of suites, of services, or all. It wakes what `POST /vx11/checks` would wake.
 */
export function checkSteps(intent: Intent, context: PlanningContext): StepsDraft {
  const { targets, language } = intent;
  const texts = planTextsOf(language);
  const named = namedHost(intent.hosts, context, language);
  if (!named.ok) return refuse(named.error);
  const ask = targets.length === 0 ? {} : { services: targets };
  const on = named.host === null ? {} : { host: named.host };
  const placed = placeRun(context.suites, { ...ask, ...on });
  if (!placed.ok) {
    return placed.why === 'unknown'
      ? refuseWith('suite_not_found', texts.noSuite(placed.unknown, placed.near))
      : refuseWith('invalid', texts.brokenChecks(placed.problems.map((one) => one.problem)));
  }
  const { host, suite, services } = placed;
  const woken = context.services.filter(
    (one) => one.host === host && services.includes(one.name) && one.asleep,
  );
  // waking a service that no plan may wake by itself needs a person, unless the sentence names it
  const unasked = woken.filter(({ name, auto_open }) => !auto_open && !targets.includes(name));
  const names = unasked.map(({ name }) => name).join(', ');
  return drafted(
    [
      {
        type: 'RUN_CHECKS',
        params: {
          run_id: placeholder,
          host,
          suite,
          services,
          wakes: woken.map(({ name }) => name),
          reason: intent.reason,
        },
      },
    ],
    [],
    unasked.length === 0 ? [] : [unaskedOpening(names, language)],
  );
}

/** makePlan sets the real id. */
const placeholder = 'run-00000000';
