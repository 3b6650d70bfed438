import { weakeningText, type Weakening } from './weakening/word.ts';
import type { Reproduction } from './reproduction.ts';
import { keyOfCheck, isGreen, type Seen, type CheckName } from './seen-result.ts';

/**
 * What a check did when its service hung, then was stopped, or when its program ended with an error. `not_tried`: it
 * belongs to no service of the stack, and to no program that the patch changes.
 */
export type Strength =
  'red' | 'green_while_frozen' | 'green_while_stopped' | 'green_while_broken' | 'not_tried';

/** Why a patch is not applied. `weak`: its check is also green without the service; `not_minimal`: a part changes nothing. */
export type Rejection = {
  because: 'static' | 'refused' | 'not_green' | 'regression' | 'weak' | 'not_minimal';
  detail: string;
};

/** The parsers have the first word: what cannot be read cannot run. */
export const judgeStatic = (faults: readonly string[]): Rejection | null =>
  faults.length === 0 ? null : { because: 'static', detail: faults.join('; ') };

/** What weakens its judges is not tried. */
export const judgeWeakened = (found: readonly Weakening[]): Rejection | null =>
  found.length === 0 ? null : { because: 'refused', detail: found.map(weakeningText).join('; ') };

/** Whether what was red is green now; a pass after a failure is not. */
export function judgeRed(run: readonly Seen[], red: readonly CheckName[]): Rejection | null {
  for (const name of red) {
    const found = run.find((one) => keyOfCheck(one) === keyOfCheck(name));
    if (found !== undefined && isGreen(found)) continue;
    const what = found === undefined ? 'did not run' : describe(found);
    return { because: 'not_green', detail: `${name.suite}/${name.name} ${what}` };
  }
  return null;
}

/** Whether a check that was green in each run of the unpatched copy is not green any more. */
export function judgeOthers(
  run: readonly Seen[],
  { baseline }: Pick<Reproduction, 'baseline'>,
): Rejection | null {
  const lost = run.filter((one) => !isGreen(one) && baseline.get(keyOfCheck(one)) === 'green');
  if (lost.length === 0) return null;
  const detail = lost.map((one) => `${one.suite}/${one.name} ${describe(one)}`).join('; ');
  return { because: 'regression', detail };
}

const describe = ({ status, cause, detail }: Seen): string =>
  `is ${[status, cause].filter(Boolean).join('/')}${detail === null ? '' : `: ${detail}`}`;

/** A check that its service's absence does not turn red proves nothing about a patch. */
export function judgeStrength({ suite, name }: CheckName, strength: Strength): Rejection | null {
  if (strength === 'red' || strength === 'not_tried') return null;
  const when = {
    green_while_frozen: 'its service hangs',
    green_while_stopped: 'its service is stopped',
    green_while_broken: 'its program does nothing but fail',
  }[strength];
  return { because: 'weak', detail: `${suite}/${name} is green while ${when}` };
}

/** Without any part of a patch, what was red has to be red again. @param run the checks of a copy without that part */
export function judgeMinimal(
  part: string,
  run: readonly Seen[],
  red: readonly CheckName[],
): Rejection | null {
  if (judgeRed(run, red) !== null) return null;
  return { because: 'not_minimal', detail: `it is green without ${part} too` };
}
