import * as fc from 'fast-check';
import { hashParts, hashTree, type TreeFile } from '../../src/private/hash';

const file = fc.record({ path: fc.string(), size: fc.nat(), executable: fc.boolean(), sha256: fc.string() });

test('the hash of a tree does not depend on the order of its files', () => {
  fc.assert(fc.property(fc.uniqueArray(file, { selector: (each) => each.path }), fc.infiniteStream(fc.nat()), (files, numbers) => {
    const shuffled = files.map((each) => [numbers.next().value, each] as const).sort((a, b) => a[0] - b[0]).map(([, each]) => each);
    expect(hashTree(shuffled)).toBe(hashTree(files));
  }));
});

test('it depends on path, content and executable bit, and on nothing else', () => {
  const base: TreeFile = { path: 'a', size: 1, executable: false, sha256: 'x' };
  const want = hashTree([base]);
  expect(hashTree([{ ...base, size: 2 }])).toBe(want);
  for (const change of [{ path: 'b' }, { executable: true }, { sha256: 'y' }]) expect(hashTree([{ ...base, ...change }])).not.toBe(want);
});

test('no two different lists of parts have one text', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.string()), fc.dictionary(fc.string(), fc.string()), (a, b) => {
    const same = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
    expect(hashParts(a) === hashParts(b)).toBe(same);
  }));
});
