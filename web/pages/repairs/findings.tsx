import type { RepairFinding, RepairView } from '../../../contracts/repair.ts';
import { useWords } from '../../base/words.ts';
import type { ModelUsage } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { duration } from '../../base/format.ts';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import styles from './repairs.module.css';
import { words } from './words.ts';

/** Why the checks are red, by which rule or model, and what was seen. */
export function Findings({ repair }: { repair: RepairView }) {
  const t = useWords(words);
  const { findings = [], repair_id } = repair;
  const byModel = findings.some(({ by }) => by === 'model');
  if (findings.length === 0) return null;
  return (
    <Section title={t.why} count={findings.length}>
      <ul className={styles['findings']}>
        {findings.map((finding) => (
          <Finding key={`${finding.class} ${finding.service} ${finding.cause}`} of={finding} />
        ))}
      </ul>
      {byModel && <Asked id={repair_id} />}
    </Section>
  );
}

function Finding({ of: { class: kind, service, by, cause, facts, todo } }: { of: RepairFinding }) {
  const t = useWords(words);
  return (
    <li className={styles['finding']}>
      <p>
        <strong>
          <Said english>{cause}</Said>
        </strong>
      </p>
      <p className={styles['by']}>
        <FoundBy by={by} kind={kind} />
        {service !== null && (
          <>
            {' '}
            · {t.service} <Said>{service}</Said>
          </>
        )}
      </p>
      {todo !== null && (
        <p>
          {t.todo} <Said english>{todo}</Said>
        </p>
      )}
      <Facts of={facts} />
    </li>
  );
}

/** Which rule, or that a model says so. @param kind the class of the fault */
export function FoundBy({ by, kind }: { by: 'rule' | 'model'; kind: string }) {
  const t = useWords(words);
  if (by === 'model') return t.model;
  return (
    <>
      {t.rule} <code>{kind}</code>
    </>
  );
}

/** What was seen, each with its place. */
export function Facts({ of }: { of: readonly string[] }) {
  const t = useWords(words);
  if (of.length === 0) return null;
  return (
    <ul className={styles['facts']} aria-label={t.seen}>
      {of.map((fact) => (
        <li key={fact}>
          <code>
            <Said english>{fact}</Said>
          </code>
        </li>
      ))}
    </ul>
  );
}

/** The models that were asked, what they cost, and how long they took. */
function Asked({ id }: { id: string }) {
  const t = useWords(words);
  const usage = useRead<ModelUsage>('models', '/vx11/models', { account: id, days: 90 });
  return usage.data?.models.map(({ provider, model, calls, cost_usd, latency_ms }) => (
    <p key={`${provider} ${model}`} className={styles['by']}>
      <Said>{t.asked(`${model} (${provider})`, calls, duration(latency_ms.max))}</Said>
      {cost_usd !== null && `, ${cost_usd.toFixed(3)} USD`}
    </p>
  ));
}
