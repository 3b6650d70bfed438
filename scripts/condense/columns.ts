/** A model in `activities/providers/shipped/models.json`; its columns are named in the file itself. */
export type Row = [
  id: string,
  context: number | null,
  maxOutput: number | null,
  /** USD for a million tokens; null if unknown. */
  priceIn: number | null,
  priceOut: number | null,
  cached: number | null,
  can: string,
  quirks: string,
];
export const columns = ['id', 'context', 'max_output', 'in', 'out', 'cached', 'can', 'quirks'];

/** The letters of the last two columns. */
export const letters = {
  can: { t: 'tools', v: 'vision', j: 'json', a: 'audio', r: 'reasoning' },
  quirks: {
    T: 'temperature: false',
    S: 'strict_tools: true',
    B: 'reasoning_back: true',
    O: 'responses_only: true',
  },
};

export const positive = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;

/** Without the noise of binary fractions. */
export const money = (value: unknown): number | null => {
  const known = positive(value);
  return known === null ? null : Number(known.toPrecision(6));
};

/** In the form that Prettier would give it, but for its width: one model per line, so that a change of one is one line. */
export function written(
  head: object,
  providers: Readonly<Record<string, { source: string; models: readonly Row[] }>>,
): string {
  const blocks = Object.entries(providers).map(([id, { source, models }]) => {
    const rows = models.map((row) => `        ${JSON.stringify(row)}`).join(',\n');
    return `    ${JSON.stringify(id)}: {\n      "source": ${JSON.stringify(source)},\n      "models": [\n${rows}\n      ]\n    }`;
  });
  const start = JSON.stringify(head, null, 2).slice(0, -2);
  return `${start},\n  "providers": {\n${blocks.join(',\n')}\n  }\n}\n`;
}
