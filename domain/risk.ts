import type { Intent } from '../contracts/intent.ts';
import type { PlanStep, RiskLevel } from '../contracts/plan.ts';

/** How risky something is, and which rule says so. */
export interface Risk {
  level: RiskLevel;
  because: string;
}

const rank: Record<RiskLevel, number> = { LOW: 0, MED: 1, HIGH: 2 };
export const atLeast = (level: RiskLevel, other: RiskLevel): boolean => rank[level] >= rank[other];

/** The highest of several; LOW of none. */
export const highest = (risks: readonly Risk[]): Risk =>
  risks.reduce((worst, risk) => (rank[risk.level] > rank[worst.level] ? risk : worst), low);

const low: Risk = { level: 'LOW', because: 'it takes nothing away from anybody' };

/** Of a deed in words that the rules read differently, or that may be no order. */
export const riskOfDoubt: Record<NonNullable<Intent['doubt']>, Risk> = {
  only_model: { level: 'MED', because: 'only a model took this for something to do' },
  unclear_order: { level: 'MED', because: 'it may not have been meant as an order' },
};

/** Of the end of a window that is more than what was named. */
export const closingMore = (what: string): Risk => ({
  level: 'MED',
  because: `it ends ${what} (suspend)`,
});

/** What VX11 itself stands on. */
const ourselves: ReadonlySet<string> = new Set(['madre', 'tentaculo_link']);

/** One row of the table: an action that contains one of these words has this risk. The first row that fits counts. */
interface RiskRow {
  level: RiskLevel;
  words: readonly string[];
  because: string;
  onlyOurselves?: true;
}

export const riskTable: readonly RiskRow[] = [
  {
    level: 'HIGH',
    words: ['delete', 'stop', 'kill', 'destroy'],
    onlyOurselves: true,
    because: 'it would end VX11 itself',
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
    because: 'it takes something away',
  },
  {
    level: 'MED',
    words: ['restart', 'reboot', 'suspend', 'cleanup', 'patch', 'update', 'hold'],
    because: 'it interrupts or changes something',
  },
];

/** Risk of an action on targets, by the table alone; no other text has a say. */
export function riskOfAction(action: string, targets: readonly string[]): Risk {
  const name = action.toLowerCase();
  const self = targets.some((target) => ourselves.has(target));
  const row = riskTable.find(
    ({ words, onlyOurselves }) =>
      (onlyOurselves !== true || self) && words.some((word) => name.includes(word)),
  );
  return row === undefined ? low : { level: row.level, because: `${row.because} (${name})` };
}

/**
 * Risk of what a step does, whoever wished for it and whatever was said about it.
 * @param own windows that the plan itself opens
 */
export function riskOfStep(
  step: Pick<PlanStep, 'type' | 'params'>,
  own: ReadonlySet<string>,
): Risk {
  const { type, params } = step as PlanStep;
  switch (type) {
    case 'OPEN_WINDOW':
      return params.mode === 'hold'
        ? { level: 'MED', because: 'a window on hold has no end (hold)' }
        : low;
    case 'CLOSE_WINDOW': {
      if (params.services !== null) {
        return riskOfAction(params.verb ?? 'stop', params.services);
      }
      const foreign = params.window_ids.filter((id) => !own.has(id));
      return foreign.length > 1
        ? { level: 'MED', because: 'it ends several windows (suspend)' }
        : low;
    }
    case 'RESTART_SERVICE':
      return riskOfAction('restart', [params.service]);
    case 'CALL_SWITCH':
    case 'CALL_HERMES':
    case 'CALL_SHUB':
    case 'CALL_MANIFESTATOR':
    case 'CALL_HORMIGUERO':
      return riskOfAction(params.action, []);
    default:
      return low;
  }
}

/** Carries nothing out: it may be answered at once, without a run. */
export const isRead = (step: Pick<PlanStep, 'type'>): boolean =>
  step.type === 'SYSTEM_HEALTHCHECK' || step.type === 'NOOP';
