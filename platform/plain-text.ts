import { stripVTControlCharacters } from 'node:util';

/** Makes untrusted text safe for a terminal: one line, no control characters. */
export const plainText = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- removing control characters is the purpose
  stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
