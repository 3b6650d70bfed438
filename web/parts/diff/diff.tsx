import { useMemo } from 'react';
import { Said } from '../said.tsx';
import { parseDiff } from './parse.ts';
import styles from './diff.module.css';
import { OneFile } from './diff-file.tsx';

/** A unified diff, line by line. A text that is no diff is shown as it is. */
export function Diff({ text }: { text: string }) {
  const files = useMemo(() => parseDiff(text), [text]);
  if (files.length === 0 && text !== '') {
    return (
      <pre className={styles['raw']}>
        <Said>{text}</Said>
      </pre>
    );
  }
  return files.map((file) => <OneFile key={file.path} file={file} />);
}
