import { useCallback } from 'react';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { RoutingReplay } from '../../live/answers.ts';
import { change } from '../../live/call.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { words } from './words.ts';

/** Decides again from what was stored, and says whether the same comes out; nothing is sent. */
export function Replay({ id }: { id: string }) {
  const t = useWords(words);
  const blocked = useBlocked();
  const act = useAct(
    useCallback(async () => {
      const path = `/switch/decisions/${id}/replay`;
      const { same, chosen } = await change<RoutingReplay>('POST', path, { body: {} });
      announce(same ? t.same : t.other(chosen ?? t.noTarget), same ? 'good' : 'warn');
    }, [id, t]),
  );
  return (
    <>
      <Button busy={act.busy && t.replaying} blocked={blocked} onPress={() => void act.run()}>
        {t.replay}
      </Button>
      <ActFailure state={act.state} />
    </>
  );
}
