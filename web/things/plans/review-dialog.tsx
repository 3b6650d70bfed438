import { useCallback, useEffect, useState } from 'react';
import { retry } from '../../../platform/concurrency/retry.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { Confirmed, Plan, PlanToken } from '../../live/answers.ts';
import { CallError, change } from '../../live/call.ts';
import { markChanged, useStatus } from '../../live/queries.ts';
import { useMay, useMe } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { Cause } from '../../parts/cause.tsx';
import { Changes } from '../../parts/changes.tsx';
import { Dialog, DialogActs } from '../../parts/dialog.tsx';
import { TextField } from '../../parts/field.tsx';
import { Note } from '../../parts/page.tsx';
import { Id, Quoted, Said } from '../../parts/said.tsx';
import { Remaining, Time } from '../../parts/time.tsx';
import { useBlocked } from '../blocked.ts';
import { AgentSays, Agreed, AskedBy } from './people.tsx';
import { changesOf } from './plan-changes.ts';
import { PlanMark, Risk } from './plan-mark.tsx';
import { Steps } from './plan-steps.tsx';
import { planWords } from './plan-words.ts';
import { useDeedName } from './use-deed-name.ts';
import styles from './review-dialog.module.css';

/** Codes that mean: others have decided, or time has. They are news, not errors. */
const news = new Set(['confirm_token_used', 'plan_ended', 'confirm_token_expired', 'plan_changed']);

/** Two people who confirm at once void each other's tokens: pauses of a random length let one of them win. */
const voided = {
  backoff: { firstMs: 200, longestMs: 1500 },
  tries: 5,
  isWorth: (error: unknown) => error instanceof CallError && error.code === 'wrong_confirm_token',
};

/**
 * Confirms a plan as it was shown. The token is asked for at the click and not before, because a new one voids the token
 * that somebody else may be about to use; one that was voided in between is asked for again. Tabs of one browser take turns.
 */
const confirmAsShown = ({ plan_id, plan_hash }: Plan): Promise<Confirmed> =>
  navigator.locks.request(`vx11-${plan_id}`, () =>
    retry(async () => {
      const path = `/madre/plans/${plan_id}`;
      const asked = { body: { plan_hash } };
      const { confirm_token } = await change<PlanToken>('POST', `${path}/token`, asked);
      return change<Confirmed>('POST', `${path}/confirm`, { body: { confirm_token } });
    }, voided),
  );

/** Shows exactly what a plan will do, and lets a person agree or refuse. */
export function ReviewDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const t = useWords(planWords);
  const deed = useDeedName();
  const me = useMe();
  const status = useStatus();
  const mayDecide = useMay('operator');
  const stale = useBlocked();
  // what the person has seen: a plan that changes under the dialog is shown again before it can be confirmed
  const [seen, setSeen] = useState(plan);
  const [rejecting, setRejecting] = useState(false);
  const [reason, setReason] = useState('');
  const changed = seen.plan_hash !== plan.plan_hash;
  useEffect(() => {
    if (changed) announce(t.changed, 'warn');
  }, [changed, t]);
  const waits = plan.status === 'WAITING';

  const confirm = useAct(
    useCallback(async () => {
      try {
        const answer = await confirmAsShown(seen);
        announce(answer.status === 'waiting' ? t.waitsMore : t.confirmed);
      } catch (error) {
        if (!(error instanceof CallError) || !news.has(error.code)) throw error;
        announce(
          error.code === 'confirm_token_expired'
            ? t.tooLate
            : error.code === 'plan_changed'
              ? t.changed
              : t.decided(t.somebody),
          'warn',
        );
      } finally {
        markChanged(['plans', 'status']);
      }
    }, [seen, t]),
  );
  const reject = useAct(
    useCallback(async () => {
      const said = reason.trim();
      await change('POST', `/madre/plans/${plan.plan_id}/reject`, {
        body: said === '' ? {} : { reason: said },
      });
      announce(t.rejected);
      markChanged(['plans']);
      onClose();
    }, [plan.plan_id, reason, onClose, t]),
  );

  // what an agent wrote comes after the steps, and is marked: it must not write our warning
  const { confirmation } = plan;
  const own = confirmation?.no_self_approval === true && plan.actor === me?.name;
  const agreed = confirmation?.approvals.some(({ by }) => by === me?.name) === true;
  const blocked = own ? t.ownPlan : agreed ? t.already : stale;
  const changes = status.data === undefined ? [] : changesOf(plan.steps, status.data, t);
  const title = deed(plan);

  return (
    <Dialog
      wide
      calm={plan.risk === 'HIGH'}
      onClose={onClose}
      title={<Said>{`${t.review}: ${title}`}</Said>}
      aside={<Risk level={plan.risk} />}
    >
      <p className={styles['about']}>
        <Said english>{plan.risk_because}</Said>
        {waits && confirmation !== null && (
          <>
            {' · '}
            {t.expires} <Remaining until={confirmation.expires_at} />
          </>
        )}
      </p>
      <p className={styles['about']}>
        {t.who} <AskedBy plan={plan} />, <Time at={plan.created_at} />
        {plan.reason !== null && plan.source !== 'mcp' && (
          <>
            : <Quoted>{plan.reason}</Quoted>
          </>
        )}
      </p>
      {changed && (
        <Note tone="warn" act={<Button onPress={() => setSeen(plan)}>OK</Button>}>
          {t.changed}
        </Note>
      )}
      {!waits && <Ended plan={plan} mine={confirm.state.step === 'done'} />}
      {plan.warnings.map((warning) => (
        <Note key={warning} tone="warn">
          <Said english>{warning}</Said>
        </Note>
      ))}
      <section className={changed ? styles['changed'] : undefined}>
        <h3>{waits ? t.exactly : t.happened}</h3>
        <Steps steps={plan.steps} live={!waits} />
      </section>
      <AgentSays plan={plan} />
      {waits && (
        <section className={styles['part']}>
          <h3>{t.changes}</h3>
          {changes.length === 0 ? <p>{t.noChange}</p> : <Changes of={changes} />}
        </section>
      )}
      <p className={styles['foot']}>
        {confirmation !== null && (
          <span>
            {t.agreed}: <Agreed confirmation={confirmation} />
          </span>
        )}
        <span>
          {t.hash} <Id what={t.hash}>{plan.plan_hash}</Id>
        </span>
      </p>
      <details className={styles['json']}>
        <summary>{t.json}</summary>
        <pre>
          <Said>
            {JSON.stringify(
              plan.steps.map(({ step_id, type, params }) => ({ step_id, type, params })),
              null,
              2,
            )}
          </Said>
        </pre>
      </details>
      {waits && blocked !== undefined && mayDecide && <Note>{blocked}</Note>}
      {waits && !mayDecide && <Note>{t.viewer}</Note>}
      <ActFailure state={confirm.state} />
      <ActFailure state={reject.state} />
      {rejecting && waits && (
        <TextField
          label={t.rejectReason}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was opened to be filled in
          autoFocus
          maxLength={500}
          value={reason}
          onChange={setReason}
        />
      )}
      <DialogActs
        away={
          <>
            {waits && mayDecide && (
              <Button
                busy={reject.busy && t.rejecting}
                onPress={() => (rejecting ? void reject.run() : setRejecting(true))}
              >
                {rejecting ? t.rejectNow : t.reject}
              </Button>
            )}
            <Button onPress={onClose}>{waits ? t.notNow : t.close}</Button>
          </>
        }
      >
        {waits && mayDecide && (
          <Button
            weight={plan.risk === 'HIGH' ? 'danger' : 'primary'}
            busy={confirm.busy && t.confirming}
            blocked={changed ? t.changed : blocked}
            onPress={() => void confirm.run()}
          >
            {title}
          </Button>
        )}
      </DialogActs>
    </Dialog>
  );
}

/** How a plan stands that no longer waits, and who decided that. */
function Ended({ plan, mine }: { plan: Plan; mine: boolean }) {
  const t = useWords(planWords);
  const last = plan.confirmation?.approvals.at(-1);
  const who = plan.ended_by ?? last?.by ?? null;
  return (
    <Note tone={plan.status === 'ERROR' ? 'bad' : plan.status === 'DONE' ? 'good' : 'calm'}>
      <PlanMark status={plan.status} />
      {!mine && who !== null && (
        <>
          {' '}
          <Said>{t.decided(who)}</Said>
        </>
      )}
      {plan.error !== null && (
        <>
          {' '}
          <Cause cause={plan.error.code} detail={plan.error.detail} />
        </>
      )}
    </Note>
  );
}
