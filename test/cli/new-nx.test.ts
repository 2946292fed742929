import * as fs from 'fs';
import * as path from 'path';
import { machineNotes, thisMachine } from '../../src/cli/new/machine';
import generator, { type NxTree } from '../../src/cli/nx-generator';
import { cli as runCli } from '../support/cli';
import { TemporaryProject } from '../support/temporary-project';

const cwd = process.cwd();
let place: TemporaryProject;

beforeEach(() => {
  place = new TemporaryProject();
  process.chdir(place.root);
});

afterEach(() => {
  process.chdir(cwd);
  place.remove();
});

const cli = (...args: string[]) => runCli('new', ...args);

function read(file: string): string {
  return fs.readFileSync(path.join(place.root, file), 'utf8');
}

describe('in an Nx workspace', () => {
  const CONSTRUCTS = 'packages/common/constructs';

  beforeEach(() => place.write({ 'nx.json': '{}', 'packages/infra/cdk.json': '{}' }));

  test('the project has targets, and the construct a generated part', async () => {
    fs.mkdirSync(path.join(place.root, 'packages/deep'));
    process.chdir(path.join(place.root, 'packages/deep'));
    expect((await cli('my-shop')).code).toBe(0);
    const { targets, name, sourceRoot } = JSON.parse(read('packages/my-shop/project.json'));
    expect({ name, sourceRoot, targets: Object.keys(targets) }).toEqual({
      name: 'my-shop', sourceRoot: 'packages/my-shop/my_shop', targets: ['build', 'lint', 'test', 'serve', 'openapi', 'bundle'],
    });
    const constructs = JSON.parse(read(`${CONSTRUCTS}/project.json`));
    expect(constructs.targets.compile.dependsOn).toEqual(['generate:MyShop-metadata']);
    expect(constructs.targets['generate:MyShop-metadata'].options).toEqual({
      cwd: 'packages/infra',
      command: 'npx cdk-fastapi generate --name MyShop --kind rest --language typescript --entry ../my-shop --out ../common/constructs/src/generated/my-shop/my-shop.ts',
    });
    expect(read(`${CONSTRUCTS}/.gitignore`)).toBe('src/generated/\n');
    expect(read(`${CONSTRUCTS}/src/app/apis/my-shop-api.ts`)).toContain("from '../../generated/my-shop/my-shop.js'");
    expect(read(`${CONSTRUCTS}/src/app/apis/index.ts`)).toBe("export * from './my-shop-api.js';\n");
  });

  test('a second project adds to the constructs and changes nothing else', async () => {
    await cli('my-shop');
    const index = read(`${CONSTRUCTS}/src/index.ts`);
    place.write({ [`${CONSTRUCTS}/project.json`]: JSON.stringify({ ...JSON.parse(read(`${CONSTRUCTS}/project.json`)), tags: ['mine'] }) });
    place.write({ [`${CONSTRUCTS}/.gitignore`]: 'dist/\nsrc/generated/' });
    expect((await cli('other-shop', '--compute', 'http', '--auth', 'cognito')).code).toBe(0);
    const { tags, targets } = JSON.parse(read(`${CONSTRUCTS}/project.json`));
    expect(tags).toEqual(['mine']);
    expect(targets.compile.dependsOn).toEqual(['generate:MyShop-metadata', 'generate:OtherShop-metadata']);
    expect(read(`${CONSTRUCTS}/src/app/apis/index.ts`)).toBe("export * from './my-shop-api.js';\nexport * from './other-shop-api.js';\n");
    expect(read(`${CONSTRUCTS}/src/index.ts`)).toBe(index);
    expect(read(`${CONSTRUCTS}/.gitignore`)).toBe('dist/\nsrc/generated/');
    expect(read(`${CONSTRUCTS}/src/app/apis/other-shop-api.ts`)).toContain('HttpApiAuth.cognito({ userPool })');
  });

  test('a streaming project has a construct without a generated part', async () => {
    await cli('my-shop', '--compute', 'streaming');
    expect(read(`${CONSTRUCTS}/src/app/apis/my-shop-api.ts`)).toContain("FastApiApp.fromDirectory('../my-shop')");
    expect(Object.keys(JSON.parse(read(`${CONSTRUCTS}/project.json`)).targets)).toEqual(['compile']);
  });

  test('the construct stands where --construct-out says', async () => {
    await cli('my-shop', '--construct-out', 'packages/infra/src/my-shop.ts');
    expect(read('packages/infra/src/my-shop.ts')).toContain("FastApiApp.fromDirectory('../my-shop')");
    expect(fs.existsSync(path.join(place.root, CONSTRUCTS))).toBe(false);
  });

  test.each([
    [['my-shop', '--directory', '../outside'], '`--directory` must lead into the Nx workspace'],
    [['my-shop', '--directory', 'with space'], '`--directory` must be a path of letters'],
  ])('%p is refused', async (args, message) => {
    expect(await cli(...args)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });

  test('a project.json that is none', async () => {
    place.write({ [`${CONSTRUCTS}/project.json`]: '{' });
    expect((await cli('my-shop')).err).toContain(`${CONSTRUCTS}/project.json must be JSON`);
    expect(place.files()).toEqual(['nx.json', `${CONSTRUCTS}/project.json`, 'packages/infra/cdk.json']);
  });

  test('the generator of Nx writes what the command writes', async () => {
    const options = { name: 'my-shop', computeType: 'ServerlessApiGatewayHttpApi', auth: 'Cognito', directory: 'services', moduleName: 'shop' } as const;
    const tree = new Tree(place.root);
    const after = generator(tree, options);
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      after();
      expect(written.mock.calls.flat()).toEqual(machineNotes(thisMachine()).map((note) => `warning: ${note}\n`));
    } finally {
      written.mockRestore();
    }
    await cli('my-shop', '--compute', 'http', '--auth', 'cognito', '--directory', 'services', '--module-name', 'shop');
    expect([...tree.written.keys()].sort()).toEqual(place.files().filter((file) => file !== 'nx.json' && !file.endsWith('cdk.json')));
    for (const [file, content] of tree.written) expect(read(file)).toBe(content);
    expect(() => generator(tree, options)).toThrow('files that exist are not written over, got: services/my-shop/.gitignore');
    expect(() => generator(new Tree(place.root), { ...options, name: 'json', moduleName: '' })).toThrow('must not be the name of a module of Python itself');
    tree.written.clear();
    generator(tree, { ...options, force: true });
    expect(tree.written.has('services/my-shop/shop/init.py')).toBe(true);
  });

  test('the schema offers what the generator takes, by the same defaults', () => {
    const { generators } = JSON.parse(fs.readFileSync(path.join(cwd, 'generators.json'), 'utf8'));
    expect(generators.api.factory).toBe('./lib/cli/nx-generator');
    const { properties } = JSON.parse(fs.readFileSync(path.join(cwd, generators.api.schema), 'utf8'));
    for (const computeType of properties.computeType.enum) {
      for (const auth of properties.auth.enum) {
        const make = () => generator(new Tree(place.root), { name: 'my-shop', computeType, auth });
        if (computeType === 'StreamingFunctionUrl' && auth === 'Cognito') expect(make).toThrow('`--auth`');
        else make();
      }
    }
    const [asked, unasked] = [new Tree(place.root), new Tree(place.root)];
    generator(asked, { name: 'my-shop', computeType: properties.computeType.default, auth: properties.auth.default, directory: properties.directory.default });
    generator(unasked, { name: 'my-shop' });
    expect(unasked.written).toEqual(asked.written);
  });
});

/** Nx's file tree, as far as generators see it: what is written stays in memory. */
class Tree implements NxTree {
  public readonly written = new Map<string, string>();

  constructor(public readonly root: string) {}

  public exists(file: string): boolean {
    return this.written.has(file) || fs.existsSync(path.join(this.root, file));
  }

  public read(file: string): string | null {
    return this.written.get(file) ?? (this.isFile(file) ? fs.readFileSync(path.join(this.root, file), 'utf8') : null);
  }

  public write(file: string, content: string): void {
    this.written.set(file, content);
  }

  public children(directory: string): string[] {
    return fs.readdirSync(path.join(this.root, directory));
  }

  public isFile(file: string): boolean {
    return fs.statSync(path.join(this.root, file), { throwIfNoEntry: false })?.isFile() ?? false;
  }
}
