import { stripVTControlCharacters } from 'node:util';

/** Text from elsewhere, made safe for a terminal: one line, no control characters. */
export const plainText = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- these are what is taken out
  stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
