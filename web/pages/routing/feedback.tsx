import { useCallback } from 'react';
import type { z } from 'zod';
import type { routingFeedbackAnswer } from '../../../contracts/switch.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { change } from '../../live/call.ts';
import { useMay, useMe } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button, Buttons } from '../../parts/button.tsx';
import { useBlocked } from '../../things/blocked.ts';
import styles from './routing.module.css';
import { words } from './words.ts';

const scores = [
  ['good', 1],
  ['soSo', 0.5],
  ['bad', 0],
] as const;

/** Lets the owner of a request and admins say how good its answer was; the first word counts. */
export function Feedback({ id, owner }: { id: string; owner: string }) {
  const t = useWords(words);
  const me = useMe();
  const mayChange = useMay('operator');
  const isAdmin = useMay('admin');
  const blocked = useBlocked();
  const act = useAct(
    useCallback(
      async (_, score: number) => {
        const { status } = await change<z.infer<typeof routingFeedbackAnswer>>(
          'POST',
          '/switch/feedback',
          { body: { decision_id: id, score } },
        );
        announce(status === 'ok' ? t.thanks : t.knownAlready, status === 'ok' ? 'good' : 'warn');
      },
      [id, t],
    ),
  );
  if (!mayChange || (me?.name !== owner && !isAdmin)) return null;
  const done = act.state.step === 'done';
  return (
    <div className={styles['feedback']}>
      <span>{t.howGood}</span>
      <Buttons>
        {scores.map(([name, score]) => (
          <Button
            key={name}
            busy={act.busy}
            blocked={done ? t.thanks : blocked}
            onPress={() => void act.run(score)}
          >
            {t[name]}
          </Button>
        ))}
      </Buttons>
      <ActFailure state={act.state} />
    </div>
  );
}
