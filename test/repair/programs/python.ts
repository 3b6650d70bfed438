import type { Program } from './program.ts';

const unit = (folder: string, name: string) => ({
  task: { shell: `cd ${folder} && python3 -m unittest ${name}`, files: [folder] },
});
const python = (folder: string, code: string): string => `cd ${folder} && python3 -c '${code}'`;
const test = (imports: string, ...lines: string[]): string =>
  [
    'import unittest',
    imports,
    '',
    '',
    'class Visible(unittest.TestCase):',
    '    def test_it(self):',
    ...lines.map((line) => `        ${line}`),
    '',
  ].join('\n');

export const pythonPrograms: readonly Program[] = [
  {
    name: 'a module that was renamed',
    language: 'python',
    by: 'rule',
    files: {
      'report/total.py': 'import figures\n\n\ndef total(rows):\n    return figures.add(rows)\n',
      'report/figure.py': 'def add(rows):\n    return sum(rows)\n',
      'report/test_total.py': test(
        'from total import total',
        'self.assertEqual(total([1, 2, 3]), 6)',
      ),
    },
    check: unit('report', 'test_total'),
    others: [{ name: 'other', task: 'assert 1 + 1 == 2', 'always-run': true }],
    hidden: python(
      'report',
      'from total import total; assert total([]) == 0 and total([5, 7]) == 12',
    ),
  },
  {
    name: 'a data file in another folder',
    language: 'python',
    by: 'rule',
    files: {
      'shop/prices.py':
        "import csv\n\n\ndef price(name):\n    with open('prices.csv', newline='') as file:\n        for row in csv.DictReader(file):\n            if row['name'] == name:\n                return int(row['cents'])\n    raise LookupError(name)\n",
      'shop/data/prices.csv': 'name,cents\ntea,250\ncake,420\n',
      'shop/test_prices.py': test(
        'from prices import price',
        "self.assertEqual(price('tea'), 250)",
      ),
    },
    check: unit('shop', 'test_prices'),
    hidden: python('shop', 'from prices import price; assert price("cake") == 420'),
  },
  {
    name: 'a dependency that the list lacks',
    language: 'python',
    by: 'rule',
    files: {
      'bill/bill.py': 'import moneyfmt\n\n\ndef line(cents):\n    return moneyfmt.euro(cents)\n',
      'bill/requirements.txt': 'tabline==1.0.3\n',
      'bill/constraints.txt': 'moneyfmt==2.1.0\ntabline==1.0.3\n',
      'bill/wheels/moneyfmt-2.1.0.src': "def euro(cents):\n    return f'{cents / 100:.2f} EUR'\n",
      'bill/wheels/tabline-1.0.3.src': 'def tab():\n    return 4\n',
      'bill/install.sh':
        'set -e\nmkdir -p /tmp/site\nwhile IFS= read -r line; do\n  [ -n "$line" ] || continue\n  name=${line%%==*}\n  cp "wheels/$name-${line##*==}.src" "/tmp/site/$name.py"\ndone < requirements.txt\n',
      'bill/test_bill.py': test('from bill import line', "self.assertEqual(line(250), '2.50 EUR')"),
    },
    check: {
      task: {
        shell: 'cd bill && sh install.sh && PYTHONPATH=/tmp/site python3 -m unittest test_bill',
        files: ['bill'],
      },
    },
    hidden:
      'cd bill && sh install.sh && PYTHONPATH=/tmp/site python3 -c "import tabline; from bill import line; assert line(99) == \'0.99 EUR\'"',
  },
  {
    name: 'a key of its settings',
    language: 'python',
    by: 'rule',
    files: {
      'tax/tax.py':
        "import json\n\nwith open('settings.json') as file:\n    settings = json.load(file)\n\n\ndef gross(net):\n    return round(net * (100 + settings['precent']) / 100)\n",
      'tax/settings.json': '{ "country": "AT", "percent": 20 }\n',
      'tax/test_tax.py': test('from tax import gross', 'self.assertEqual(gross(100), 120)'),
    },
    check: unit('tax', 'test_tax'),
    hidden: python('tax', 'from tax import gross; assert gross(50) == 60 and gross(0) == 0'),
  },
  {
    name: 'a missing colon',
    language: 'python',
    by: 'rule',
    files: {
      'grade/grade.py':
        "def grade(points):\n    if points >= 90\n        return 'A'\n    return 'B'\n",
      'grade/test_grade.py': test('from grade import grade', "self.assertEqual(grade(95), 'A')"),
    },
    check: unit('grade', 'test_grade'),
    hidden: python(
      'grade',
      'from grade import grade; assert grade(90) == "A" and grade(89) == "B"',
    ),
  },
  {
    name: 'a line that is indented with a tab',
    language: 'python',
    by: 'rule',
    files: {
      'clean/clean.py':
        "def clean(text):\n    if text is None:\n        return ''\n    text = text.strip()\n\treturn text.lower()\n",
      'clean/test_clean.py': test('from clean import clean', "self.assertEqual(clean(' A '), 'a')"),
    },
    check: unit('clean', 'test_clean'),
    hidden: python(
      'clean',
      'from clean import clean; assert clean(None) == "" and clean("B") == "b"',
    ),
  },
  {
    name: 'a function under another name',
    language: 'python',
    by: 'rule',
    files: {
      'queue_/jobs.py':
        'from store import pop_first\n\n\ndef run(jobs):\n    done = []\n    while jobs:\n        done.append(pop_first(jobs))\n    return done\n',
      'queue_/store.py': 'def pop_frist(jobs):\n    return jobs.pop(0)\n',
      'queue_/test_jobs.py': test('from jobs import run', 'self.assertEqual(run([1, 2]), [1, 2])'),
    },
    check: unit('queue_', 'test_jobs'),
    hidden: python('queue_', 'from jobs import run; assert run([]) == [] and run([3]) == [3]'),
  },
  {
    name: 'a module that it does not import',
    language: 'python',
    by: 'rule',
    files: {
      'area/area.py':
        '# Areas of shapes.\n\n\ndef area(radius):\n    return round(math.pi * radius**2, 2)\n',
      'area/test_area.py': test('from area import area', 'self.assertEqual(area(1), 3.14)'),
    },
    check: unit('area', 'test_area'),
    hidden: python('area', 'from area import area; assert area(0) == 0 and area(10) == 314.16'),
  },
  {
    name: 'a loop that ends one too early',
    language: 'python',
    by: 'template',
    files: {
      'steps/steps.py': 'def stairs(count):\n    return sum(step for step in range(count))\n',
      'steps/test_steps.py': test('from steps import stairs', 'self.assertEqual(stairs(4), 10)'),
    },
    check: unit('steps', 'test_steps'),
    hidden: python(
      'steps',
      'from steps import stairs; assert stairs(0) == 0 and stairs(1) == 1 and stairs(10) == 55',
    ),
  },
  {
    name: 'an encoding that its data do not have',
    language: 'python',
    by: 'template',
    files: {
      'names/names.py':
        "def names(path):\n    with open(path, encoding='ascii') as file:\n        return file.read().split()\n",
      'names/list.txt': 'Zoë\nJosé\n',
      'names/test_names.py': test(
        'from names import names',
        "self.assertEqual(len(names('list.txt')), 2)",
      ),
    },
    check: unit('names', 'test_names'),
    hidden: python(
      'names',
      'from names import names; assert [ord(n[-1]) for n in names("list.txt")] == [235, 233]',
    ),
  },
  {
    name: 'a default that is shared by all calls',
    language: 'python',
    by: 'template',
    files: {
      'cart/cart.py': 'def add(item, cart=[]):\n    cart.append(item)\n    return cart\n',
      'cart/test_cart.py': test(
        'from cart import add',
        "add('tea')",
        "self.assertEqual(add('cake'), ['cake'])",
      ),
    },
    check: unit('cart', 'test_cart'),
    hidden: python(
      'cart',
      'from cart import add; c = [1]; assert add(2, c) is c and c == [1, 2] and add(3) == [3] and add(4) == [4]',
    ),
  },
  {
    name: 'a division that rounds down',
    language: 'python',
    by: 'template',
    files: {
      'pages/pages.py': 'def pages(items, size):\n    return items // size\n',
      'pages/test_pages.py': test('from pages import pages', 'self.assertEqual(pages(11, 5), 3)'),
    },
    check: unit('pages', 'test_pages'),
    hidden: python(
      'pages',
      'from pages import pages; assert pages(10, 5) == 2 and pages(0, 5) == 0 and pages(1, 5) == 1',
    ),
  },
];
