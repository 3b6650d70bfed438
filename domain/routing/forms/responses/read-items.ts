import { list, objectIn, textIn, type Loose } from '../../request/loose.ts';
import { UnreadableForm } from '../form.ts';

/** The items of a request as messages: instructions first, and the calls of one turn together. Throws `UnreadableForm`. */
export function messagesOf({ instructions, input }: Loose, dropped: string[]): Loose[] {
  const messages: Loose[] = [];
  if (textIn(instructions) !== '') messages.push({ role: 'system', content: instructions });
  if (typeof input === 'string') return [...messages, { role: 'user', content: input }];
  let thought = '';
  list(input).forEach((item, at) => {
    const type = textIn(item['type']) || 'message';
    switch (type) {
      case 'message':
        messages.push(withThought(messageOf(item, at), thought));
        thought = '';
        break;
      case 'function_call':
        addCall(messages, item, thought);
        thought = '';
        break;
      case 'function_call_output':
        messages.push({
          role: 'tool',
          tool_call_id: item['call_id'],
          content: outputOf(item['output']),
        });
        break;
      case 'reasoning':
        thought = list(item['content'])
          .map(({ text }) => textIn(text))
          .join('\n');
        break;
      case 'item_reference':
        throw new UnreadableForm(
          `input.${at}`,
          'VX11 stores no answers, so that an item cannot be named by its id. Send the item.',
        );
      default:
        if (!dropped.includes(`input.${type}`)) dropped.push(`input.${type}`);
    }
  });
  if (messages.every(({ role }) => role === 'system'))
    throw new UnreadableForm('input', 'Send at least one message or result of a tool.');
  return messages;
}

/** Some models want their own reasoning back. */
const withThought = (message: Loose, thought: string): Loose =>
  thought === '' || message['role'] !== 'assistant'
    ? message
    : { ...message, reasoning_content: thought };

function addCall(messages: Loose[], item: Loose, thought: string): void {
  const call = {
    id: item['call_id'],
    type: 'function',
    function: { name: item['name'], arguments: textIn(item['arguments']) },
  };
  const last = messages.at(-1);
  if (last?.['role'] === 'assistant') last['tool_calls'] = [...list(last['tool_calls']), call];
  else
    messages.push(withThought({ role: 'assistant', content: null, tool_calls: [call] }, thought));
}

function messageOf({ role, content }: Loose, at: number): Loose {
  if (typeof content === 'string') return { role, content };
  const parts = list(content).map((part, nth) => partOf(part, `input.${at}.content.${nth}`));
  // most servers take only text from an assistant
  if (role !== 'assistant') return { role, content: parts };
  return { role, content: parts.map(({ text }) => textIn(text)).join('') };
}

function partOf(part: Loose, at: string): Loose {
  const { type, text, refusal, image_url, detail } = part;
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text };
    case 'refusal':
      return { type: 'text', text: refusal };
    case 'input_image':
      if (typeof image_url === 'string')
        return {
          type: 'image_url',
          image_url: { url: image_url, ...(typeof detail === 'string' && { detail }) },
        };
      throw new UnreadableForm(at, 'Send a picture as image_url; VX11 stores no files.');
    case 'input_audio':
      return { type, input_audio: part['input_audio'] };
    case 'input_file':
      if (typeof part['file_data'] === 'string')
        return { type: 'file', file: { file_data: part['file_data'], filename: part['filename'] } };
      throw new UnreadableForm(at, 'Send a file as file_data; VX11 stores no files.');
    default:
      throw new UnreadableForm(at, `Parts of the type ${JSON.stringify(type)} are not known.`);
  }
}

const outputOf = (output: unknown): string =>
  typeof output === 'string'
    ? output
    : list(output)
        .map((part) => textIn(objectIn(part)['text']))
        .join('\n');
