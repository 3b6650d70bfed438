import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { testProgram, type TestProgram } from '../../stack/program.ts';

/** Where a proxy listens, where it asks, and what it protects; all on 127.0.0.1. */
interface Ports {
  own: number;
  wake: number;
  /** The ports of the services `web` and `short`. */
  web: number;
  short: number;
}

/** Debian has nginx in a folder that only root's PATH names. */
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
const find = (name: string): string =>
  folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? '';

export const nginx = find('nginx');
export const caddy = find('caddy');

/** nginx as docs/wake.md sets it up: `short` with pages for people, and `web` below /wait, where requests wait. */
export function nginxProxy(home: string, { own, wake, web, short }: Ports): TestProgram {
  const folder = join(home, 'nginx');
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${kind};`)
    .join(' ');
  const ask = (query: string): string => `internal;
      proxy_pass http://127.0.0.1:${wake}/wake/auth?code=401&${query};
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_read_timeout 90s;
      proxy_set_header X-Original-URI $request_uri;`;
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; ${process.getuid?.() === 0 ? 'user root;' : ''} pid nginx.pid; worker_processes 1; error_log stderr;
events { worker_connections 1024; }
http {
  access_log off; ${temporary}
  server {
    listen 127.0.0.1:${own};
    error_page 401 = @waiting;
    location / { auth_request /.wake; proxy_pass http://127.0.0.1:${short}; }
    location /wait/ { auth_request /.wake-wait; proxy_pass http://127.0.0.1:${web}/; }
    location = /.wake { ${ask('names=short')} }
    location = /.wake-wait { ${ask('names=web&wait=60s')} }
    location @waiting {
      rewrite ^ /wake/auth?names=short? break;
      proxy_pass http://127.0.0.1:${wake};
      proxy_method GET;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header X-Original-URI $request_uri;
    }
  }
}
`,
  );
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'];
  return testProgram(nginx, args, {}, join(folder, 'log'));
}

/** Caddy as docs/wake.md sets it up, for requests that wait. */
export function caddyProxy(home: string, { own, wake, web }: Omit<Ports, 'short'>): TestProgram {
  const folder = join(home, 'caddy');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'Caddyfile');
  writeFileSync(
    file,
    `{
	admin off
	auto_https off
}
http://127.0.0.1:${own} {
	forward_auth 127.0.0.1:${wake} {
		uri /wake/auth?names=web&wait=60s
		header_up Host {upstream_hostport}
	}
	reverse_proxy 127.0.0.1:${web}
}
`,
  );
  const env = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const args = ['run', '--config', file, '--adapter', 'caddyfile'];
  return testProgram(caddy, args, env, join(folder, 'log'));
}
