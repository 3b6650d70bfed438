import { useCallback } from 'react';
import { useLocation } from 'wouter';
import type { PatchView } from '../../../contracts/patch.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { Reverted } from '../../live/answers.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button, LinkButton } from '../../parts/button.tsx';
import { useBlocked } from '../blocked.ts';
import type { Fate } from './fate.ts';
import { words } from './words.ts';

/** Making a plan asks madre, which reads the stack. */
const revertWithinMs = 30_000;

/** Asks for the plan that takes a patch back, and opens it for review: it shows the change before anything is done. */
export function Revert({ patch, fate }: { patch: PatchView; fate: Fate }) {
  const t = useWords(words);
  const [, go] = useLocation();
  const mayRevert = useMay('operator');
  const blocked = useBlocked();
  const { patch_id, files } = patch;
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const path = `/vx11/patches/${patch_id}/revert`;
        const options = { key, body: {}, withinMs: revertWithinMs };
        const { plan } = await changeSurely<Reverted>('POST', path, options, onLost);
        markChanged(['plans', 'patches']);
        go(`/plans/${plan.plan_id}?review`);
      },
      [patch_id, go],
    ),
  );
  if (fate.status !== 'kept' || !mayRevert) return null;
  const about = files.map(({ path }) => path).join(', ');
  if (fate.review !== null) {
    return (
      <LinkButton to={`/plans/${fate.review}?review`} about={about}>
        {t.reviewRevert}
      </LinkButton>
    );
  }
  return (
    <>
      <Button
        about={about}
        busy={act.busy && t.asking}
        blocked={blocked}
        onPress={() => void act.run()}
      >
        {t.revert}
      </Button>
      <ActFailure state={act.state} />
    </>
  );
}
