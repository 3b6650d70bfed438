import type { Loose } from '../../request/loose.ts';
import type { Part, PartEvent } from '../parts.ts';

type Written = [type: string, fields: Loose];

/** The items of an answer, and the events that report each of them. */
export interface Items {
  write(event: PartEvent): Written[];
  /** Everything that came, whole or not. */
  all(): Loose[];
}

const prefixes = { call: 'fc', reasoning: 'rs', text: 'msg', refusal: 'msg' } as const;
const partType = { reasoning: 'reasoning_text', text: 'output_text', refusal: 'refusal' } as const;

/** @param responseId names the answer that the items belong to */
export function createItems(responseId: () => string): Items {
  const parts: Part[] = [];
  const ended = new Set<Part>();
  const idOf = (part: Part): string =>
    `${prefixes[part.kind]}_${responseId().replace(/^resp_/, '')}_${parts.indexOf(part)}`;
  const itemOf = (part: Part): Loose => itemFrom(part, idOf(part), ended.has(part));
  return {
    write(event) {
      const { at, part } = event;
      if (at === 'begin') parts.push(part);
      if (at === 'end') ended.add(part);
      const place = { item_id: idOf(part), output_index: parts.indexOf(part) };
      const inside = { ...place, content_index: 0 };
      const { output_index } = place;
      if (at === 'begin') {
        // the rest of its chunk comes with the events that follow
        const empty = { ...part, text: '' };
        const item = itemFrom(empty, idOf(part), false);
        const added: Written = ['response.output_item.added', { output_index, item }];
        return part.kind === 'call'
          ? [added]
          : [added, ['response.content_part.added', { ...inside, part: contentOf(empty) }]];
      }
      if (at === 'more') return [moreOf(part, event.text, place)];
      const done: Written = ['response.output_item.done', { output_index, item: itemOf(part) }];
      return part.kind === 'call'
        ? [
            [
              'response.function_call_arguments.done',
              { ...place, name: part.name, arguments: part.text },
            ],
            done,
          ]
        : [
            [`response.${partType[part.kind]}.done`, { ...inside, ...doneOf(part) }],
            ['response.content_part.done', { ...inside, part: contentOf(part) }],
            done,
          ];
    },
    all: () => parts.map(itemOf),
  };
}

function moreOf(part: Part, delta: string, place: Loose): Written {
  if (part.kind === 'call') return ['response.function_call_arguments.delta', { ...place, delta }];
  const inside = { ...place, content_index: 0, delta };
  return [
    `response.${partType[part.kind]}.delta`,
    part.kind === 'text' ? { ...inside, logprobs: [] } : inside,
  ];
}

function doneOf({ kind, text }: Part): Loose {
  if (kind === 'refusal') return { refusal: text };
  return kind === 'text' ? { text, logprobs: [] } : { text };
}

function contentOf({ kind, text }: Part): Loose {
  if (kind === 'refusal') return { type: 'refusal', refusal: text };
  if (kind === 'reasoning') return { type: 'reasoning_text', text };
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function itemFrom(part: Part, id: string, ended: boolean): Loose {
  const status = ended ? 'completed' : 'in_progress';
  const content = part.text === '' && !ended ? [] : [contentOf(part)];
  if (part.kind === 'call') {
    const { id: call_id, name, text } = part;
    return { id, type: 'function_call', status, call_id, name, arguments: text };
  }
  if (part.kind === 'reasoning') return { id, type: 'reasoning', status, summary: [], content };
  return { id, type: 'message', status, role: 'assistant', content };
}
