import * as fs from 'node:fs';
import * as path from 'node:path';
import { problems, program } from './compiler';
import { GOLDEN } from '../codegen/support';

const files = (directory: string): string[] => fs.readdirSync(directory).filter((name) => name.endsWith('.ts')).map((name) => path.join(directory, name));
const good = files(path.join(__dirname, 'good'));
const bad = files(path.join(__dirname, 'bad'));
const goldens = files(GOLDEN);

test('good programs and the golden constructs compile', () => {
  expect(good.length).toBeGreaterThan(2);
  expect(goldens.length).toBeGreaterThan(4);
  expect(problems(program([...good, ...goldens]))).toEqual([]);
});

test('the golden constructs need no type that isolated declarations would have to infer', () => {
  expect(problems(program(goldens, { isolatedDeclarations: true, isolatedModules: true }))).toEqual([]);
});

test('every statement that must not compile is refused, on its own line', () => {
  const found = problems(program(bad));
  for (const file of bad) {
    const expected = fs.readFileSync(file, 'utf8').split('\n')
      .map((text, index) => ({ line: index + 1, message: /\/\/ error: (.+)$/.exec(text)?.[1] }))
      .filter(({ message }) => message !== undefined);
    const here = found.filter((problem) => problem.file === file.split(path.sep).join('/'));
    expect(expected.length).toBeGreaterThan(5);
    expect(here.map(({ line }) => line)).toEqual(expected.map(({ line }) => line));
    expect(here.map(({ message }, index) => message.includes(expected[index].message!) || message)).toEqual(expected.map(() => true));
  }
  expect(found.filter(({ file }) => !bad.some((name) => name.split(path.sep).join('/') === file))).toEqual([]);
});
