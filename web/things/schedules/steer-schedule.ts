import { useCallback } from 'react';
import type { CheckRunView } from '../../../contracts/checks.ts';
import type { ScheduleView } from '../../../contracts/schedule.ts';
import { useAct, type Act } from '../../live/act.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';

export type Steering = 'pause' | 'resume' | 'trigger';

/** Pauses, resumes or runs a schedule of either kind. @param onRun gets the run of checks that `trigger` starts */
export function useSteerSchedule(
  name: string,
  host: string,
  onRun: (run: CheckRunView) => void = () => undefined,
): Act<[Steering]> {
  return useAct(
    useCallback(
      async ({ key, onLost }, what: Steering) => {
        const path = `/vx11/schedules/${encodeURIComponent(name)}/${what}`;
        const sent = { body: { host }, key };
        const answer = await changeSurely<ScheduleView | CheckRunView>('POST', path, sent, onLost);
        markChanged(['schedules', 'checks']);
        if ('run_id' in answer) onRun(answer);
      },
      [name, host, onRun],
    ),
  );
}
