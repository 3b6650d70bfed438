import type { Program } from './program.ts';

const tests = (folder: string, name: string) => ({
  task: { shell: `cd ${folder} && node ${name}`, files: [folder] },
});
const node = (folder: string, code: string): string =>
  `cd ${folder} && node -e 'const assert = require("node:assert"); ${code}'`;
const assert = "const assert = require('node:assert');\n";

export const nodePrograms: readonly Program[] = [
  {
    name: 'the case of a path',
    language: 'node',
    by: 'rule',
    files: {
      'label/label.js':
        "const { upper } = require('./lib/Format.js');\n\nexports.label = (text) => `[${upper(text)}]`;\n",
      'label/lib/format.js': 'exports.upper = (text) => text.toUpperCase();\n',
      'label/test-label.js': `${assert}assert.equal(require('./label.js').label('a'), '[A]');\n`,
    },
    check: tests('label', 'test-label.js'),
    hidden: node('label', 'assert.equal(require("./label.js").label("xy"), "[XY]");'),
  },
  {
    name: 'the entry point of a package',
    language: 'node',
    by: 'rule',
    files: {
      'greet/package.json': '{ "name": "greet", "version": "1.0.0", "main": "greter.js" }\n',
      'greet/greeter.js': 'exports.greet = (name) => `Hello, ${name}`;\n',
      'greet/test-greet.js': `${assert}assert.equal(require('.').greet('Ada'), 'Hello, Ada');\n`,
    },
    check: tests('greet', 'test-greet.js'),
    hidden: node('greet', 'assert.equal(require(".").greet("Bo"), "Hello, Bo");'),
  },
  {
    name: 'a comma too many in its settings',
    language: 'node',
    by: 'rule',
    files: {
      'limit/limit.js':
        "const { most } = require('./limits.json');\n\nexports.fits = (count) => count <= most;\n",
      'limit/limits.json': '{\n  "least": 1,\n  "most": 3,\n}\n',
      'limit/test-limit.js': `${assert}assert.equal(require('./limit.js').fits(3), true);\n`,
    },
    check: tests('limit', 'test-limit.js'),
    hidden: node('limit', 'const { fits } = require("./limit.js"); assert(fits(1) && !fits(4));'),
  },
  {
    name: 'a dependency that the list lacks',
    language: 'node',
    by: 'rule',
    files: {
      'table/table.js':
        "const pad = require('padline');\n\nexports.row = (words) => words.map((word) => pad(word, 4)).join('|');\n",
      'table/package.json':
        '{\n  "name": "table",\n  "version": "1.0.0",\n  "dependencies": {\n    "dashes": "1.2.0"\n  }\n}\n',
      'table/package-lock.json':
        '{\n  "name": "table",\n  "lockfileVersion": 3,\n  "packages": {\n    "node_modules/dashes": { "version": "1.2.0" },\n    "node_modules/padline": { "version": "0.4.1" }\n  }\n}\n',
      'table/store/padline-0.4.1.src': 'module.exports = (text, width) => text.padEnd(width);\n',
      'table/store/dashes-1.2.0.src': "module.exports = (width) => '-'.repeat(width);\n",
      'table/install.js':
        "const { copyFileSync, mkdirSync } = require('node:fs');\n\nfor (const [name, version] of Object.entries(require('./package.json').dependencies)) {\n  mkdirSync(`/tmp/node_modules/${name}`, { recursive: true });\n  copyFileSync(`store/${name}-${version}.src`, `/tmp/node_modules/${name}/index.js`);\n}\n",
      'table/test-table.js': `${assert}assert.equal(require('./table.js').row(['a', 'b']), 'a   |b   ');\n`,
    },
    check: {
      task: {
        shell: 'cd table && node install.js && NODE_PATH=/tmp/node_modules node test-table.js',
        files: ['table'],
      },
    },
    hidden:
      'cd table && node install.js && NODE_PATH=/tmp/node_modules node -e \'require("node:assert").equal(require("./table.js").row(["abcde"]), "abcde"); require("dashes")\'',
  },
  {
    name: 'a bracket that is not closed',
    language: 'node',
    by: 'rule',
    files: {
      'sum/sum.js':
        'exports.sum = (list) => {\n  const numbers = list.map((one) => Number(one);\n  return numbers.reduce((all, one) => all + one, 0);\n};\n',
      'sum/test-sum.js': `${assert}assert.equal(require('./sum.js').sum(['1', '2']), 3);\n`,
    },
    check: tests('sum', 'test-sum.js'),
    hidden: node('sum', 'const { sum } = require("./sum.js"); assert.equal(sum([]), 0);'),
  },
  {
    name: 'a key of its settings',
    language: 'node',
    by: 'rule',
    files: {
      'ship/ship.js':
        "const rates = require('./rates.json');\n\nexports.cost = (grams) => rates.standrad.cents * Math.ceil(grams / 100);\n",
      'ship/rates.json': '{ "standard": { "cents": 90 }, "express": { "cents": 250 } }\n',
      'ship/test-ship.js': `${assert}assert.equal(require('./ship.js').cost(150), 180);\n`,
    },
    check: tests('ship', 'test-ship.js'),
    hidden: node('ship', 'assert.equal(require("./ship.js").cost(100), 90);'),
  },
  {
    name: 'a module that it does not import',
    language: 'node',
    by: 'rule',
    files: {
      'name/name.js': "exports.plain = (file) => path.basename(file, '.txt');\n",
      'name/test-name.js': `${assert}assert.equal(require('./name.js').plain('a/b.txt'), 'b');\n`,
    },
    check: tests('name', 'test-name.js'),
    hidden: node('name', 'assert.equal(require("./name.js").plain("x/y/z.md"), "z.md");'),
  },
  {
    name: 'a comparison without its edge',
    language: 'node',
    by: 'template',
    files: {
      'age/age.js': 'exports.isAdult = (age) => age > 18;\n',
      'age/test-age.js': `${assert}assert.equal(require('./age.js').isAdult(18), true);\n`,
    },
    check: tests('age', 'test-age.js'),
    hidden: node(
      'age',
      'const { isAdult } = require("./age.js"); assert(isAdult(40) && !isAdult(17));',
    ),
  },
  {
    name: 'a promise that nobody waits for',
    language: 'node',
    by: 'template',
    files: {
      'rows/rows.js':
        "const { readFile } = require('node:fs/promises');\n\nexports.count = async (path) => {\n  const text = readFile(path, 'utf8');\n  return text.trim().split('\\n').length;\n};\n",
      'rows/rows.txt': 'a\nb\nc\n',
      'rows/test-rows.js': `${assert}require('./rows.js')\n  .count('rows.txt')\n  .then((count) => assert.equal(count, 3));\n`,
    },
    check: tests('rows', 'test-rows.js'),
    hidden: node(
      'rows',
      'require("./rows.js").count("rows.js").then((count) => assert.equal(count, 6));',
    ),
  },
];
