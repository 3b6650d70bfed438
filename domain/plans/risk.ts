import type { Intent, Language } from '../../contracts/intent.ts';
import type { PlanStep, RiskLevel } from '../../contracts/plan.ts';
import { planTextsOf } from './plan-languages.ts';
import type { RiskCause } from './plan-texts.ts';

/** A risk level and the reason for it. */
export interface Risk {
  level: RiskLevel;
  because: string;
}

const rank: Record<RiskLevel, number> = { LOW: 0, MED: 1, HIGH: 2 };
export const atLeast = (level: RiskLevel, other: RiskLevel): boolean => rank[level] >= rank[other];

/** The highest of several risks; LOW if there is none. */
export const highest = (risks: readonly Risk[], language: Language = 'en'): Risk =>
  risks.reduce(
    (worst, risk) => (rank[risk.level] > rank[worst.level] ? risk : worst),
    riskOf('LOW', 'low', language),
  );

const riskOf = (level: RiskLevel, cause: RiskCause, language: Language): Risk => ({
  level,
  because: planTextsOf(language).risk[cause],
});

/** The risk of an action that only a model recognized, or of a text that may not be an order. */
export const riskOfAmbiguity = (doubt: NonNullable<Intent['doubt']>, language: Language): Risk =>
  riskOf('MED', doubt, language);

/** The risk of ending a window that holds more than the request names. */
export const closingMore = (what: string, language: Language): Risk => ({
  level: 'MED',
  because: planTextsOf(language).endsMore(what),
});

/** The risk of waking services that no plan may wake unless it is asked to. */
export const unaskedOpening = (names: string, language: Language): Risk => ({
  level: 'MED',
  because: planTextsOf(language).wakesUnasked(names),
});

/** The services without which VX11 cannot run. */
const ourselves: ReadonlySet<string> = new Set(['madre', 'tentaculo_link']);

/** A row of the risk table: an action that contains one of these words has this risk. The first matching row counts. */
interface RiskRow {
  level: RiskLevel;
  words: readonly string[];
  because: RiskCause;
  onlyOurselves?: true;
}

export const riskTable: readonly RiskRow[] = [
  {
    level: 'HIGH',
    words: ['delete', 'stop', 'kill', 'destroy'],
    onlyOurselves: true,
    because: 'ourselves',
  },
  {
    level: 'HIGH',
    words: [
      'delete',
      'drop',
      'destroy',
      'reset',
      'migrate',
      'restore',
      'stop',
      'kill',
      'terminate',
      'wipe',
      'remove',
      'truncate',
      'erase',
    ],
    because: 'takes_away',
  },
  {
    level: 'MED',
    words: ['restart', 'reboot', 'suspend', 'cleanup', 'patch', 'update', 'hold'],
    because: 'interrupts',
  },
];

/** The risk of an action on targets, by the table alone; no other text affects it. */
export function riskOfAction(
  action: string,
  targets: readonly string[],
  language: Language = 'en',
): Risk {
  const name = action.toLowerCase();
  const self = targets.some((target) => ourselves.has(target));
  const row = riskTable.find(
    ({ words, onlyOurselves }) =>
      (onlyOurselves !== true || self) && words.some((word) => name.includes(word)),
  );
  if (row === undefined) return riskOf('LOW', 'low', language);
  const { level, because } = riskOf(row.level, row.because, language);
  return { level, because: `${because} (${name})` };
}

/**
 * The risk of what a step does, independent of who asked for it and of any text about it.
 * @param own windows that the plan itself opens
 */
export function riskOfStep(
  step: Pick<PlanStep, 'type' | 'params'>,
  own: ReadonlySet<string>,
  language: Language = 'en',
): Risk {
  const { type, params } = step as PlanStep;
  const low = riskOf('LOW', 'low', language);
  switch (type) {
    case 'OPEN_WINDOW':
      return params.mode === 'hold' ? riskOf('MED', 'hold', language) : low;
    case 'CLOSE_WINDOW': {
      if (params.services !== null) {
        return riskOfAction(params.verb ?? 'stop', params.services, language);
      }
      const foreign = params.window_ids.filter((id) => !own.has(id));
      return foreign.length > 1 ? riskOf('MED', 'several_windows', language) : low;
    }
    case 'APPLY_PATCH':
      if ((params.touches ?? []).length > 0) return riskOf('HIGH', 'changes_reach', language);
      return params.by_policy === true ? low : riskOf('MED', 'changes_files', language);
    case 'RESTART_SERVICE':
      return riskOfAction('restart', [params.service], language);
    case 'CALL_HERMES':
      return params.action === 'pull'
        ? riskOf('MED', 'downloads', language)
        : riskOfAction(params.action, [], language);
    case 'CALL_SWITCH':
    case 'CALL_SHUB':
    case 'CALL_MANIFESTATOR':
    case 'CALL_HORMIGUERO':
      return riskOfAction(params.action, [], language);
    default:
      return low;
  }
}

/** Whether a step changes nothing; a plan of such steps is answered at once, without a run. */
export const isRead = (step: Pick<PlanStep, 'type'>): boolean =>
  step.type === 'SYSTEM_HEALTHCHECK' || step.type === 'NOOP';
