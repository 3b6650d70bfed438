import { useCallback } from 'react';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { Plan } from '../../live/answers.ts';
import { change } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { planWords } from '../../things/plans/plan-words.ts';

/** What can be done with a plan as it stands. */
export function Acts({ plan, onReview }: { plan: Plan; onReview: () => void }) {
  const t = useWords(planWords);
  const mayDecide = useMay('operator');
  const { plan_id, status } = plan;
  const cancel = useAct(
    useCallback(async () => {
      await change('POST', `/madre/plans/${plan_id}/cancel`, { body: {}, withinMs: 180_000 });
      announce(t.cancelled);
      markChanged(['plans']);
    }, [plan_id, t]),
  );
  const live = status === 'WAITING' || status === 'RUNNING' || status === 'PENDING';
  return (
    <>
      {live && mayDecide && (
        <Button busy={cancel.busy && t.cancelling} onPress={() => void cancel.run()}>
          {t.cancel}
        </Button>
      )}
      {status === 'WAITING' && (
        <Button weight="primary" onPress={onReview}>
          {t.review}
        </Button>
      )}
      <ActFailure state={cancel.state} />
    </>
  );
}
