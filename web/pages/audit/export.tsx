import { useCallback } from 'react';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { send } from '../../live/call.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button } from '../../parts/button.tsx';
import { saveFile } from '../../parts/copy.ts';
import { words } from './words.ts';
import { longestMs, type logs } from './logs.ts';

export function Export({ log }: { log: (typeof logs)[number] }) {
  const t = useWords(words);
  const act = useAct(
    useCallback(async () => {
      const options = { query: { log }, withinMs: longestMs, headers: { accept: '*/*' } };
      const answer = await send('GET', '/vx11/audit/export', options);
      saveFile(`vx11-${log}.jsonl`, await answer.blob());
    }, [log]),
  );
  return (
    <>
      <Button busy={act.busy && t.exporting} onPress={() => void act.run()}>
        {`${t.export} ${log}`}
      </Button>
      <ActFailure state={act.state} />
    </>
  );
}
