import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useLayoutEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { Unseen } from './unseen.tsx';
import styles from './table.module.css';

export interface Column<R> {
  key: string;
  title: string;
  cell: (row: R) => React.ReactNode;
  /** Makes the column sortable. */
  sort?: (one: R, other: R) => number;
  /** `main`: the name of the row. `num`: aligned to the right. `acts`: buttons. */
  kind?: 'main' | 'num' | 'acts';
}

interface TableProps<R> {
  caption: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  keyOf: (row: R) => string;
}

/** More rows than this are drawn only while they are in view. */
const plainRows = 120;
const rowHeight = 41;

/** A table that sorts by its headings and becomes cards on a phone; the order is in the address. */
export function Table<R>({ caption, columns, rows, keyOf }: TableProps<R>) {
  const [search, setSearch] = useSearchParams();
  const wanted = search.get('sort') ?? '';
  const down = wanted.startsWith('-');
  const by = columns.find(({ key, sort }) => sort !== undefined && key === wanted.replace('-', ''));
  const sorted =
    by === undefined ? rows : rows.toSorted((one, other) => (down ? -1 : 1) * by.sort!(one, other));
  const sortBy = (key: string): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (by?.key === key && down) next.delete('sort');
        else next.set('sort', by?.key === key ? `-${key}` : key);
        return next;
      },
      { replace: true },
    );
  return (
    // a table that becomes cards on a phone loses its meaning unless each part names its role
    <table className={styles['table']} role="table" aria-rowcount={rows.length + 1}>
      <caption>
        <Unseen>{caption}</Unseen>
      </caption>
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={1}>
          {columns.map(({ key, title, sort, kind }) => (
            <th
              key={key}
              role="columnheader"
              scope="col"
              className={kind === undefined ? undefined : styles[kind]}
              aria-sort={by?.key === key ? (down ? 'descending' : 'ascending') : undefined}
            >
              {sort === undefined ? (
                kind === 'acts' ? (
                  <Unseen>{title}</Unseen>
                ) : (
                  title
                )
              ) : (
                <button type="button" className={styles['sort']} onClick={() => sortBy(key)}>
                  {title}
                  <span aria-hidden="true">{by?.key === key ? (down ? ' ↓' : ' ↑') : ''}</span>
                </button>
              )}
            </th>
          ))}
        </tr>
      </thead>
      {sorted.length > plainRows ? (
        <VirtualRows columns={columns} rows={sorted} keyOf={keyOf} />
      ) : (
        <tbody role="rowgroup">
          {sorted.map((row, index) => (
            <Row key={keyOf(row)} id={keyOf(row)} columns={columns} row={row} index={index} />
          ))}
        </tbody>
      )}
    </table>
  );
}

/** Drawn again only if its row or its columns are other objects. */
const Row = memo(PlainRow) as typeof PlainRow;

function PlainRow<R>({
  id,
  columns,
  row,
  index,
  measure,
}: {
  id: string;
  columns: readonly Column<R>[];
  row: R;
  index: number;
  measure?: (element: HTMLTableRowElement | null) => void;
}) {
  return (
    <tr role="row" ref={measure} data-index={index} data-row={id} aria-rowindex={index + 2}>
      {columns.map(({ key, title, cell, kind }) => (
        <td
          key={key}
          role="cell"
          data-title={title}
          className={kind === undefined ? undefined : styles[kind]}
        >
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}

function VirtualRows<R>({ columns, rows, keyOf }: Omit<TableProps<R>, 'caption'>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    setMargin((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
  }, []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: margin,
    getItemKey: (index) => keyOf(rows[index]!),
  });
  const items = virtual.getVirtualItems();
  const before = items.length === 0 ? 0 : items[0]!.start - margin;
  const after = items.length === 0 ? 0 : virtual.getTotalSize() - (items.at(-1)!.end - margin);
  return (
    <tbody role="rowgroup" ref={body}>
      {before > 0 && <Space height={before} columns={columns.length} />}
      {items.map(({ index, key }) => (
        <Row
          key={key}
          id={String(key)}
          columns={columns}
          row={rows[index]!}
          index={index}
          measure={virtual.measureElement}
        />
      ))}
      {after > 0 && <Space height={after} columns={columns.length} />}
    </tbody>
  );
}

const Space = ({ height, columns }: { height: number; columns: number }) => (
  <tr role="presentation" aria-hidden="true" className={styles['space']}>
    <td role="presentation" colSpan={columns} style={{ blockSize: height }} />
  </tr>
);
