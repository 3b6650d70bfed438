import { useCallback } from 'react';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { DriftAudited } from '../../live/answers.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { useRole } from '../../things/services/asleep.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { words } from './words.ts';

/** The gateway waits 8 s for the end of an audit. */
const withinMs = 20_000;

/** Compares what runs with what the files declare; it changes nothing. */
export function AuditNow() {
  const t = useWords(words);
  const stale = useBlocked();
  const role = useRole('manifestator');
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const sent = { body: {}, key, withinMs };
        const path = '/manifestator/drift/audit';
        const { error, drift_items } = await changeSurely<DriftAudited>('POST', path, sent, onLost);
        markChanged(['drift', 'status']);
        if (error !== null) announce(t.sleeps, 'warn');
        else announce(t.audited(drift_items), drift_items === 0 ? 'good' : 'warn');
      },
      [t],
    ),
  );
  const blocked = role === 'asleep' || role === 'missing' ? t.sleeps : stale;
  return (
    <>
      <Button
        weight="primary"
        busy={act.busy && t.auditing}
        blocked={blocked}
        onPress={() => void act.run()}
      >
        {t.audit}
      </Button>
      <ActFailure state={act.state} />
    </>
  );
}
