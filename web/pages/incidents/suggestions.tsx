import type { Incident, Suggestion } from '../../../contracts/incidents.ts';
import { useWords } from '../../base/words.ts';
import { useMay } from '../../live/session.ts';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Preview } from './preview.tsx';
import styles from './incidents.module.css';
import { isLive } from './status-mark.tsx';
import { words } from './words.ts';

const isAction = (
  one: Suggestion,
): one is Suggestion & { action: 'restart' | 'stop'; target: string } =>
  one.action !== null && one.target !== null;

/** What may help; what madre can do is shown as a plan first. */
export function Suggestions({ of: incident }: { of: Incident }) {
  const t = useWords(words);
  const mayAct = useMay('operator');
  const { suggested_actions } = incident;
  if (suggested_actions.length === 0) return null;
  const actions = suggested_actions.filter(isAction);
  return (
    <Section title={t.helps} count={suggested_actions.length}>
      <ul className={styles['helps']}>
        {suggested_actions.map(({ text }) => (
          <li key={text}>
            <Said english>{text}</Said>
          </li>
        ))}
      </ul>
      {mayAct && isLive(incident) && actions.length > 0 && (
        <Preview
          incident={incident.incident_id}
          actions={actions.map(({ action, target }) => ({ action, target }))}
        />
      )}
    </Section>
  );
}
