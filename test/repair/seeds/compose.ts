import { python } from './programs.ts';
import { page, programs, second, service, stack, tiny, web, www, type Seed } from './seed.ts';

const httpd = `${tiny}\ncommand: [httpd, -f, -p, '8080', -h, /www]\nvolumes: ["./www:/www:ro"]\nexpose: ["8080"]`;

/** What Compose refuses, or only starts on some hosts. */
export const composeSeeds: Seed[] = [
  {
    name: 'a key with a typo',
    class: 'unknown_key',
    files: {
      'compose.yaml': web(
        `${programs}\ncommand: [python3, server.py]\nenviroment:\n  PORT: "8080"`,
      ),
      'app/server.py': python(),
    },
    end: 'proved',
    adds: ['environment:'],
    hidden: [{ name: 'other', url: 'http://web:8080/other', conditions: ['[BODY] == ok'] }],
    quick: true,
  },
  {
    name: 'a key of the file with a typo',
    class: 'unknown_key',
    files: {
      'compose.yaml': web(
        httpd.replace('./www:/www:ro"', './www:/www:ro", "data:/data"'),
        page,
        'volume:\n  data:\n',
      ),
      ...www,
    },
    end: 'proved',
    adds: ['volumes:'],
    hidden: second,
  },
  {
    name: 'a network that the file does not have',
    class: 'name_typo',
    files: {
      'compose.yaml': web(`${httpd}\nnetworks: [fornt]`, page, 'networks:\n  front:\n'),
      ...www,
    },
    end: 'proved',
    adds: ['networks: [front]'],
    hidden: second,
  },
  {
    name: 'a volume that the file does not have',
    class: 'name_typo',
    files: {
      'compose.yaml': web(
        httpd.replace('./www:/www:ro"', './www:/www:ro", "pagse:/data"'),
        page,
        'volumes:\n  pages:\n',
      ),
      ...www,
    },
    end: 'proved',
    hidden: second,
  },
  {
    name: 'a dependency that the file does not have',
    class: 'name_typo',
    files: {
      'compose.yaml': stack([
        service('web', `${httpd}\ndepends_on: [chache]`, page),
        service('cache', `${tiny}\ncommand: [sleep, '1000']`),
      ]),
      ...www,
    },
    end: 'proved',
    adds: ['depends_on: [cache]'],
    hidden: second,
  },
  {
    name: 'an env file with a typo',
    class: 'name_typo',
    files: {
      'compose.yaml': web(`${httpd}\nenv_file: prod.evn`),
      'prod.env': 'MODE=fast\n',
      ...www,
    },
    end: 'proved',
    adds: ['env_file: prod.env'],
    hidden: second,
  },
  {
    name: 'a tab in the compose file',
    class: 'config_syntax',
    files: {
      'compose.yaml': web(httpd).replace('    expose', '\texpose'),
      ...www,
    },
    end: 'proved',
    hidden: second,
  },
  {
    name: 'a quote that is not closed',
    class: 'config_syntax',
    files: { 'compose.yaml': web(httpd).replace('["8080"]', '["8080]'), ...www },
    end: 'proved',
    adds: ['expose: ["8080"]'],
    hidden: second,
  },
  {
    name: 'a line that is not indented as its neighbours',
    class: 'config_syntax',
    files: { 'compose.yaml': web(httpd).replace('    expose', '   expose'), ...www },
    end: 'proved',
    adds: ['expose: ["8080"]'],
    hidden: second,
  },
  {
    name: 'a list that is written as a text',
    class: 'config_syntax',
    files: { 'compose.yaml': web(httpd).replace('["8080"]', '"8080"'), ...www },
    end: 'proved',
    adds: ['expose: ["8080"]'],
    hidden: second,
    quick: true,
  },
  {
    name: 'variables beside the key that they belong below',
    class: 'config_syntax',
    files: {
      'compose.yaml': web(
        `${programs}\ncommand: [python3, server.py]\nenvironment:\nGREETING: hello\nPORT: "8080"\nexpose: ["8080"]`,
      ),
      'app/server.py': python(),
    },
    end: 'proved',
    adds: ['GREETING: hello', 'PORT: "8080"'],
    hidden: [{ name: 'greeting', url: 'http://web:8080/', conditions: ['[BODY] == hello'] }],
  },
  {
    name: 'an external network with a typo',
    class: 'external_absent',
    files: {
      'compose.yaml': web(
        `${httpd}\nnetworks: [shared]`,
        page,
        'networks:\n  shared:\n    external: true\n    name: vx11t-seed-fornt\n',
      ),
      ...www,
    },
    beside: { networks: ['vx11t-seed-front'] },
    end: 'proved',
    adds: ['name: vx11t-seed-front'],
    hidden: second,
  },
  {
    name: 'an external volume that nothing is near to',
    class: 'external_absent',
    files: {
      'compose.yaml': web(
        httpd.replace('./www:/www:ro"', './www:/www:ro", "kept:/data"'),
        page,
        'volumes:\n  kept:\n    external: true\n    name: vx11t-nowhere-to-be-found\n',
      ),
      ...www,
    },
    end: 'needs_value',
  },
  {
    name: 'a container name that a dead container has',
    class: 'container_name_taken',
    files: { 'compose.yaml': web(`${httpd}\ncontainer_name: vx11t-seed-web`), ...www },
    beside: { containers: ['vx11t-seed-web'] },
    end: 'external',
  },
  {
    name: 'services that depend on each other in a circle',
    class: 'external',
    files: {
      'compose.yaml': stack([
        service('web', `${httpd}\ndepends_on: [cache]`, page),
        service('cache', `${tiny}\ncommand: [sleep, '1000']\ndepends_on: [web]`),
      ]),
      ...www,
    },
    end: 'external',
  },
];
