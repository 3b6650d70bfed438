import { useCallback } from 'react';
import { Link } from 'wouter';
import type { Lane } from '../../../contracts/rails.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { Autonomy, LaneList } from '../../live/answers.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged, useRead } from '../../live/queries.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button } from '../../parts/button.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Answer, Facts, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Ago } from '../../parts/time.tsx';
import { words } from './words.ts';

/** madre's loop, and the lanes that say what it may do about a scanner's report. */
export function Loop() {
  const t = useWords(words);
  const loop = useRead<Autonomy>('autonomy', '/madre/v3/autonomous/status');
  const lanes = useRead<LaneList>('lanes', '/madre/rails/lanes');
  const running = loop.data?.running === true;
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const path = `/madre/v3/autonomous/${running ? 'stop' : 'start'}`;
        await changeSurely('POST', path, { body: {}, key }, onLost);
        markChanged(['autonomy']);
      },
      [running],
    ),
  );
  const columns: Column<Lane>[] = [
    { key: 'lane', title: t.lane, kind: 'main', cell: (one) => <Said>{one.lane_id}</Said> },
    {
      key: 'domain',
      title: t.domain,
      cell: (one) => <Said>{`${one.domain} · ${one.intent_type}`}</Said>,
    },
    { key: 'does', title: t.does, cell: (one) => t[one.escalation] },
  ];
  return (
    <>
      <Section
        title={t.loop}
        aside={
          loop.data !== undefined && (
            <Button busy={act.busy} onPress={() => void act.run()}>
              {running ? t.stop : t.start}
            </Button>
          )
        }
      >
        <ActFailure state={act.state} />
        <Answer of={loop} rows={2}>
          {(data) => (
            <Facts
              of={[
                [
                  t.state,
                  <Mark
                    key="state"
                    shape={data.running ? 'full' : 'ring'}
                    tone={data.running ? 'good' : 'calm'}
                  >
                    {data.running ? t.loopOn : t.loopOff}
                  </Mark>,
                ],
                [t.rounds, data.rounds],
                data.last_round_at === null
                  ? null
                  : [t.lastRound, <Ago key="round" at={data.last_round_at} />],
                data.started_by === null
                  ? null
                  : [t.startedBy, <Said key="by">{data.started_by}</Said>],
                data.last_decision === null
                  ? null
                  : [
                      t.lastDecision,
                      <span key="decision">
                        {data.last_decision.plan_id === null ? (
                          data.last_decision.action
                        ) : (
                          <Link to={`/plans/${data.last_decision.plan_id}`}>
                            {data.last_decision.action}
                          </Link>
                        )}{' '}
                        <Said english>{data.last_decision.reasons.join('; ')}</Said>
                      </span>,
                    ],
                [
                  t.spent,
                  t.tokensSpent(
                    data.budget.llm_tokens_today,
                    data.budget.llm_cost_usd_today.toFixed(2),
                  ),
                ],
              ]}
            />
          )}
        </Answer>
      </Section>
      <Section title={t.lanes} count={lanes.data?.lanes.length}>
        <Answer of={lanes} rows={2}>
          {(data) =>
            data.lanes.length === 0 ? (
              <p>{t.noLanes}</p>
            ) : (
              <Table
                caption={t.lanes}
                columns={columns}
                rows={data.lanes}
                keyOf={(one) => one.lane_id}
              />
            )
          }
        </Answer>
      </Section>
    </>
  );
}
