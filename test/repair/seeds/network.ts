import { asking, node, python } from './programs.ts';
import { page, programs, second, service, stack, tiny, web, www, type Seed } from './seed.ts';

const httpd = (port: string): string =>
  `${tiny}\ncommand: [httpd, -f, -p, '${port}', -h, /www]\nvolumes: ["./www:/www:ro"]\nexpose: ["8080"]`;
const api = (port: number, more = ''): string =>
  service(
    'api',
    `${tiny}\ncommand: [httpd, -f, -p, '${port}', -h, /www]\nvolumes: ["./www:/www:ro"]\nexpose: ["${port}"]${more}`,
  );
const asks = (url: string, more = ''): string =>
  service(
    'web',
    `${programs}\ncommand: [python3, asking.py]\nenvironment:\n  API_URL: ${url}\nexpose: ["8080"]\ndepends_on: [api]${more}`,
    page,
  );
const asker = { 'app/asking.py': asking, ...www };

/** Ports, addresses, names and networks. */
export const networkSeeds: Seed[] = [
  {
    name: 'a setting says another port than the file',
    class: 'wrong_port',
    files: {
      'compose.yaml': web(
        `${programs}\ncommand: [python3, server.py]\nenvironment:\n  PORT: "8081"\nexpose: ["8080"]`,
      ),
      'app/server.py': python(),
    },
    end: 'proved',
    adds: ['PORT: "8080"'],
    hidden: [{ name: 'other', url: 'http://web:8080/other', conditions: ['[BODY] == ok'] }],
    quick: true,
  },
  {
    name: 'a flag says another port than the file',
    class: 'wrong_port',
    files: { 'compose.yaml': web(httpd('8081')), ...www },
    end: 'proved',
    adds: [`command: [httpd, -f, -p, '8080', -h, /www]`],
    hidden: second,
  },
  {
    name: 'a service asks another one at a port where it does not listen',
    class: 'wrong_port',
    files: { 'compose.yaml': stack([asks('http://api:9001'), api(9000)]), ...asker },
    end: 'proved',
    adds: ['API_URL: http://api:9000'],
    hidden: second,
  },
  {
    name: 'two services without a network in common',
    class: 'no_common_network',
    files: {
      'compose.yaml': stack(
        [asks('http://api:9000', '\nnetworks: [front]'), api(9000, '\nnetworks: [back]')],
        'networks:\n  front:\n  back:\n    internal: true\n',
      ),
      ...asker,
    },
    end: 'proved',
    adds: ['networks: [front, back]'],
    hidden: second,
  },
  {
    name: 'a program of Python that listens on loopback by a variable',
    class: 'binds_loopback',
    files: {
      'compose.yaml': web(
        `${programs}\ncommand: [python3, server.py]\nenvironment:\n  HOST: 127.0.0.1\nexpose: ["8080"]`,
      ),
      'app/server.py': python(),
    },
    end: 'proved',
    adds: ['HOST: 0.0.0.0'],
    hidden: [{ name: 'other', url: 'http://web:8080/other', conditions: ['[BODY] == ok'] }],
  },
  {
    name: 'a web server that listens on loopback by a flag',
    class: 'binds_loopback',
    files: { 'compose.yaml': web(httpd('127.0.0.1:8080')), ...www },
    end: 'proved',
    adds: [`command: [httpd, -f, -p, '0.0.0.0:8080', -h, /www]`],
    hidden: second,
  },
  {
    name: 'a peer at localhost',
    class: 'localhost_peer',
    files: { 'compose.yaml': stack([asks('http://localhost:9000'), api(9000)]), ...asker },
    end: 'proved',
    adds: ['API_URL: http://api:9000'],
    hidden: second,
  },
  {
    name: 'a program of Node whose peer is at 127.0.0.1',
    class: 'localhost_peer',
    files: {
      'compose.yaml': stack([
        service(
          'web',
          `${programs}\ncommand: [node, server.js]\nenvironment:\n  API_HOST: 127.0.0.1\n  API_PORT: "9000"\nexpose: ["8080"]\ndepends_on: [api]`,
          page,
        ),
        api(9000),
      ]),
      'app/server.js': node(
        `const net = require('node:net');
const { API_HOST, API_PORT } = process.env;
net.connect(API_PORT, API_HOST, () => listen());`,
      ).replace('server.listen(', 'const listen = () => server.listen('),
      ...www,
    },
    end: 'proved',
    adds: ['API_HOST: api'],
    hidden: [{ name: 'stays', container: 'web', conditions: ['[RUNNING] == true'], for: '3s' }],
  },
  {
    name: 'two services that publish one port',
    class: 'port_conflict',
    files: {
      'compose.yaml': stack([
        service(
          'web',
          `${httpd('8080')}\nports: ["127.0.0.1:18450:8080"]\ndepends_on: [api]`,
          page,
        ),
        api(9000, '\nports: ["127.0.0.1:18450:9000"]'),
      ]),
      ...www,
    },
    end: 'proved',
    adds: ['ports: ["127.0.0.1:18451:8080"]'],
    hidden: second,
  },
  {
    name: 'a host name with a typo',
    class: 'name_typo',
    files: { 'compose.yaml': stack([asks('http://apii:9000'), api(9000)]), ...asker },
    end: 'proved',
    adds: ['API_URL: http://api:9000'],
    hidden: second,
  },
];
