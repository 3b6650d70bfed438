import { useCallback } from 'react';
import type { RoutingMode } from '../../../contracts/routing.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { change } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Chips } from '../../parts/filters.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { words } from './words.ts';

const modes: readonly RoutingMode[] = ['ECO', 'BALANCED', 'HIGH-PERF', 'CRITICAL'];

/** What weighs most for requests that name no mode, and the choice of it. */
export function Mode({ now }: { now: RoutingMode }) {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const blocked = useBlocked();
  const act = useAct(
    useCallback(
      async (_, mode: string) => {
        await change('POST', '/switch/control', { body: { action: 'set_mode', mode } });
        announce(t.modeSet(mode));
        markChanged(['routing']);
      },
      [t],
    ),
  );
  if (!mayChange || blocked !== undefined) return <span>{`${t.mode}: ${now}`}</span>;
  return (
    <>
      <span>{t.mode}</span>
      <Chips
        label={t.mode}
        value={now}
        options={modes.map((mode) => ({ value: mode, text: mode }))}
        onChange={(mode) => void act.run(mode)}
      />
      <ActFailure state={act.state} />
    </>
  );
}
