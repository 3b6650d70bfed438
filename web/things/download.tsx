import { useCallback } from 'react';
import { useWords } from '../base/words.ts';
import { useAct } from '../live/act.ts';
import { send } from '../live/call.ts';
import { ActFailure } from '../parts/act-failure.tsx';
import { Button } from '../parts/button.tsx';
import { saveFile } from '../parts/copy.ts';

const words = { downloading: ['downloading…', 'descargando…'] } as const;

const longestDownloadMs = 10 * 60_000;

/**
 * Saves a file. The session is in headers, so a plain link could not fetch it.
 * @param below the address that `path` is below, with a slash at its end
 */
export function Download({
  below,
  path,
  about,
  children,
}: {
  below: string;
  path: string;
  about?: string;
  children: string;
}) {
  const t = useWords(words);
  const act = useAct(
    useCallback(async () => {
      const parts = path.split('/').map(encodeURIComponent).join('/');
      const options = { withinMs: longestDownloadMs, headers: { accept: '*/*' } };
      const answer = await send('GET', `${below}${parts}`, options);
      saveFile(path, await answer.blob());
    }, [below, path]),
  );
  return (
    <>
      <Button
        {...(about !== undefined && { about })}
        busy={act.busy && t.downloading}
        onPress={() => void act.run()}
      >
        {children}
      </Button>
      <ActFailure state={act.state} />
    </>
  );
}
