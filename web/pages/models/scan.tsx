import { useCallback } from 'react';
import type { DiscoverAnswer, ProgramScan } from '../../../contracts/programs.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { Cause } from '../../parts/cause.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { useRole } from '../../things/services/asleep.tsx';
import { useBlocked } from '../../things/blocked.ts';
import styles from './models.module.css';
import { words } from './words.ts';

export const isScanning = ({ status }: ProgramScan): boolean =>
  status === 'queued' || status === 'running';

/** The last look for programs on a host. */
export function Scan({ of }: { of: ProgramScan }) {
  const t = useWords(words);
  return (
    <p className={styles['scan']}>
      <Said>{of.host}</Said>:{' '}
      {isScanning(of) ? t.looking : t.scanText(of.found, of.names, of.usable)},{' '}
      <Time at={of.finished_at ?? of.created_at} />{' '}
      {of.cause !== null && <Cause cause={of.cause} detail={of.detail} />}
    </p>
  );
}

/** Lets hermes look for programs. */
export function ScanNow() {
  const t = useWords(words);
  const mayScan = useMay('operator');
  const stale = useBlocked();
  const role = useRole('hermes');
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const sent = { body: {}, key };
        const { error } = await changeSurely<DiscoverAnswer>(
          'POST',
          '/hermes/discover',
          sent,
          onLost,
        );
        markChanged(['programs', 'status']);
        if (error === null) announce(t.scanStarted);
        else announce(t.openFirst, 'warn');
      },
      [t],
    ),
  );
  if (!mayScan) return null;
  return (
    <>
      <Button
        busy={act.busy && t.asking}
        blocked={role === 'up' ? stale : t.openFirst}
        onPress={() => void act.run()}
      >
        {t.scan}
      </Button>
      <ActFailure state={act.state} />
    </>
  );
}
