import type { App } from './app-type.ts';

const candidates = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const known = new WeakMap<object, { pattern: RegExp; methods: string[] }[]>();

/** Remembers a route, so that another method on its address is 405 and not 404. */
export function rememberRoute(app: object, url: string, methods: string[]): void {
  const routes = known.get(app) ?? [];
  known.set(app, routes);
  const pattern = url
    .replace(/[.]/g, '\\.')
    .replace(/:[a-z_]+/g, '[^/]+')
    .replace(/\*$/, '.*');
  routes.push({ pattern: new RegExp(`^${pattern}$`), methods });
}

/** The path of an address as the router reads it: without a query, an origin and percent-encoding. */
function pathOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0]!;
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** The methods that an address takes; empty if it has no route. */
export function allowedMethods(app: App, url: string): string[] {
  const path = pathOf(url);
  const here = (known.get(app) ?? []).filter(({ pattern }) => pattern.test(path));
  const methods = new Set(here.flatMap((route) => route.methods));
  return candidates.filter((method) => methods.has(method));
}
