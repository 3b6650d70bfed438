/** Where the manifest of an image is asked for. */
export interface RegistryReference {
  /** `host` or `host:port`. */
  host: string;
  /** Such as `library/nginx`. */
  repository: string;
  tag: string;
}

/** Splits an image reference as the Engine does. Null for one with a digest, which never moves, and for a bare id. */
export function registryReference(ref: string): RegistryReference | null {
  if (ref.includes('@') || ref.startsWith('sha256:')) return null;
  const [first = '', ...rest] = ref.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const named = isHost ? rest.join('/') : ref;
  const at = /^(?<repository>[^:]+)(?::(?<tag>[\w][\w.-]{0,127}))?$/.exec(named)?.groups;
  if (at === undefined) return null;
  const isHub = !isHost || first === 'docker.io' || first === 'index.docker.io';
  const repository = at['repository']!;
  return {
    host: isHub ? 'registry-1.docker.io' : first,
    repository: isHub && !repository.includes('/') ? `library/${repository}` : repository,
    tag: at['tag'] ?? 'latest',
  };
}
