import styles from './mark.module.css';

export type Shape =
  | 'full'
  | 'half'
  | 'dashed'
  | 'ring'
  | 'dots'
  | 'endless'
  | 'question'
  | 'cross'
  | 'warning'
  | 'check'
  | 'clock'
  | 'play'
  | 'undo';
export type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'accent';

const shapes: Record<Shape, React.ReactNode> = {
  full: <circle cx="8" cy="8" r="5" fill="currentColor" />,
  half: (
    <>
      <circle cx="8" cy="8" r="5" fill="none" />
      <path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor" stroke="none" />
    </>
  ),
  dashed: <circle cx="8" cy="8" r="5" fill="none" strokeDasharray="3 2.2" />,
  ring: <circle cx="8" cy="8" r="4.5" fill="none" />,
  dots: (
    <g fill="currentColor" stroke="none">
      <circle cx="3" cy="8" r="1.6" />
      <circle cx="8" cy="8" r="1.6" />
      <circle cx="13" cy="8" r="1.6" />
    </g>
  ),
  endless: (
    <path
      d="M8 8c-1.4-2-2.4-3-3.9-3a3 3 0 0 0 0 6C5.6 11 6.6 10 8 8s2.4-3 3.9-3a3 3 0 0 1 0 6c-1.5 0-2.5-1-3.9-3z"
      fill="none"
    />
  ),
  question: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" />
      <path d="M6.2 6.4c0-2.4 3.7-2.3 3.7 0 0 1.3-1.9 1.4-1.9 2.7M8 11.3v.3" fill="none" />
    </>
  ),
  cross: <path d="M4 4l8 8M12 4l-8 8" fill="none" />,
  warning: (
    <>
      <path d="M8 2.5l6 10.5H2z" fill="none" strokeLinejoin="round" />
      <path d="M8 6.5v3M8 11.2v.2" fill="none" />
    </>
  ),
  check: <path d="M3 8.5l3.3 3.3L13 4.8" fill="none" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="5.6" fill="none" />
      <path d="M8 4.8V8l2.2 1.6" fill="none" />
    </>
  ),
  play: <path d="M5 3.5l7 4.5-7 4.5z" fill="currentColor" strokeLinejoin="round" />,
  undo: <path d="M4 6h6a3 3 0 0 1 0 6H6M4 6l2.6-2.6M4 6l2.6 2.6" fill="none" />,
};

/** A state as a shape and a word, in the colour of its weight. */
export function Mark({
  shape,
  tone,
  children,
}: {
  shape: Shape;
  tone: Tone;
  children?: React.ReactNode;
}) {
  return (
    <span className={`${styles['mark']} ${styles[tone]}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        {shapes[shape]}
      </svg>
      {children !== undefined && <span>{children}</span>}
    </span>
  );
}
