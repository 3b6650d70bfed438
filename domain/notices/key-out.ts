import { textOf, type Describe } from './event-text.ts';

const words: Readonly<Record<string, readonly [title: string, then: string]>> = {
  no_money: ['has no money left', 'It is asked again once an hour.'],
  unauthorized: ['refuses its key', 'It is asked again every ten minutes.'],
};

/** A key of a provider that a person has to see to: limits pass by themselves, and are only recorded. */
export const keyOut: Describe = (event) => {
  const [kind, provider = '', key = ''] = textOf(event, 'scope').split(':');
  const [title, then] = words[textOf(event, 'reason')] ?? [];
  if (kind !== 'key' || title === undefined || then === undefined) return null;
  return {
    type: 'routing.key_out',
    severity: 'high',
    title: `${provider} ${title}${key === '' ? '' : ` (${key})`}`,
    text: `Other targets answer meanwhile. ${then} vx11 providers --reset ${provider} asks it at once; vx11 providers shows what is left alone.`,
    subject: `provider ${provider}`,
  };
};
