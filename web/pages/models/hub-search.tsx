import { useCallback, useState } from 'react';
import type { SearchAnswer } from '../../../contracts/models.ts';
import { bytes } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { change } from '../../live/call.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button } from '../../parts/button.tsx';
import { Note } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import styles from './models.module.css';
import { words } from './words.ts';

/** The hub may take its time. */
const withinMs = 30_000;
const shown = 10;

/** Looks for models of the hub by a word, or for the files of one by its name. */
export function HubSearch({
  find,
  onModel,
  onFile,
}: {
  find: string;
  onModel: (repo: string) => void;
  onFile: (path: string) => void;
}) {
  const t = useWords(words);
  const [found, setFound] = useState<SearchAnswer | null>(null);
  const act = useAct(
    useCallback(async (_, what: string) => {
      const body = what.includes('/') ? { repo: what } : { query: what, limit: shown };
      setFound(await change<SearchAnswer>('POST', '/hermes/models/search', { body, withinMs }));
    }, []),
  );
  const text = find.trim();
  return (
    <div className={styles['search']}>
      <Button
        busy={act.busy && t.searching}
        blocked={text === '' ? t.nameIt : undefined}
        onPress={() => void act.run(text)}
      >
        {text.includes('/') ? t.showFiles : t.search}
      </Button>
      <ActFailure state={act.state} />
      {found?.error != null && (
        <Note tone="warn">
          <code>{found.error}</code> <Said english>{found.hint ?? ''}</Said>
        </Note>
      )}
      {found?.error === null && found.models.length === 0 && <p>{t.notFound}</p>}
      <ul className={styles['found']}>
        {found?.models.flatMap(({ repo, gated, license, files }) =>
          files === null
            ? [
                <li key={repo}>
                  <Button weight="quiet" onPress={() => onModel(repo)}>
                    {repo}
                  </Button>{' '}
                  {[gated && t.gated, license].filter(Boolean).join(', ')}
                </li>,
              ]
            : files.map(({ path, size_bytes, problem }) => (
                <li key={`${repo} ${path}`}>
                  {problem === null ? (
                    <Button weight="quiet" onPress={() => onFile(path)}>
                      {path}
                    </Button>
                  ) : (
                    <Said>{path}</Said>
                  )}{' '}
                  {bytes(size_bytes)} {problem !== null && <Said english>{problem}</Said>}
                </li>
              )),
        )}
      </ul>
    </div>
  );
}
