import type { RepairFinding, RepairView } from '../../../contracts/repair.ts';
import { useWords } from '../../base/words.ts';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import styles from './repairs.module.css';
import { words } from './words.ts';
import { FoundBy, Facts } from './found-by.tsx';
import { Asked } from './asked.tsx';

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
