import { useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import type { AskedAction } from '../../../contracts/incidents.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { ActionsPreview, AntStatus, Plan } from '../../live/answers.ts';
import { change, changeSurely } from '../../live/call.ts';
import { markChanged, useRead } from '../../live/queries.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button, Buttons } from '../../parts/button.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Note } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { Steps } from '../../things/plans/plan-steps.tsx';
import styles from './incidents.module.css';
import { words } from './words.ts';

/** madre reads the stack to plan. */
const withinMs = 30_000;

/** Shows what suggestions would do, step by step, and makes the plan of it, which waits for a person. */
export function Preview({
  incident,
  actions,
}: {
  incident: string;
  actions: readonly AskedAction[];
}) {
  const t = useWords(words);
  const [, go] = useLocation();
  const blocked = useBlocked();
  const ants = useRead<AntStatus>('ants', '/hormiguero/status');
  const [shown, setShown] = useState<ActionsPreview | null>(null);
  const look = useAct(
    useCallback(async () => {
      const path = '/hormiguero/actions/preview';
      setShown(await change<ActionsPreview>('POST', path, { body: { actions }, withinMs }));
    }, [actions]),
  );
  const propose = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const body = { actions, incident_id: incident };
        const path = '/hormiguero/actions/apply';
        const sent = { body, key, withinMs };
        const { plan } = await changeSurely<{ plan: Plan }>('POST', path, sent, onLost);
        markChanged(['plans', 'incidents']);
        go(`/plans/${plan.plan_id}?review`);
      },
      [actions, incident, go],
    ),
  );
  const mayPropose = ants.data?.actions_enabled === true;
  const allowed = shown?.preview.every((one) => one.allowed) === true;
  return (
    <>
      <Buttons>
        <Button busy={look.busy && t.looking} blocked={blocked} onPress={() => void look.run()}>
          {t.preview}
        </Button>
        {mayPropose && allowed && (
          <Button
            weight="primary"
            busy={propose.busy && t.planning}
            blocked={blocked}
            onPress={() => void propose.run()}
          >
            {t.propose}
          </Button>
        )}
      </Buttons>
      <ActFailure state={look.state} />
      <ActFailure state={propose.state} />
      {shown !== null && (
        <div className={styles['preview']}>
          <ul>
            {shown.preview.map(({ action, target, allowed: may, reason }) => (
              <li key={`${action} ${target}`}>
                <Mark shape={may ? 'check' : 'cross'} tone={may ? 'good' : 'calm'}>
                  {may ? t.allowed : t.refused}
                </Mark>{' '}
                <Said>{`${action} ${target}`}</Said>
                {reason !== null && (
                  <>
                    : <Said english>{reason}</Said>
                  </>
                )}
              </li>
            ))}
          </ul>
          {shown.plan !== null && <Steps steps={shown.plan.steps} live={false} />}
          {!mayPropose && ants.data !== undefined && <Note>{t.actionsOff}</Note>}
        </div>
      )}
    </>
  );
}
