import { useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import type { ApplyPatchAnswer, CreatePatchAnswer } from '../../../contracts/drift-patch.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button } from '../../parts/button.tsx';
import { Diff } from '../../parts/diff/diff.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Note } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { diffOf } from '../../things/patches/engine-diff.ts';
import styles from './drift.module.css';
import { words } from './words.ts';

/** madre reads the stack to plan. */
const withinMs = 30_000;

/** What came of a patch: its diff, how it was proved, what stays; and the way to its plan, which waits for a person. */
export function MadePatch({ of }: { of: CreatePatchAnswer }) {
  const t = useWords(words);
  const { status, patch, patch_id, test_result, left, hint } = of;
  return (
    <div className={styles['made']}>
      {status !== 'generated' && (
        <Note tone="warn">
          {hint === null ? t[`patch_${status}`] : <Said english>{hint}</Said>}
        </Note>
      )}
      {patch !== null && <Diff text={diffOf(patch)} />}
      <ul>
        {test_result.map(({ stage, ok, detail }) => (
          <li key={stage}>
            <Mark shape={ok ? 'check' : 'cross'} tone={ok ? 'good' : 'bad'}>
              {stage}
            </Mark>{' '}
            <Said english>{detail}</Said>
          </li>
        ))}
        {left.map(({ path, because }) => (
          <li key={path}>
            {t.stays} <code>{path}</code>: <Said english>{because}</Said>
          </li>
        ))}
      </ul>
      {status === 'generated' && patch_id !== null && <MakePlan patch={patch_id} />}
    </div>
  );
}

/** Makes the plan of a patch and opens it for review; a folder that madre may not write says so. */
function MakePlan({ patch }: { patch: string }) {
  const t = useWords(words);
  const [, go] = useLocation();
  const [refused, setRefused] = useState<string | null>(null);
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const path = `/manifestator/patch/${patch}/apply`;
        const sent = { body: {}, key, withinMs };
        const answer = await changeSurely<ApplyPatchAnswer>('POST', path, sent, onLost);
        markChanged(['plans', 'patches']);
        if (answer.plan_id === null) setRefused(answer.detail ?? answer.status);
        else go(`/plans/${answer.plan_id}?review`);
      },
      [patch, go],
    ),
  );
  return (
    <>
      {refused !== null && (
        <Note tone="warn">
          <Said english>{refused}</Said>
        </Note>
      )}
      <ActFailure state={act.state} />
      <Button weight="primary" busy={act.busy && t.planning} onPress={() => void act.run()}>
        {t.makePlan}
      </Button>
    </>
  );
}
