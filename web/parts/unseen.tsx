import styles from './unseen.module.css';

/** Text for screen readers only. */
export const Unseen = ({ children }: { children: React.ReactNode }) => (
  <span className={styles['unseen']}>{children}</span>
);
