import * as fs from 'fs';
import * as path from 'path';
import { gunzipSync } from 'zlib';
import { ClientProject, ROOT } from './support';
import { cli } from '../support/cli';

const DOCS = path.join(process.env.CORPUS_DIR ?? path.resolve(ROOT, '..', 'shared', 'corpus'), 'docs');
const FOUND = fs.existsSync(DOCS);
const ENDING = '.openapi.json.gz';
const names = (FOUND ? fs.readdirSync(DOCS) : []).filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length));
/** Documents that no client can be made of. */
const REFUSED: Record<string, RegExp> = {
  'openfga-swagger2': /must be .*3\.\d.*got: .*2\.0/,
  'oai-webhook-example': /a client needs operations, got: none in /,
  'zoom-video-sdk': /a client needs operations, got: none in /,
};

(FOUND ? describe : describe.skip)('the corpus of real documents (not in this checkout: set CORPUS_DIR)', () => {
  const project = new ClientProject();
  afterAll(() => project.remove());

  async function generate(name: string): ReturnType<typeof cli> {
    const document = gunzipSync(fs.readFileSync(path.join(DOCS, name + ENDING))).toString('utf8');
    project.write({ [`${name}.json`]: document });
    // Hooks double the time that the largest documents take.
    const options = document.length < 1_500_000 ? ['--iam', '--react-query'] : ['--iam'];
    return cli('client', '--openapi', path.join(project.root, `${name}.json`), '--out', path.join(project.root, name), ...options, '--json');
  }

  test.each(Object.entries(REFUSED))('%s has no client, and is told why', async (name, why) => {
    expect(names).toContain(name);
    expect(await generate(name)).toEqual({ code: 1, out: '', err: expect.stringMatching(why) });
    expect(fs.existsSync(path.join(project.root, name))).toBe(false);
  });

  // One compiler for all of them, since most of its time is the same for each.
  test('every other document has a client with every operation, whose streams have items, and all of them compile', async () => {
    let streamed = 0;
    for (const name of names.filter((one) => !Object.hasOwn(REFUSED, one))) {
      const { code, out, err } = await generate(name);
      expect([name, code, err]).toEqual([name, 0, expect.anything()]);
      const { operations, streams } = JSON.parse(out) as { operations: number; streams: number };
      expect([name, exported(`${name}/generated/sdk.gen.ts`)]).toEqual([name, operations]);
      if (streams > 0) {
        expect([name, exported(`${name}/streams.ts`)]).toEqual([name, streams]);
        project.write({ [`${name}.ts`]: checkOf(name) });
      }
      streamed += streams;
    }
    expect(names.length).toBeGreaterThan(60);
    expect(streamed).toBeGreaterThan(20);
    expect(project.compile('bundler', { noEmit: true })).toBe('');
  }, 1_200_000);

  function exported(file: string): number {
    return [...fs.readFileSync(path.join(project.root, file), 'utf8').matchAll(/^export const /gm)].length;
  }

  /** A module that compiles where every function that streams is in the index, and gives items of some type. */
  function checkOf(name: string): string {
    return `import * as api from './${name}/index.js';
import * as streams from './${name}/streams.js';
type Item<F> = F extends (...options: never[]) => AsyncIterable<infer I> ? I : never;
type IsAny<T> = 0 extends 1 & T ? true : false;
type Wrong = { [K in keyof typeof streams]: [Item<(typeof streams)[K]>] extends [never] ? K : IsAny<Item<(typeof streams)[K]>> extends true ? K : never }[keyof typeof streams];
export const wrong: Wrong extends never ? true : Wrong = true;
export const missing: Exclude<keyof typeof streams, keyof typeof api> extends never ? true : false = true;
`;
  }
});
