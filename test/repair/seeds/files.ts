import { node, python } from './programs.ts';
import { page, programs, second, tiny, web, www, type Seed } from './seed.ts';

const script = (text: string, mode = 0o755) => ({ 'app/start.sh': { text, mode } });
const byScript = (settings = '', image = tiny): string =>
  web(
    `${image}\nentrypoint: [/app/start.sh]\nvolumes: ["./app:/app", "./www:/www:ro"]\nexpose: ["8080"]${settings}`,
  );
const serve = 'exec httpd -f -p 8080 -h /www\n';
const ok = [{ name: 'other', url: 'http://web:8080/other', conditions: ['[BODY] == ok'] }];
const py = (settings: string, command = '[python3, server.py]'): string =>
  web(`${programs}\ncommand: ${command}\nexpose: ["8080"]${settings}`);

/** Scripts, mounts, paths, dependencies and what programs read. */
export const fileSeeds: Seed[] = [
  {
    name: 'a script with the line ends of Windows',
    class: 'crlf_script',
    files: {
      'compose.yaml': byScript(),
      ...script(`#!/bin/sh\r\necho starting\r\n${serve.replace('\n', '\r\n')}`),
      ...www,
    },
    end: 'proved',
    hidden: second,
    quick: true,
  },
  {
    name: 'a script with the line ends of Windows that a shell is given',
    class: 'crlf_script',
    files: {
      'compose.yaml': web(
        `${tiny}\ncommand: [sh, /app/start.sh]\nvolumes: ["./app:/app", "./www:/www:ro"]\nexpose: ["8080"]`,
      ),
      ...script('#!/bin/sh\r\nset -e\r\nexec httpd -f -p 8080 -h /www\r\n'),
      ...www,
    },
    end: 'proved',
    hidden: second,
  },
  {
    name: 'an interpreter that the image lacks',
    class: 'interpreter_missing',
    files: {
      'compose.yaml': byScript(),
      ...script(`#!/bin/bash\necho starting\n${serve}`),
      ...www,
    },
    end: 'proved',
    adds: ['#!/bin/sh'],
    hidden: second,
  },
  {
    name: 'a script that may not be executed',
    class: 'exec_bit',
    files: { 'compose.yaml': byScript(), ...script(`#!/bin/sh\n${serve}`, 0o644), ...www },
    end: 'proved',
    adds: [],
    hidden: second,
  },
  {
    name: 'a folder that belongs to another user',
    class: 'mount_permission',
    files: {
      'compose.yaml': web(
        `${programs.replace('ro"]', 'ro", "./data:/data"]')}\ncommand: [python3, server.py]\nexpose: ["8080"]`,
      ),
      'app/server.py': python("open('/data/state', 'w').write('1')"),
      'data/': { text: '', mode: 0o755, owner: 1234 },
    },
    end: 'proved',
    adds: ["user: '1234:1234'"],
    hidden: ok,
  },
  {
    name: 'a program that writes into a read-only root',
    class: 'read_only_root',
    files: {
      'compose.yaml': py('\nread_only: true'),
      'app/server.py': python("open('/tmp/state', 'w').write('1')"),
    },
    end: 'proved',
    hidden: ok,
  },
  {
    name: 'a program of Node that writes into a read-only root',
    class: 'read_only_root',
    files: {
      'compose.yaml': web(
        `${programs}\nuser: "0"\ncommand: [node, server.js]\nexpose: ["8080"]\nread_only: true`,
      ),
      'app/server.js': node("require('node:fs').mkdirSync('/tmp/work');"),
    },
    end: 'proved',
    hidden: ok,
  },
  {
    name: 'a folder that is mounted elsewhere',
    class: 'wrong_mount_target',
    files: {
      'compose.yaml': web(
        `image: vx11-sandbox:local\nworking_dir: /srv\nvolumes: ["./app:/srv:ro", "./conf:/config:ro"]\ncommand: [node, server.js]\nexpose: ["8080"]`,
      ),
      'app/server.js': node(
        "process.env.GREETING = JSON.parse(require('node:fs').readFileSync('/etc/web/app.json', 'utf8')).greeting;",
      ),
      'conf/app.json': '{ "greeting": "welcome" }\n',
    },
    end: 'proved',
    hidden: [{ name: 'greeting', url: 'http://web:8080/', conditions: ['[BODY] == welcome'] }],
  },
  {
    name: 'a module in a folder of another case',
    class: 'wrong_path',
    files: {
      'compose.yaml': web(`${programs}\ncommand: [node, server.js]\nexpose: ["8080"]`),
      'app/server.js': node("console.log(require('./Lib/greeting'));"),
      'app/lib/greeting.js': "module.exports = 'hello';\n",
    },
    end: 'proved',
    hidden: ok,
  },
  {
    name: 'a program whose name has another case',
    class: 'wrong_path',
    files: { 'compose.yaml': py('', '[python3, Server.py]'), 'app/server.py': python() },
    end: 'proved',
    adds: ['command: [python3, server.py]'],
    hidden: ok,
  },
  {
    name: 'a comma too many in a file that Node reads',
    class: 'config_syntax',
    files: {
      'compose.yaml': web(`${programs}\ncommand: [node, server.js]\nexpose: ["8080"]`),
      'app/server.js': node("process.env.GREETING = require('./app.json').greeting;"),
      'app/app.json': '{\n  "greeting": "welcome",\n}\n',
    },
    end: 'proved',
    adds: ['"greeting": "welcome"'],
    hidden: [{ name: 'greeting', url: 'http://web:8080/', conditions: ['[BODY] == welcome'] }],
  },
  {
    name: 'a comma too many in a file that Python reads',
    class: 'config_syntax',
    files: {
      'compose.yaml': py(''),
      'app/server.py': python(
        "import json\nos.environ['GREETING'] = json.load(open('settings.json'))['greeting']",
      ),
      'app/settings.json': '{\n  "greeting": "welcome",\n}\n',
    },
    end: 'proved',
    adds: ['"greeting": "welcome"'],
    hidden: [{ name: 'greeting', url: 'http://web:8080/', conditions: ['[BODY] == welcome'] }],
  },
  {
    name: 'a program under another name',
    class: 'command_missing',
    files: { 'compose.yaml': py('', '[python, server.py]'), 'app/server.py': python() },
    end: 'proved',
    adds: ['command: [python3, server.py]'],
    hidden: ok,
  },
  {
    name: 'a program under another name in a script',
    class: 'command_missing',
    files: {
      'compose.yaml': web(`${programs}\nentrypoint: [sh, /app/start.sh]\nexpose: ["8080"]`, page),
      ...script('#!/bin/sh\nnodejs server.js\n'),
      'app/server.js': node(),
    },
    end: 'proved',
    adds: ['node server.js'],
    hidden: ok,
  },
  {
    name: 'a dependency that no list names',
    class: 'dependency_missing',
    files: {
      'compose.yaml': web('build: .\ncommand: [python3, server.py]\nexpose: ["8080"]'),
      // as `pip install -r requirements.txt` does, from a folder
      Dockerfile: `FROM vx11-sandbox:local
USER 0:0
WORKDIR /app
COPY requirements.txt constraints.txt ./
COPY vendor vendor
RUN mkdir /site && for one in $(cat requirements.txt); do cp "vendor/$one" "/site/\${one%%==*}.py"; done
ENV PYTHONPATH=/site
COPY server.py .
`,
      'server.py': python('import greeter\nos.environ["GREETING"] = greeter.text'),
      'requirements.txt': '\n',
      'constraints.txt': 'greeter==1.2.0\n',
      'vendor/greeter==1.2.0': "text = 'hello'\n",
    },
    end: 'proved',
    adds: ['greeter==1.2.0'],
    hidden: [{ name: 'greeting', url: 'http://web:8080/', conditions: ['[BODY] == hello'] }],
  },
];
