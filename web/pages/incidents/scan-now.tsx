import { useCallback } from 'react';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { change } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { words } from './words.ts';

/** A round of all ants takes a minute at most. */
const withinMs = 70_000;

/** Lets every ant look at once. */
export function ScanNow() {
  const t = useWords(words);
  const blocked = useBlocked();
  const act = useAct(
    useCallback(async () => {
      await change('POST', '/hormiguero/scan/once', { body: {}, withinMs });
      announce(t.scanned);
      markChanged(['incidents', 'ants']);
    }, [t]),
  );
  return (
    <>
      <Button busy={act.busy && t.scanning} blocked={blocked} onPress={() => void act.run()}>
        {t.scan}
      </Button>
      <ActFailure state={act.state} />
    </>
  );
}
