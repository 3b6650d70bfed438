import { describe, expect, test } from 'vitest';
import type { CapturedFile } from '../../../../../domain/repair/capture.ts';
import { wrongPath } from '../../../../../domain/repair/rules/programs/wrong-path.ts';
import { capture, exited, file, service } from '../../captures.ts';
import { fixed } from '../../a-capture.ts';

const compose = (text: string) => file('compose.yaml', text);
const plain = compose('services:\n  web:\n    image: node:24\n');
const fails = (files: CapturedFile[], ...logs: string[]) =>
  capture({
    services: [service('web', { logs, container: exited(1) })],
    files: files.some(({ path }) => path === 'compose.yaml') ? files : [plain, ...files],
  });
const js = (name: string, text = '') => file(name, text);

describe('a path is written as the file is called', () => {
  test.each<[string, CapturedFile[], string[], Record<string, string>]>([
    [
      'in another case, of a module of Node',
      [js('server.js', "const db = require('./Lib/db');\n"), js('lib/db.js')],
      ["Error: Cannot find module './Lib/db'", 'Require stack:', '- /app/server.js'],
      { 'server.js': "const db = require('./lib/db');\n" },
    ],
    [
      'with a wrong letter, of an ES module',
      [js('src/main.mjs', "import { list } from './itmes.mjs';\n"), js('src/items.mjs')],
      [
        "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/app/src/itmes.mjs' imported from /app/src/main.mjs",
      ],
      { 'src/main.mjs': "import { list } from './items.mjs';\n" },
    ],
    [
      'of a file that Python opens',
      [file('app.py', "rows = open('data/Items.json').read()\n"), file('data/items.json', '[]')],
      ["FileNotFoundError: [Errno 2] No such file or directory: 'data/Items.json'"],
      { 'app.py': "rows = open('data/items.json').read()\n" },
    ],
    [
      'of which the program joins the folder',
      [
        file('api/app.py', "p = os.path.join(HERE, 'tempates', 'a.html')\n"),
        file('api/templates/a.html', ''),
      ],
      ["FileNotFoundError: [Errno 2] No such file or directory: '/app/tempates/a.html'"],
      { 'api/app.py': "p = os.path.join(HERE, 'templates', 'a.html')\n" },
    ],
    [
      'of the command of a service',
      [compose('services:\n  web:\n    command: python /app/Main.py\n'), file('main.py', 'x')],
      ["python: can't open file '/app/Main.py': [Errno 2] No such file or directory"],
      { 'compose.yaml': 'services:\n  web:\n    command: python /app/main.py\n' },
    ],
    [
      'of the command of a service, as a list',
      [compose('services:\n  web:\n    command: ["node", "servr.js"]\n'), js('server.js')],
      ["Error: Cannot find module '/app/servr.js'"],
      { 'compose.yaml': 'services:\n  web:\n    command: ["node", "server.js"]\n' },
    ],
    [
      'of a variable',
      [
        compose('services:\n  web:\n    environment:\n      CONFIG: /etc/app/Config.yml\n'),
        file('config.yml', 'a: 1'),
      ],
      ["Error: ENOENT: no such file or directory, open '/etc/app/Config.yml'"],
      {
        'compose.yaml': 'services:\n  web:\n    environment:\n      CONFIG: /etc/app/config.yml\n',
      },
    ],
    [
      'of a template',
      [file('app.py', "render('Index.html')\n"), file('templates/index.html', '')],
      ['jinja2.exceptions.TemplateNotFound: Index.html'],
      { 'app.py': "render('index.html')\n" },
    ],
    [
      'of a script that another one calls',
      [
        file('start.sh', '#!/bin/sh\nset -e\n./scripts/Migrate.sh\nexec app\n'),
        file('scripts/migrate.sh', 'x'),
      ],
      [
        './start.sh: line 3: ./scripts/Migrate.sh: not found',
        'sh: 3: ./scripts/Migrate.sh: not found',
      ],
      { 'start.sh': '#!/bin/sh\nset -e\n./scripts/migrate.sh\nexec app\n' },
    ],
    [
      'of a module of Python, from which names are taken',
      [file('app.py', 'from Utils import total\n'), file('utils.py', 'x')],
      ["ModuleNotFoundError: No module named 'Utils'"],
      { 'app.py': 'from utils import total\n' },
    ],
    [
      'of a module of Python, whose name is used',
      [file('app.py', 'import Helper\nprint(Helper.x)\n'), file('helper.py', 'x')],
      ["ModuleNotFoundError: No module named 'Helper'"],
      { 'app.py': 'import helper as Helper\nprint(Helper.x)\n' },
    ],
    [
      'of a module in a package',
      [
        file('app.py', 'from lib.storge import save\n'),
        file('lib/__init__.py', ''),
        file('lib/storage.py', 'x'),
      ],
      ["ModuleNotFoundError: No module named 'lib.storge'"],
      { 'app.py': 'from lib.storage import save\n' },
    ],
  ])('%s', (_, files, logs, after) => {
    expect(fixed(wrongPath, fails(files, ...logs))).toEqual(after);
  });
});

describe('nothing is changed', () => {
  test.each<[string, CapturedFile[], string]>([
    [
      'where no file is like it',
      [js('server.js', "require('./cache')\n"), js('lib/db.js')],
      "Error: Cannot find module './cache'",
    ],
    [
      'where two files are as near',
      [js('server.js', "require('./itemx')\n"), js('items.js'), js('itemz.js')],
      "Error: Cannot find module './itemx'",
    ],
    [
      'where the file is there',
      [file('app.py', "open('data.json')\n"), file('data.json', '{}')],
      "FileNotFoundError: [Errno 2] No such file or directory: 'data.json'",
    ],
    [
      'where it is a package',
      [js('server.js', "require('expres')\n"), js('express.js')],
      "Error: Cannot find module 'expres'",
    ],
    [
      'where nothing names it',
      [js('server.js', 'load(name)\n'), js('lib/db.js')],
      "Error: Cannot find module './Lib/db'",
    ],
    [
      'where only a comment names it',
      [js('server.js', '// ./Lib/db\n'), js('lib/db.js')],
      "Error: Cannot find module './Lib/db'",
    ],
    [
      'of a socket or device',
      [file('app.py', 'x\n')],
      "FileNotFoundError: [Errno 2] No such file or directory: '/dev/ttyS9'",
    ],
    [
      'where the names are short',
      [file('app.py', "open('a.x')\n"), file('b.x', '')],
      "FileNotFoundError: [Errno 2] No such file or directory: 'a.x'",
    ],
  ])('%s', (_, files, log) => {
    expect(fixed(wrongPath, fails(files, log))).toBe('silent');
  });
  test('where several places name it, a person decides', () => {
    const files = [js('a.js', "require('./Lib/db');\nrequire('./Lib/db');\n"), js('lib/db.js')];
    expect(fixed(wrongPath, fails(files, "Error: Cannot find module './Lib/db'"))).toBe(
      'needs_value',
    );
  });
});
