/** Absolute paths in a line, without those of URLs. */
export const pathsIn = (text: string): string[] =>
  [...text.matchAll(/(?<![\w:/.~$}-])\/(?:[\w.@%+=-]+\/)*[\w.@%+=-]*[\w@%+=-]/g)].map(
    ([path]) => path,
  );

/** How many runtimes word an error of the operating system. */
export const noSuchFile =
  /no such file|ENOENT|FileNotFound|NoSuchFile|cannot find|can't (?:open|find|access)|could not (?:open|read|find|access)|(?:file|path|directory|config\w*) (?:was |is )?not found|does not exist/i;
export const refused =
  /refused|ECONNREFUSED|Can't connect to MySQL|couldn't connect|failed to connect/i;

/** A refusal that names neither host nor port, as of a plain socket in Python. */
export const isAnonymousRefusal = (text: string): boolean =>
  /Connection refused|ECONNREFUSED/i.test(text) &&
  !/\d+\.\d+\.\d+\.\d+|(?:port|:)\W{0,3}\d{2,5}|localhost/i.test(text);
/** A name that cannot be resolved, in a line that does not say which. */
export const isAnonymousUnknownHost = (text: string): boolean =>
  /(?:gaierror|urlopen error|SocketError|getaddrinfo)\b[^'"]*(?:Name or service not known|Temporary failure in name resolution|Name does not resolve|No address associated)/i.test(
    text,
  ) && !/(?:to|host)[= ]['"]?[\w.-]+(?::\d+|['"])/i.test(text);
