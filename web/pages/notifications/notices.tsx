import type { NoticeMessage } from '../../../contracts/notice-message.ts';
import { useWords } from '../../base/words.ts';
import { More } from '../../parts/more.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { SeverityMark } from '../../things/severity-mark.tsx';
import styles from './notifications.module.css';
import { words } from './words.ts';

/** The title of the first notice of a message, and all of them with their texts. */
export function Notices({ of: { notices, count } }: { of: NoticeMessage }) {
  const t = useWords(words);
  const [first] = notices;
  if (first === undefined) return t.notices(count);
  return (
    <>
      <Said english>{first.title}</Said>
      <More summary={count === 1 ? t.wholeText : t.notices(count)}>
        <ul className={styles['notices']}>
          {notices.map(({ type, severity, title, text, subject, at }) => (
            <li key={`${type} ${subject} ${at}`}>
              <SeverityMark of={severity} /> <Time at={at} /> <code>{type}</code>{' '}
              <Said english>{title}</Said>
              <p>
                <Said english>{text}</Said>
              </p>
            </li>
          ))}
        </ul>
      </More>
    </>
  );
}
