import { useCallback } from 'react';
import type { z } from 'zod';
import type { providerResetAnswer } from '../../../contracts/switch.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { change } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { words } from './words.ts';

/** Forgets the cooldowns and breakers of a provider, so that it is asked again at once. */
export function Reset({ provider }: { provider: string }) {
  const t = useWords(words);
  const mayReset = useMay('operator');
  const blocked = useBlocked();
  const act = useAct(
    useCallback(async () => {
      const path = `/switch/providers/${encodeURIComponent(provider)}/reset`;
      const { cleared } = await change<z.infer<typeof providerResetAnswer>>('POST', path, {
        body: {},
      });
      announce(t.wasReset(provider, cleared));
      markChanged(['routing']);
    }, [provider, t]),
  );
  if (!mayReset) return null;
  return (
    <>
      <Button
        about={provider}
        busy={act.busy && t.resetting}
        blocked={blocked}
        onPress={() => void act.run()}
      >
        {t.reset}
      </Button>
      <ActFailure state={act.state} />
    </>
  );
}
