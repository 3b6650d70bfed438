import { useCallback, useState } from 'react';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { AuditVerdict } from '../../live/answers.ts';
import { read } from '../../live/call.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button, Buttons } from '../../parts/button.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Id, Said } from '../../parts/said.tsx';
import styles from './audit.module.css';
import { words } from './words.ts';
import { Export } from './export.tsx';
import { logs, longestMs } from './logs.ts';

/** Verifies the logs row by row, and saves them with the hashes that prove them. */
export function Chain() {
  const t = useWords(words);
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
  const verify = useAct(
    useCallback(async () => {
      setVerdict(await read<AuditVerdict>('/vx11/audit/verify', { withinMs: longestMs }));
    }, []),
  );
  return (
    <>
      <div className={styles['chain']}>
        <Buttons>
          <Button busy={verify.busy && t.verifying} onPress={() => void verify.run()}>
            {t.verify}
          </Button>
          {logs.map((log) => (
            <Export key={log} log={log} />
          ))}
        </Buttons>
      </div>
      <ActFailure state={verify.state} />
      {verdict !== null && (
        <div role="status">
          {verdict.logs.map(({ log, ok, checked, broken_at, because, head }) => (
            <p key={log} className={styles['verdict']}>
              <Mark shape={ok ? 'check' : 'cross'} tone={ok ? 'good' : 'bad'}>
                {ok ? t.intact(log, checked ?? 0) : t.broken(log, broken_at ?? 0)}
              </Mark>
              {because !== null && <Said english>{because}</Said>}
              {head !== null && (
                <span>
                  {t.head} {head.seq} <Id what={t.hash}>{head.hash}</Id>
                </span>
              )}
            </p>
          ))}
          <p className={styles['keep']}>{t.keep}</p>
        </div>
      )}
    </>
  );
}
