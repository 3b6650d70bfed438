import type { App } from './context.ts';

const candidates = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const known = new WeakMap<object, { pattern: RegExp; methods: string[] }[]>();

/** Remembers a route, so that another method on its address can be told from an address that does not exist. */
export function rememberRoute(app: object, url: string, methods: string[]): void {
  const routes = known.get(app) ?? [];
  known.set(app, routes);
  const pattern = url
    .replace(/[.]/g, '\\.')
    .replace(/:[a-z_]+/g, '[^/]+')
    .replace(/\*$/, '.*');
  routes.push({ pattern: new RegExp(`^${pattern}/?$`), methods });
}

/** The methods that an address takes; none where nothing is there. */
export function allowedMethods(app: App, url: string): string[] {
  const path = url.split('?', 1)[0]!;
  const here = (known.get(app) ?? []).filter(({ pattern }) => pattern.test(path));
  const methods = new Set(here.flatMap((route) => route.methods));
  return candidates.filter((method) => methods.has(method));
}
