import { given, list, objectIn, textIn, type Loose } from '../../request/loose.ts';
import { UnreadableForm } from '../form.ts';

/** One turn of Anthropic's messages as messages of chat completions: results of tools are messages of their own, and come first. */
export function turnOf({ role, content }: Loose, at: number, dropped: string[]): Loose[] {
  if (typeof content === 'string') return [{ role, content }];
  const blocks = list(content);
  if (role === 'assistant') return [assistantOf(blocks)];
  const results = blocks.filter(({ type }) => type === 'tool_result');
  const parts = [
    ...results.flatMap(picturesIn),
    ...blocks
      .filter(({ type }) => type !== 'tool_result')
      .flatMap((block, nth) => partOf(block, `messages.${at}.content.${nth}`, dropped)),
  ];
  return [...results.map(resultOf), ...(parts.length === 0 ? [] : [{ role, content: parts }])];
}

function assistantOf(blocks: Loose[]): Loose {
  const texts = blocks.filter(({ type }) => type === 'text').map(({ text }) => textIn(text));
  const thoughts = blocks
    .filter(({ type }) => type === 'thinking')
    .map(({ thinking }) => textIn(thinking))
    .filter(Boolean);
  const tool_calls = blocks
    .filter(({ type }) => type === 'tool_use')
    .map(({ id, name, input }) => ({
      id,
      type: 'function',
      function: { name, arguments: JSON.stringify(input ?? {}) },
    }));
  return {
    role: 'assistant',
    content: texts.length === 0 && tool_calls.length > 0 ? null : texts.join(''),
    ...(thoughts.length > 0 && { reasoning_content: thoughts.join('\n') }),
    ...(tool_calls.length > 0 && { tool_calls }),
    ...given({
      cache_control: blocks.findLast(({ cache_control }) => cache_control != null)?.[
        'cache_control'
      ],
    }),
  };
}

/** A result holds only text in the other form. */
function resultOf({ tool_use_id, content, is_error, cache_control }: Loose): Loose {
  const text =
    typeof content === 'string'
      ? content
      : list(content)
          .filter(({ type }) => type === 'text')
          .map((block) => textIn(block['text']))
          .join('\n');
  return {
    role: 'tool',
    tool_call_id: tool_use_id,
    content: is_error === true ? `Error: ${text}` : text,
    ...given({ cache_control }),
  };
}

/** The pictures of a result go into the message that follows the results. */
const picturesIn = ({ content }: Loose): Loose[] =>
  list(content)
    .filter(({ type }) => type === 'image')
    .map(pictureOf);

const pictureOf = ({ source, cache_control }: Loose): Loose => {
  const { type, media_type, data, url } = objectIn(source);
  return {
    type: 'image_url',
    image_url: {
      url: type === 'base64' ? `data:${textIn(media_type)};base64,${textIn(data)}` : url,
    },
    ...given({ cache_control }),
  };
};

function partOf(block: Loose, at: string, dropped: string[]): Loose[] {
  const { type, text, source, cache_control } = block;
  if (type === 'text') return [{ type: 'text', text, ...given({ cache_control }) }];
  if (type === 'image') {
    if (objectIn(source)['type'] === 'file')
      throw new UnreadableForm(at, 'Send a picture as base64 or url; VX11 stores no files.');
    return [pictureOf(block)];
  }
  if (type === 'document') {
    const { type: kind, data, content } = objectIn(source);
    if (kind === 'text') return [{ type: 'text', text: data, ...given({ cache_control }) }];
    if (kind === 'content') return list(content).flatMap((one) => partOf(one, at, dropped));
    throw new UnreadableForm(at, 'Documents are read as text only: send the source as text.');
  }
  if (!dropped.includes(`content.${textIn(type)}`)) dropped.push(`content.${textIn(type)}`);
  return [];
}
