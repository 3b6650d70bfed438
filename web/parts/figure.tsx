import { Said } from './said.tsx';
import styles from './figure.module.css';

/** A picture with the sentence that says the same. */
export const Figure = ({
  title,
  text,
  children,
}: {
  title: string;
  text: string;
  children: React.ReactNode;
}) => (
  <figure className={styles['figure']}>
    <figcaption>
      <strong>{title}</strong> <span>{text}</span>
    </figcaption>
    {children}
  </figure>
);

/** The rows of a picture, one beside its name and its newest value. */
export const FigureRows = ({ children }: { children: React.ReactNode }) => (
  <div className={styles['rows']} aria-hidden="true">
    {children}
  </div>
);

export const FigureRow = ({
  name,
  value,
  children,
}: {
  name: string;
  value: string;
  children: React.ReactNode;
}) => (
  <div className={styles['row']}>
    <span className={styles['name']}>
      <Said>{name}</Said>
    </span>
    {children}
    <span className={styles['value']}>{value}</span>
  </div>
);

/** The numbers of a picture, for those who cannot see it or want to know exactly. */
export const FigureTable = ({
  summary,
  caption,
  head,
  rows,
}: {
  summary: string;
  caption: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}) => (
  <details className={styles['details']}>
    <summary>{summary}</summary>
    <div className={styles['scroll']}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- rows of numbers have no other identity
            <tr key={index}>
              {row.map((cell, column) => (
                // oxlint-disable-next-line react/no-array-index-key
                <td key={column}>
                  <Said>{cell}</Said>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </details>
);
