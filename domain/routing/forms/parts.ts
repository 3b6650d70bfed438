import { list, objectIn, textIn, type Loose } from '../request/loose.ts';

/** One part of an answer: text of a kind, or the call of a tool with its arguments. */
export interface Part {
  kind: 'reasoning' | 'text' | 'refusal' | 'call';
  /** Of a call. */
  id: string;
  name: string;
  /** All of it so far. */
  text: string;
}

export type PartEvent =
  { at: 'begin' | 'end'; part: Part } | { at: 'more'; part: Part; text: string };

/** The parts of an answer one after the other, as forms need them that know no chunks. */
export interface Parts {
  take(chunk: Loose): PartEvent[];
  /** Ends what is open, and gives what had to wait. */
  end(): PartEvent[];
  finish: string | null;
  usage: Loose | null;
}

const fields = [
  ['reasoning_content', 'reasoning'],
  ['reasoning', 'reasoning'],
  ['content', 'text'],
  ['refusal', 'refusal'],
] as const;

/**
 * Puts chunks of chat completions in order: one part is open at a time. Of tool calls that come side by side, the first one
 * streams, and the others wait until the end.
 */
export function createParts(): Parts {
  let open: Part | null = null;
  let openIndex: unknown = null;
  const waiting = new Map<unknown, Part>();
  const close = (): PartEvent[] => {
    if (open === null) return [];
    const part = open;
    open = null;
    return [{ at: 'end', part }];
  };
  const begin = (part: Part): PartEvent[] => {
    const events: PartEvent[] = [...close(), { at: 'begin', part }];
    open = part;
    return events;
  };
  const more = (part: Part, text: string): PartEvent[] => {
    part.text += text;
    return text === '' ? [] : [{ at: 'more', part, text }];
  };
  const takeText = (kind: Part['kind'], text: string): PartEvent[] => {
    const events = open?.kind === kind ? [] : begin({ kind, id: '', name: '', text: '' });
    return [...events, ...more(open!, text)];
  };
  const takeCall = (call: Loose, at: number): PartEvent[] => {
    const index = call['index'] ?? at;
    const about = objectIn(call['function']);
    const text = textIn(about['arguments']);
    if (open?.kind === 'call' && openIndex === index) return more(open, text);
    const known = waiting.get(index);
    if (known !== undefined) {
      known.text += text;
      return [];
    }
    const part: Part = {
      kind: 'call',
      id: textIn(call['id']),
      name: textIn(about['name']),
      text: '',
    };
    if (open?.kind === 'call') {
      waiting.set(index, { ...part, text });
      return [];
    }
    openIndex = index;
    return [...begin(part), ...more(part, text)];
  };
  return {
    finish: null,
    usage: null,
    take(chunk) {
      if (typeof chunk['usage'] === 'object' && chunk['usage'] !== null)
        this.usage = chunk['usage'] as Loose;
      const choice = list(chunk['choices']).find(({ index }) => (index ?? 0) === 0);
      if (choice === undefined) return [];
      if (typeof choice['finish_reason'] === 'string') this.finish = choice['finish_reason'];
      const delta = objectIn(choice['delta']);
      return [
        ...texts(delta).flatMap(([kind, text]) => takeText(kind, text)),
        ...list(delta['tool_calls']).flatMap(takeCall),
      ];
    },
    end() {
      const held = [...waiting.values()];
      waiting.clear();
      return [
        ...close(),
        ...held.flatMap((part): PartEvent[] => [
          { at: 'begin', part },
          ...(part.text === '' ? [] : [{ at: 'more' as const, part, text: part.text }]),
          { at: 'end', part },
        ]),
      ];
    },
  };
}

/** The texts of a delta by kind; some servers send their reasoning under both names. */
function texts(delta: Loose): [Part['kind'], string][] {
  const found: [Part['kind'], string][] = [];
  for (const [field, kind] of fields) {
    const text = textIn(delta[field]);
    if (text !== '' && !found.some(([known]) => known === kind)) found.push([kind, text]);
  }
  return found;
}

/** A whole answer as one chunk. */
export const chunkOf = (completion: Loose): Loose => ({
  ...completion,
  choices: list(completion['choices']).map(({ message, ...choice }) => ({
    ...choice,
    delta: {
      ...objectIn(message),
      tool_calls: list(objectIn(message)['tool_calls']).map((call, index) => ({ ...call, index })),
    },
  })),
});
