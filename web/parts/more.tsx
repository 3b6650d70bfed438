import styles from './more.module.css';

/** What few want to see, behind a line that says what it is. */
export const More = ({
  summary,
  open = false,
  children,
}: {
  summary: React.ReactNode;
  open?: boolean;
  children: React.ReactNode;
}) => (
  <details className={styles['more']} open={open}>
    <summary>{summary}</summary>
    {children}
  </details>
);
