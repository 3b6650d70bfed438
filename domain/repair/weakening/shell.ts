/** Programs that end with 0 whatever the service does. */
const alwaysGreen =
  /^(?:(?:\/usr)?\/bin\/)?(?:true|:|echo|printf|sleep|ls|pwd|date|hostname|whoami|id|uname|env|printenv|cd|which|command|type|exit\s+0|return\s+0|exit\s*$)\b|^:|^(?:test|\[)\s+(?:1|-n\s+\S+|-[def]\s+\/\S*|(\S+)\s+={1,2}\s+\1)\s*\]?$/;
/** Filters whose own exit code says nothing of what came before them. */
const filters = /^(?:cat|tee|head|tail|wc|sort|sed|tr|cut|xargs|awk)\b/;
const fails = /\bexit\s+[1-9]|\bfalse\b|\breturn\s+[1-9]/;

/** Whether a command line ends with 0 also where what it runs fails. */
export function cannotFail(command: string): boolean {
  const text = unwrapped(command)
    .trim()
    .replace(/[;\s]+$/, '');
  if (text === '') return true;
  if (/[^&]&$/.test(text)) return true;
  const fallback = /\|\|(?<rest>.*)$/s.exec(text)?.groups?.['rest'];
  if (
    fallback !== undefined &&
    !fails.test(fallback) &&
    alwaysGreen.test(fallback.replace(/^[\s({]+/, ''))
  )
    return true;
  const last = text
    .split(/;|\n|&&/)
    .at(-1)!
    .trim();
  if (alwaysGreen.test(last) && (!text.includes('&&') || /[;\n]/.test(text))) return true;
  if (alwaysGreen.test(text) && !/[;&|\n]/.test(text)) return true;
  if (text.split('&&').every((part) => alwaysGreen.test(part.trim()))) return true;
  if (/\bfi$/.test(text) && !fails.test(text)) return true;
  const pipe = last.split(/(?<!\|)\|(?!\|)/);
  if (pipe.length > 1 && filters.test(pipe.at(-1)!.trim()) && !/pipefail/.test(text)) return true;
  return inlineCannotFail(text);
}

/** A program of one line that swallows every error, or asks nobody. */
function inlineCannotFail(text: string): boolean {
  const code = /\b(?:python[\d.]*|node|nodejs|ruby|perl|php)\s+-[cer]\s+(?<code>.+)$/s.exec(text)
    ?.groups?.['code'];
  if (code === undefined) return false;
  if (
    /except[^:]*:\s*(?:pass|exit\(0\)|sys\.exit\(0\)|print)|catch\s*(?:\([^)]*\))?\s*\{\s*\}|\.catch\(\s*\(?\w*\)?\s*=>\s*(?:\{\s*\}|0|null|undefined|process\.exit\(0\))/.test(
      code,
    )
  )
    return true;
  if (!/open|get|connect|request|fetch|assert|exit|raise|throw|socket/i.test(code)) return true;
  const asks = /\bfetch\(|https?\.(?:get|request)\(/.test(code);
  return asks && /^['"]?.*\bnode/.test(text) && !/\.ok\b|status/i.test(code);
}

/** The line inside of `sh -c '…'`. */
export function unwrapped(command: string): string {
  const inner = /^\s*(?:\/bin\/|\/usr\/bin\/)?(?:ba|da|a|z)?sh\s+-\w*c\s+(?<inner>.+)$/s.exec(
    command,
  )?.groups?.['inner'];
  if (inner === undefined) return command;
  const quoted = /^(['"])(?<text>.*)\1$/s.exec(inner.trim())?.groups?.['text'];
  return quoted ?? inner;
}

/** Commands that keep a container up though its program ended, or hide its exit code. */
export const hidesFailure = (command: string): boolean =>
  /\|\|\s*(?:true|:|sleep|tail|exit\s+0|echo)\b|\|\|\s*:|;\s*(?:sleep\s+(?:inf|\d)|tail\s+-f|exit\s+0|true)\b|\b(?:tail\s+-[fF]\s+\/dev\/null|sleep\s+inf(?:inity)?)\b|while\s+(?:true|:|\[?\s*1)|\buntil\s+false|set\s+\+e|trap\s+(?:''|""|:|true)\s/.test(
    command,
  );
