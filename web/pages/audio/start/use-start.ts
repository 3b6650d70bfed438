import { useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import type { AudioJobAnswer, AudioJobKind } from '../../../../contracts/audio.ts';
import { useWords } from '../../../base/words.ts';
import { useAct, type Act } from '../../../live/act.ts';
import { changeSurely } from '../../../live/call.ts';
import { markChanged } from '../../../live/queries.ts';
import { announce } from '../../../parts/announce.tsx';
import { words } from '../words.ts';

/** Starts a job of this kind and leads to it. `hint`: what to do where policy keeps shubniggurath asleep. */
export function useStart(kind: AudioJobKind): { act: Act<[body: object]>; hint: string | null } {
  const t = useWords(words);
  const [, go] = useLocation();
  const [hint, setHint] = useState<string | null>(null);
  const act = useAct(
    useCallback(
      async ({ key, onLost }, body: object) => {
        const path = `/vx11/audio/${kind}`;
        const answer = await changeSurely<AudioJobAnswer>('POST', path, { body, key }, onLost);
        setHint(answer.hint);
        markChanged(['audio', 'status']);
        if (answer.job === null) return;
        announce(t.started);
        go(`/audio/${answer.job.job_id}`);
      },
      [kind, go, t],
    ),
  );
  return { act, hint };
}
