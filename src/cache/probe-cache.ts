import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { cacheDirectory } from './cache-directory';

/** What asking programs has told, by kind of question and program. */
type Answers = Record<string, string>;

let loaded: { readonly file: string; readonly answers: Answers } | undefined;

/**
 * What a program says about itself, asked once in the life of that program: the answer is kept on disk under its
 * path, size and time. `ask` returns undefined where the program has no answer; that is kept too.
 */
export function probe(question: string, program: string, ask: () => string | undefined): string | undefined {
  const stat = fs.statSync(program, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const key = `${question} ${program} ${stat.size} ${stat.mtimeMs}`;
  const { file, answers } = load();
  if (!Object.hasOwn(answers, key)) {
    answers[key] = ask() ?? '';
    save(file, key, answers[key]);
  }
  return answers[key] === '' ? undefined : answers[key];
}

function load(): { readonly file: string; readonly answers: Answers } {
  const file = path.join(cacheDirectory(), 'programs.json');
  if (loaded?.file !== file) loaded = { file, answers: readAnswers(file) };
  return loaded;
}

function readAnswers(file: string): Answers {
  try {
    const content: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    const entries = typeof content === 'object' && content !== null ? Object.entries(content) : [];
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    // Missing or damaged: the programs are asked again.
    return {};
  }
}

/** Another process may have written since: its answers are kept. The file is replaced whole, never edited. */
function save(file: string, key: string, answer: string): void {
  const temporary = `${file}.${process.pid}.${randomUUID()}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(temporary, JSON.stringify({ ...readAnswers(file), [key]: answer }));
    fs.renameSync(temporary, file);
  } catch {
    // A cache that is mounted read-only: the program is asked again next time.
  }
}
